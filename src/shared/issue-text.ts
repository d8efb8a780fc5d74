/** What zod found wrong with a value, in the words of its reader: expected, got, nearest known value. */
import type { z } from "zod";
import { didYouMean } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/**
 * `expected a number from 1 up, got 0 (number)`. `value`: all that was checked; the issue's path leads to what is wrong. `hidden`: where the
 * schema has words of its own, what was got stays unsaid, as it may be a secret.
 */
export function issueText(
	issue: Issue,
	value: unknown,
	options: { readonly hidden?: boolean } = {},
): string {
	if (issue.code === "unrecognized_keys")
		return `unknown ${issue.keys.length === 1 ? "key" : "keys"} ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
	const got = valueAt(value, issue.path);
	if (got === undefined) return `missing: expected ${expected(issue)}`;
	if (isOwnWords(issue))
		return options.hidden === true
			? issue.message
			: `${issue.message}, got ${shown(got)}`;
	const near =
		issue.code === "invalid_value" && typeof got === "string"
			? didYouMean(got, issue.values.map(String))
			: undefined;
	return `expected ${expected(issue)}, got ${shown(got)}${near === undefined ? "" : `; ${near}`}`;
}

/** `layers[3].tensor` */
export function showPath(path: readonly PropertyKey[]): string {
	return path.reduce<string>(
		(text, key) =>
			typeof key === "number"
				? `${text}[${key}]`
				: text === ""
					? String(key)
					: `${text}.${String(key)}`,
		"",
	);
}

/** A message that the schema was given; zod's own ones begin with these words. */
function isOwnWords({ message }: Issue): boolean {
	return !/^(Invalid|Too small|Too big|Unrecognized)\b/.test(message);
}

const KINDS: Readonly<Record<string, string>> = {
	int: "a whole number",
	number: "a number",
	string: "a text",
	boolean: "true or false",
	array: "a list",
	tuple: "a list",
	object: "a mapping",
	record: "a mapping",
};

const FORMATS: Readonly<Record<string, string>> = {
	url: "a URL",
	date: "a day (YYYY-MM-DD)",
};

function expected(issue: Issue): string {
	if (isOwnWords(issue)) return issue.message.replace(/^expected /, "");
	switch (issue.code) {
		case "invalid_value":
			return oneOf(issue.values);
		case "invalid_type":
			return KINDS[issue.expected] ?? issue.expected;
		case "too_small":
			if (issue.origin === "array")
				return `a list with at least ${issue.minimum}`;
			if (issue.origin === "string") return "a text that is not empty";
			return issue.inclusive === false
				? `a number above ${issue.minimum}`
				: `a number from ${issue.minimum} up`;
		case "too_big":
			return issue.origin === "array"
				? `a list with at most ${issue.maximum}`
				: `a number up to ${issue.maximum}`;
		case "invalid_format":
			return FORMATS[issue.format] ?? issue.message.replace(/^Invalid /, "");
		case "invalid_key":
			return issue.issues.map(expected).join(", ");
		case "invalid_union": {
			if (issue.errors.length > 0)
				return [
					...new Set(
						issue.errors.flatMap((issues) => issues.slice(0, 1).map(expected)),
					),
				].join(", or ");
			// The alternatives of a discriminated union, by their names.
			const { options } = issue as { readonly options?: readonly unknown[] };
			return oneOf(options ?? []);
		}
		default:
			return issue.message;
	}
}

function oneOf(values: readonly unknown[]): string {
	return `${values.length > 1 ? "one of " : ""}${values.map((value) => JSON.stringify(value)).join(", ")}`;
}

function shown(value: unknown): string {
	if (Array.isArray(value))
		return value.length === 0 ? "an empty list" : "a list";
	if (value === null) return "nothing";
	if (typeof value === "object") return "a mapping";
	const text = JSON.stringify(value);
	return `${text.length > 60 ? `${text.slice(0, 60)}...` : text} (${typeof value === "string" ? "text" : typeof value})`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	let current = value;
	for (const key of path) {
		if (typeof current !== "object" || current === null) return undefined;
		current = Object.hasOwn(current, key)
			? Reflect.get(current, key)
			: undefined;
	}
	return current;
}
