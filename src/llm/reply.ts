/** Checks a reply against its schema, and words the one question that follows an invalid one. */
import type { z } from "zod";
import type { Message } from "./port.ts";

/** The value, or what is wrong in words the model can act on. A reply cut in mid-JSON but reported as complete is found here. */
export function parseReply<T>(
	text: string,
	schema: z.ZodType<T>,
): { readonly value: T } | { readonly problem: string } {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		// Not the parser's own words: they differ between Node versions, and this text is part of the next call's key.
		return { problem: "it is not valid JSON" };
	}
	const checked = schema.safeParse(json);
	if (checked.success) return { value: checked.data };
	const issues = checked.error.issues
		.slice(0, 5)
		.map(({ path, message }) =>
			path.length === 0 ? message : `at ${path.join(".")}: ${message}`,
		);
	return { problem: `it does not fit the schema (${issues.join("; ")})` };
}

/** The messages of the second and last try: the conversation so far, the invalid reply, and what was wrong with it. */
export function reAskMessages(
	messages: readonly Message[],
	reply: string,
	problem: string,
): readonly Message[] {
	return [
		...messages,
		{ role: "assistant", content: reply },
		{
			role: "user",
			content: `That reply cannot be used: ${problem}. Answer the request again. Reply with one JSON object that fits the schema and nothing else.`,
		},
	];
}
