import { describe, expect, it } from "vitest";
import { readTextReply } from "../../../src/llm/reply.ts";
import { isRefusal } from "../../../src/modules/summarize/refusal.ts";
import { sentencesFromText } from "../../../src/modules/summarize/sentences-from-text.ts";
import { summarySchema } from "../../../src/modules/summarize/summarize-with-model.ts";

describe("isRefusal", () => {
	it.each([
		"I'm sorry, but I can't help with that.",
		"I'm not able to help with that request.",
		"I cannot listen to audio. Please provide a transcript.",
		"Unfortunately, I am unable to process this request.",
		"As an AI language model, I cannot hear sounds.",
		"I apologize. I can’t assist with that. Is there anything else I can help with?",
	])("%j declines", (text) => {
		expect(isRefusal([text])).toBe(true);
	});

	it.each([
		"I'm sorry, I cannot hear audio. Based on the captions, rain is falling.",
		"Nothing in common.",
		"I'm unable to determine a common theme.",
		"Unfortunately, these captions do not share a common sound.",
		'A man says "I cannot help you".',
		"",
	])("%j does not", (text) => {
		expect(isRefusal([text])).toBe(false);
	});
});

it("a reply that declines is invalid, in text and in JSON; one that says nothing is shared is an empty summary", () => {
	const read = (text: string) =>
		readTextReply(
			text,
			(said) => ({ sentences: sentencesFromText(said) }),
			summarySchema,
		);
	expect(read("I'm sorry, I can't assist with that.")).toEqual({
		problem:
			"it does not fit the schema (at sentences: expected statements about the sounds, or none when they share nothing, got a reply that declines)",
	});
	expect(
		summarySchema.safeParse({ sentences: ["I cannot help with that."] })
			.success,
	).toBe(false);
	expect(read("Nothing in common.")).toMatchObject({
		value: { sentences: [] },
	});
});
