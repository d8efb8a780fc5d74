/** zod's issues about a descriptor in the words of its reader. */
import type { z } from "zod";
import { issueText, showPath } from "../shared/issue-text.ts";
import { didYouMean } from "../shared/suggest.ts";

export type DescribedIssue = {
	readonly where: readonly PropertyKey[];
	/** The key is wrong, not its value. */
	readonly key: boolean;
	readonly message: string;
};

/** One entry per thing to change; `value` is the whole descriptor; an unknown key gets the nearest known one from `jsonSchema`. */
export function describeIssue(
	issue: z.core.$ZodIssue,
	value: unknown,
	jsonSchema: object,
): DescribedIssue[] {
	const path = issue.path;
	if (issue.code === "unrecognized_keys")
		return issue.keys.map((key) => {
			const hint = didYouMean(key, keysAt(jsonSchema, path));
			return {
				where: [...path, key],
				key: true,
				message: `unknown key "${key}"${hint === undefined ? "" : `; ${hint}`}`,
			};
		});
	if (issue.code === "invalid_union" && issue.errors.length > 0)
		return describeUnion(issue, value, jsonSchema);
	return [described(issue, value)];
}

function described(issue: z.core.$ZodIssue, value: unknown): DescribedIssue {
	const { path } = issue;
	const field = path.length === 0 ? "the file" : `\`${showPath(path)}\``;
	const message = `${field}: ${issueText(issue, value)}`;
	return { where: path, key: false, message };
}

/** The problems of the alternative that was meant (its inside is wrong, not its type), else what each of them expects. */
function describeUnion(
	issue: z.core.$ZodIssueInvalidUnion,
	value: unknown,
	jsonSchema: object,
): DescribedIssue[] {
	const meant = issue.errors.find((issues) =>
		issues.every(
			({ path, code }) => path.length > 0 || code === "unrecognized_keys",
		),
	);
	if (meant !== undefined)
		return meant.flatMap((inner) =>
			describeIssue(
				{ ...inner, path: [...issue.path, ...inner.path] },
				value,
				jsonSchema,
			),
		);
	return [described(issue, value)];
}

/** The keys that JSON Schema allows at `path`, those of every alternative together. */
function keysAt(schema: object, path: readonly PropertyKey[]): string[] {
	let nodes: unknown[] = alternatives(schema);
	for (const key of path)
		nodes = nodes.flatMap((node) => {
			const child =
				typeof key === "number"
					? member(node, "items")
					: member(member(node, "properties"), String(key));
			return alternatives(child);
		});
	return nodes.flatMap((node) => Object.keys(member(node, "properties") ?? {}));
}

function alternatives(node: unknown): unknown[] {
	if (typeof node !== "object" || node === null) return [];
	const options = member(node, "oneOf") ?? member(node, "anyOf");
	return Array.isArray(options) ? options : [node];
}

function member(node: unknown, key: string): object | undefined {
	if (typeof node !== "object" || node === null) return undefined;
	const value: unknown = Reflect.get(node, key);
	return typeof value === "object" && value !== null ? value : undefined;
}
