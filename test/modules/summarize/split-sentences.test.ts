import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences } from "../../../src/modules/summarize/split-sentences.ts";

/** Written by hand: text, sentences. */
const cases: readonly (readonly [string, readonly string[]])[] = [
	["A dog barks. A cat meows.", ["A dog barks.", "A cat meows."]],
	["Loud, e.g. a horn. It echoes.", ["Loud, e.g. a horn.", "It echoes."]],
	[
		"The hum is at 3.5 kHz. It is steady.",
		["The hum is at 3.5 kHz.", "It is steady."],
	],
	[
		"Guitar vs. piano tones. Both fade.",
		["Guitar vs. piano tones.", "Both fade."],
	],
	[
		"Drums, bells, etc. A crowd cheers.",
		["Drums, bells, etc.", "A crowd cheers."],
	],
	["Drums, bells, etc. are heard.", ["Drums, bells, etc. are heard."]],
	["Recorded at 3 p.m. near a road.", ["Recorded at 3 p.m. near a road."]],
	[
		"Music by J. S. Bach is played. It is slow.",
		["Music by J. S. Bach is played.", "It is slow."],
	],
	["Dr. Smith speaks loudly.", ["Dr. Smith speaks loudly."]],
	["1. Loud hum\n2. Distant traffic", ["Loud hum", "Distant traffic"]],
	["1) A loud hum. 2) Distant traffic.", ["A loud hum.", "Distant traffic."]],
	[
		"Shared: 1. Loud hum 2. Distant traffic",
		["Shared:", "Loud hum", "Distant traffic"],
	],
	[
		"It is heard in part 3. Then it stops.",
		["It is heard in part 3.", "Then it stops."],
	],
	[
		"- metallic clang\n• low drone\n* high whistle",
		["metallic clang", "low drone", "high whistle"],
	],
	["## Summary\n**A loud bell rings.**", ["Summary:", "A loud bell rings."]],
	["A man says no. A dog barks.", ["A man says no.", "A dog barks."]],
	["Track no. 5 plays.", ["Track no. 5 plays."]],
	["It lasts 2 min. It fades.", ["It lasts 2 min.", "It fades."]],
	["It lasts 2 min. at most.", ["It lasts 2 min. at most."]],
	['A man shouts "Stop!" and runs.', ['A man shouts "Stop!" and runs.']],
	["Is it rain? It might be wind!", ["Is it rain?", "It might be wind!"]],
	["The sound fades... then returns.", ["The sound fades... then returns."]],
	[
		"The tone is (very) high.The end.",
		["The tone is (very) high.", "The end."],
	],
	[
		"A bell rings.\r\n\r\n  \r\nA dog barks.",
		["A bell rings.", "A dog barks."],
	],
	["high-pitched, well-tuned strings", ["high-pitched, well-tuned strings"]],
	["", []],
	["  ...  \n - \n", []],
];

describe("splitSentences", () => {
	it.each(cases)("%j", (text, sentences) => {
		expect(splitSentences(text)).toEqual(sentences);
	});

	it("loses no letter and adds none", () => {
		const words = fc.constantFrom(
			"rain",
			"e.g.",
			"3.5",
			"kHz.",
			"A",
			"dog,",
			"No",
			"vs.",
			"hum!",
			"\n",
		);
		fc.assert(
			fc.property(fc.array(words), (parts) => {
				const text = parts.join(" ");
				const letters = (value: string): string =>
					value.replace(/[^\p{L}\p{N}]/gu, "");
				expect(letters(splitSentences(text).join(" "))).toBe(letters(text));
			}),
		);
	});

	it("reads a reply of very many empty lines", () => {
		expect(splitSentences(`A bell rings.${"\n".repeat(200_000)}`)).toEqual([
			"A bell rings.",
		]);
	});

	it("splits a very long line", () => {
		const long = "A dog barks loudly at night. ".repeat(7000);
		expect(splitSentences(long)).toHaveLength(7000);
	});

	it("splits its own sentences no further", () => {
		fc.assert(
			fc.property(fc.lorem({ mode: "sentences", maxCount: 5 }), (text) => {
				for (const sentence of splitSentences(text))
					expect(splitSentences(sentence)).toEqual([sentence]);
			}),
		);
	});
});
