/** Reads price tables: YAML lists of servers or providers with the prices of their models, each with its page and day. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { issueText, showPath } from "../shared/issue-text.ts";
import { parseYaml } from "../shared/yaml.ts";

const usd = z.number().min(0);

const table = z.array(
	z
		.strictObject({
			baseUrl: z.url({ protocol: /^https?$/ }).optional(),
			provider: z.string().min(1).optional(),
			asOf: z.iso.date(),
			source: z.string().min(1),
			batchFactor: z.number().positive().max(1).default(1),
			audioTokensPerSecond: z.number().positive().optional(),
			models: z.record(
				z.string().min(1),
				z.strictObject({
					input: usd,
					output: usd,
					cachedInput: usd.optional(),
					cacheWrite: usd.optional(),
					audioInput: usd.optional(),
				}),
			),
		})
		.refine(
			({ baseUrl, provider }) =>
				(baseUrl === undefined) !== (provider === undefined),
			{ error: "expected either baseUrl or provider" },
		),
);

/** The prices of one server (`baseUrl`) or provider. */
export type PriceList = z.output<typeof table>[number];

/** ConfigError `prices_unreadable`, `prices_invalid` with file, line and column of the first problem. */
export async function readPriceTable(
	path: string,
): Promise<readonly PriceList[]> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		throw new ConfigError(`price table ${path} cannot be read: ${error}`, {
			code: "prices_unreadable",
			hint: "Check `prices` in the config.",
			cause: error,
		});
	}
	const invalid = (
		at: { readonly line: number; readonly column: number },
		message: string,
	): ConfigError =>
		new ConfigError(`price table ${path}:${at.line}:${at.column}: ${message}`, {
			code: "prices_invalid",
			hint: "The shipped config/prices.yaml shows how a price table is written.",
		});
	const yaml = parseYaml(text);
	if ("problems" in yaml) {
		const [first] = yaml.problems;
		throw invalid(first ?? { line: 1, column: 1 }, first?.message ?? "no YAML");
	}
	const parsed = table.safeParse(yaml.value);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	if (issue === undefined) throw parsed.error;
	const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
	throw invalid(
		yaml.positionOf([...issue.path, ...unknown.slice(0, 1)], {
			key: unknown.length > 0,
		}),
		`${showPath(issue.path) || "the table"}: ${issueText(issue, yaml.value)}`,
	);
}
