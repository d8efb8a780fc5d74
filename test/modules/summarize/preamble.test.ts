import { describe, expect, it } from "vitest";
import { withoutPreamble } from "../../../src/modules/summarize/preamble.ts";
import { summaryFromSentences } from "../../../src/modules/summarize/summary-from-sentences.ts";

describe("withoutPreamble", () => {
	it.each([
		["Sure, a bell rings.", "A bell rings."],
		["Okay, so a cat meows.", "A cat meows."],
		["Based on the captions, rain falls.", "Rain falls."],
		["Based on the five captions provided, rain falls.", "Rain falls."],
		["Here is a summary: a dog barks.", "A dog barks."],
		[
			"Sure! Here are the shared sounds: rain, wind and thunder.",
			"Rain, wind and thunder.",
		],
		["Please note that the beeps are short.", "The beeps are short."],
	])("%j says %j", (sentence, statement) => {
		expect(withoutPreamble(sentence)).toBe(statement);
	});

	it.each([
		"Certainly loud, the siren wails.",
		"Sure footsteps approach.",
		"Based on rails, a train rumbles.",
		"Here comes a train: it is fast.",
		"From the captions of a film, a voice reads.",
		"Note after note rises.",
		"Of course a bell rings.",
	])("%j stays", (sentence) => {
		expect(withoutPreamble(sentence)).toBe(sentence);
	});
});

it("a statement behind filler is kept; filler with nothing behind it is dropped as it was written", () => {
	expect(
		summaryFromSentences({
			side: "high",
			texts: [
				"Based on the captions, the sounds are made by a violin. Sure! Here is what I found:",
				"Based on the captions, they have nothing in common. Okay, loud.",
			],
			minWords: 3,
		}),
	).toEqual({
		side: "high",
		sentences: [{ text: "The sounds are made by a violin." }],
		dropped: [
			{ text: "Sure!", reason: "junk" },
			{ text: "Here is what I found:", reason: "junk" },
			{
				text: "Based on the captions, they have nothing in common.",
				reason: "junk",
			},
			{ text: "Okay, loud.", reason: "too_short" },
		],
	});
});
