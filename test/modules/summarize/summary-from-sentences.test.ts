import { describe, expect, it } from "vitest";
import { summaryFromSentences } from "../../../src/modules/summarize/summary-from-sentences.ts";
import {
	comparableWords,
	wordTokens,
} from "../../../src/modules/summarize/words.ts";

describe("wordTokens", () => {
	it("keeps hyphens and apostrophes inside words", () => {
		expect(wordTokens("High-pitched — isn’t it? 2 kHz, café")).toEqual([
			"High-pitched",
			"isn’t",
			"it",
			"2",
			"kHz",
			"café",
		]);
		expect(comparableWords("Isn’t IT")).toEqual(["isn't", "it"]);
	});
});

describe("summaryFromSentences", () => {
	it("splits, drops junk and short sentences with the reason, and keeps the rest in order", () => {
		expect(
			summaryFromSentences({
				side: "low",
				texts: [
					"Sure, here they are:\n1. A dog is barking. 2. Loud.",
					"It is metallic. Let me know!",
				],
				minWords: 3,
			}),
		).toEqual({
			side: "low",
			sentences: [{ text: "A dog is barking." }, { text: "It is metallic." }],
			dropped: [
				{ text: "Sure, here they are:", reason: "junk" },
				{ text: "Loud.", reason: "too_short" },
				{ text: "Let me know!", reason: "junk" },
			],
		});
	});

	it("keeps exactly minWords words and not one less", () => {
		const summary = summaryFromSentences({
			side: "high",
			texts: ["One two three four five six.", "One two three four five."],
			minWords: 6,
		});
		expect(summary.sentences.map(({ text }) => text)).toEqual([
			"One two three four five six.",
		]);
	});

	it("says the same thing once", () => {
		const summary = summaryFromSentences({
			side: "high",
			texts: ["A dog is barking.", "a dog is barking", "A dog is howling."],
			minWords: 3,
		});
		expect(summary.sentences).toEqual([
			{ text: "A dog is barking." },
			{ text: "A dog is howling." },
		]);
	});
});
