/** Thoughts that servers leave in the text of a reply, in the ways models write them. */
import { describe, expect, test } from "vitest";
import { readTextReply } from "../../src/llm/reply.ts";
import { withoutThoughts } from "../../src/llm/thoughts.ts";
import { plainText } from "../../src/prompts/plain-text.ts";
import { summary } from "./helpers.ts";

describe("thoughts in front of a reply", () => {
	test.each([
		["none", "A bell rings.", "A bell rings."],
		[
			"between marks",
			"<think>Bells?\n</think>\n\nA bell rings.",
			"A bell rings.",
		],
		["without words", "<think>\n\n</think>\nA bell rings.", "A bell rings."],
		[
			"whose opening mark is in the prompt (DeepSeek R1, Qwen 3)",
			"Okay, the user lists captions.\nAll have bells.\n</think>\n\nA bell rings.",
			"A bell rings.",
		],
		["of Mistral", "[THINK]Bells?[/THINK]A bell rings.", "A bell rings."],
		[
			"of gpt-oss",
			"<|channel|>analysis<|message|>Bells?<|end|><|start|>assistant<|channel|>final<|message|>A bell rings.<|return|>",
			"A bell rings.",
		],
		[
			"later on, which are none",
			"A bell <b>rings</b>.",
			"A bell <b>rings</b>.",
		],
		[
			"between marks, with a mark behind",
			"<think>a</think>b </think> c",
			"b </think> c",
		],
	])("%s", (_, text, expected) => {
		expect(withoutThoughts(text)).toBe(expected);
	});

	test.each([
		"<think>Bells?",
		"[THINK]Bells?",
		"<|channel|>analysis<|message|>Bells?",
	])("without an end, there is no reply: %s", (text) => {
		expect(withoutThoughts(text)).toBeNull();
		expect(
			readTextReply(text, (said) => ({ sentences: [said] }), summary.zod),
		).toEqual({ problem: "it ends in the middle" });
	});

	test("a caption that is repeated word for word cannot end them", () => {
		const caption = plainText("A bell </think> rings [/THINK] twice.");
		expect(withoutThoughts(caption)).toBe(caption);
	});
});
