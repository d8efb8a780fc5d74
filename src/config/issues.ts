/** Problems of a config in words: expected, got, nearest known name. */
import type { z } from "zod";
import { didYouMean } from "../shared/suggest.ts";
import type { Problem } from "./rules.ts";

type JsonSchemaNode = {
	readonly properties?: Readonly<Record<string, unknown>>;
	readonly anyOf?: readonly JsonSchemaNode[];
};

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
		return [
			{ path: issue.path, message: inWords(issue, at(value, issue.path)) },
		];
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

function inWords(issue: z.core.$ZodIssue, got: unknown): string {
	if (got === undefined) return `missing: expected ${expected(issue)}`;
	if (issue.code === "invalid_value") {
		const known = issue.values.map(String);
		const hint = typeof got === "string" ? didYouMean(got, known) : undefined;
		return `expected ${expected(issue)}, got ${shown(got)}${hint === undefined ? "" : `; ${hint}`}`;
	}
	if (
		issue.code === "invalid_type" ||
		issue.code === "too_small" ||
		issue.code === "too_big"
	)
		return `expected ${expected(issue)}, got ${shown(got)}`;
	// A message of schema.ts: it says what is expected. What was got stays unsaid where it may be a secret.
	const secret = issue.path.some((key) =>
		["apiKeyEnv", "baseUrl", "extraBody"].includes(String(key)),
	);
	return secret ? issue.message : `${issue.message}, got ${shown(got)}`;
}

function expected(issue: z.core.$ZodIssue): string {
	if (issue.code === "invalid_value")
		return `${issue.values.length > 1 ? "one of " : ""}${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
	if (issue.code === "invalid_type") {
		const names: Readonly<Record<string, string>> = {
			int: "a whole number",
			number: "a number",
			string: "a text",
			array: "a list",
			object: "a mapping",
		};
		return names[issue.expected] ?? issue.expected;
	}
	if (issue.code === "too_small") {
		if (issue.origin === "array")
			return `a list with at least ${issue.minimum}`;
		return `a number ${issue.inclusive === false ? "above" : "from"} ${issue.minimum}${issue.inclusive === false ? "" : " up"}`;
	}
	if (issue.code === "too_big") return `a number up to ${issue.maximum}`;
	return issue.message.replace(/^expected /, "");
}

function shown(value: unknown): string {
	if (Array.isArray(value))
		return value.length === 0 ? "an empty list" : "a list";
	if (value === null) return "nothing";
	if (typeof value === "object") return "a mapping";
	const text = JSON.stringify(value);
	return `${text.length > 60 ? `${text.slice(0, 60)}...` : text} (${typeof value === "string" ? "text" : typeof value})`;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
	let current = value;
	for (const key of path) {
		if (typeof current !== "object" || current === null) return undefined;
		current = Object.hasOwn(current, key)
			? Reflect.get(current, key)
			: undefined;
	}
	return current;
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
