/** What tokens cost: a model's line in the price table, and the price of a number of tokens. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { packageFile } from "../shared/package.ts";
import { parseYaml } from "../shared/yaml.ts";
import type { ModelIdentity } from "./provider.ts";

/** Whose price is asked for. */
export type PricedModel = Pick<ModelIdentity, "provider" | "baseUrl" | "model">;

export type Price = {
	/** US dollars per million tokens, 0 and up. */
	readonly input: number;
	readonly output: number;
	/** What a request in a batch costs, as a share of the price, in (0, 1]. */
	readonly batchFactor: number;
	/** Day of the price page, YYYY-MM-DD. */
	readonly asOf: string;
	readonly source: string;
};

/** Null: no known price; `reason` says so in words. */
type PriceAnswer =
	| { readonly price: Price; readonly reason: null }
	| { readonly price: null; readonly reason: string };

export type Prices = { of(model: PricedModel): PriceAnswer };

/** Input and output tokens. */
export type Tokens = { readonly input: number; readonly output: number };

const usd = z.number().min(0);
const table = z.array(
	z
		.strictObject({
			baseUrl: z.url({ protocol: /^https?$/ }).optional(),
			provider: z.string().min(1).optional(),
			asOf: z.iso.date(),
			source: z.string().min(1),
			batchFactor: z.number().positive().max(1).default(1),
			models: z.record(
				z.string().min(1),
				z.strictObject({ input: usd, output: usd }),
			),
		})
		.refine(
			({ baseUrl, provider }) =>
				(baseUrl === undefined) !== (provider === undefined),
			{ error: "expected either baseUrl or provider" },
		),
);

type List = z.output<typeof table>[number];

/**
 * The price tables: `path` (YAML, the user's own) before the shipped `config/prices.yaml`.
 * ConfigError `prices_unreadable`, `prices_invalid` with file, line and column of the first problem.
 */
export async function loadPrices(path: string | null): Promise<Prices> {
	const shipped = await readTable(packageFile("config/prices.yaml"));
	const lists =
		path === null ? shipped : [...(await readTable(path)), ...shipped];
	return {
		of: (model) => {
			for (const list of lists) {
				const line = lineOf(list, model);
				if (line === undefined) continue;
				const { asOf, source, batchFactor } = list;
				return { price: { ...line, batchFactor, asOf, source }, reason: null };
			}
			return {
				price: null,
				reason: `no price for ${model.model} at ${model.baseUrl} in ${path === null ? "" : `${path} or `}prices.yaml`,
			};
		},
	};
}

/** US dollars for `tokens`. `batch`: sent in a batch. */
export function costOf(
	price: Pick<Price, "input" | "output" | "batchFactor">,
	tokens: Tokens,
	options: { readonly batch?: boolean } = {},
): number {
	const full =
		(tokens.input * price.input + tokens.output * price.output) / 1e6;
	return options.batch === true ? full * price.batchFactor : full;
}

/** A dated version of a model: `-2025-04-14`, `-20250929`. */
const VERSION = /^-\d{4}-?\d{2}-?\d{2}$/;

function lineOf(
	{ baseUrl, provider, models }: List,
	model: PricedModel,
): List["models"][string] | undefined {
	const here =
		provider === undefined
			? baseUrl?.replace(/\/+$/, "") === model.baseUrl
			: provider === model.provider;
	if (!here) return undefined;
	if (Object.hasOwn(models, model.model)) return models[model.model];
	const dated = Object.keys(models).find(
		(name) =>
			model.model.startsWith(name) &&
			VERSION.test(model.model.slice(name.length)),
	);
	return models[dated ?? "*"];
}

async function readTable(path: string): Promise<readonly List[]> {
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
	throw invalid(
		yaml.positionOf(issue?.path ?? []),
		`${issue?.path.join(".") || "table"}: ${issue?.message ?? "unexpected"}`,
	);
}
