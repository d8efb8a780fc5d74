/** Reads a reply against its schema, repairs what is only misspelt, and words the one question that follows an unusable one. */
import type { z } from "zod";
import { canonicalJson, type Json } from "../shared/hash.ts";
import { objectsIn } from "./json-objects.ts";
import type { Message } from "./port.ts";
import { repairJson } from "./repair-json.ts";
import { withoutThoughts } from "./thoughts.ts";

/** The value, or what is wrong in words the model can act on. */
export type Reading<T> =
	| {
			readonly value: T;
			/** The text is not the JSON that was asked for, but holds it, or is a misspelt form of it. */
			readonly repaired: boolean;
	  }
	| { readonly problem: string };

/**
 * Reads a reply as JSON that fits `schema`. When it is not JSON as it stands, the objects in it are looked at: in code fences, between
 * words, with trailing commas or single quotes. A reply that was cut (reported as complete or not) is never completed, and one that
 * holds two different answers is none.
 */
export function readJsonReply<T>(
	text: string,
	schema: z.ZodType<T>,
): Reading<T> {
	const asItStands = parsed(text);
	if (asItStands !== undefined) {
		const checked = schema.safeParse(asItStands);
		return checked.success
			? { value: checked.data, repaired: false }
			: { problem: misfit(checked.error) };
	}
	// Not the parser's own words: they differ between Node versions, and this text is part of the next call's key.
	const notJson = { problem: "it is not valid JSON" };
	const objects = objectsIn(text);
	if (objects === null) return notJson;
	const values = objects.flatMap((object) => {
		const value = parsed(object) ?? repairJson(object);
		return value === undefined ? [] : [value];
	});
	const fitting = values.flatMap((value) => {
		const checked = schema.safeParse(value);
		return checked.success ? [{ value: checked.data, json: value }] : [];
	});
	const [first] = fitting;
	if (first !== undefined) {
		const distinct = new Set(fitting.map(({ json }) => canonicalJson(json)));
		return distinct.size === 1
			? { value: first.value, repaired: true }
			: { problem: "it holds more than one answer" };
	}
	const only = values.length === 1 ? schema.safeParse(values[0]) : null;
	return only?.error === undefined ? notJson : { problem: misfit(only.error) };
}

/**
 * Reads a plain-text reply with `fromText`; its value is held to the schema all the same. A model that answers in JSON although text was
 * asked for, also behind other words, is read as JSON, and what only begins like JSON is no text.
 */
export function readTextReply<T>(
	text: string,
	fromText: (text: string) => T,
	schema: z.ZodType<T>,
): Reading<T> {
	const said = withoutThoughts(text);
	if (said === null) return { problem: "it ends in the middle" };
	if (/\{\s*["']/.test(said)) {
		const json = readJsonReply(said, schema);
		if ("value" in json) return { ...json, repaired: true };
	}
	if (/^\s*(```\w*\s*)?\{/.test(said))
		return { problem: "it is not plain text" };
	const checked = schema.safeParse(fromText(said));
	return checked.success
		? { value: checked.data, repaired: false }
		: { problem: misfit(checked.error) };
}

function parsed(text: string): Json | undefined {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function misfit(error: z.ZodError): string {
	const issues = error.issues
		.slice(0, 5)
		.map(({ path, message }) =>
			path.length === 0 ? message : `at ${path.join(".")}: ${message}`,
		);
	return `it does not fit the schema (${issues.join("; ")})`;
}

/** The messages of the second and last try: the conversation so far, the invalid reply, and what was wrong with it. */
export function reAskMessages(
	messages: readonly Message[],
	reply: string,
	problem: string,
	wanted: "json" | "text",
	/** For a server that was not sent it. */
	schema: Json | null,
): readonly Message[] {
	return [
		...messages,
		{ role: "assistant", content: reply },
		{
			role: "user",
			content: `That reply cannot be used: ${problem}. Answer the request again. ${
				wanted === "json"
					? `Reply with one JSON object that fits ${schema === null ? "the schema" : `this JSON schema: ${JSON.stringify(schema)}`} and nothing else.`
					: "Reply with the answer and nothing else."
			}`,
		},
	];
}
