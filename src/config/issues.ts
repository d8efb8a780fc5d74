/** Problems of a config in words: expected, got, nearest known name. */
import type { z } from "zod";
import { issueText } from "../shared/issue-text.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { Problem } from "./rules.ts";

type JsonSchemaNode = {
	readonly properties?: Readonly<Record<string, unknown>>;
	readonly anyOf?: readonly JsonSchemaNode[];
};

/** Fields in whose place somebody may have put a secret. */
const SECRETS = new Set(["apiKeyEnv", "baseUrl", "extraBody"]);

/** The problems zod found in `value`. `jsonSchema` is that of the config; it knows the keys. */
export function problemsOf(
	error: z.core.$ZodError,
	value: unknown,
	jsonSchema: unknown,
): Problem[] {
	return error.issues.flatMap(issuesOf).flatMap((issue) => {
		if (issue.code === "unrecognized_keys")
			return issue.keys.map((key) => ({
				path: [...issue.path, key],
				message: unknownKey(key, keysAt(jsonSchema, issue.path)),
				atKey: true,
			}));
		const hidden = issue.path.some((key) => SECRETS.has(String(key)));
		return [{ path: issue.path, message: issueText(issue, value, { hidden }) }];
	});
}

/** The issues of the alternative that was meant: where a text, a list or a mapping may stand, the one of the kind that is there. */
function issuesOf(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
	if (issue.code !== "invalid_union" || issue.errors.length === 0)
		return [issue];
	// A union with words of its own says what is expected.
	if (issue.message !== "Invalid input") return [issue];
	const meant =
		issue.errors.find((issues) =>
			issues.every(
				({ code, path }) => path.length > 0 || code !== "invalid_type",
			),
		) ?? issue.errors[0];
	return (meant ?? []).flatMap((one) =>
		issuesOf({ ...one, path: [...issue.path, ...one.path] }),
	);
}

function unknownKey(key: string, known: readonly string[]): string {
	if (/^api[-_]?key$/i.test(key))
		return `"${key}": a key does not belong in a config, which is stored and shared; put it in an environment variable and name that with apiKeyEnv`;
	const hint = didYouMean(key, known) ?? `expected ${known.join(", ")}`;
	return `unknown key "${key}"; ${hint}`;
}

/** The keys a mapping of the config may have. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
	// Where several kinds may stand, only a mapping has keys.
	const mapping = (
		node: JsonSchemaNode | undefined,
	): JsonSchemaNode | undefined =>
		node?.properties === undefined
			? node?.anyOf?.find((one) => one.properties !== undefined)
			: node;
	let node = mapping(schema as JsonSchemaNode | undefined);
	for (const key of path)
		node = mapping(
			node?.properties?.[String(key)] as JsonSchemaNode | undefined,
		);
	return Object.keys(node?.properties ?? {});
}
