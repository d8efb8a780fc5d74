import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lexicon, wordsOf } from "./fixtures.ts";

const grammatical =
	"a the no two dog dogs bark barks barking bus buses ring rings ringing loud bright and or but while until then to of in like there which that someone heard , ; ( ) –".split(
		" ",
	);
/** Words that captions can have, in any order, with marks among them. */
const captionWord = fc.oneof(
	{ weight: 2, arbitrary: fc.constantFrom(...grammatical) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			...lexicon.soundVerbs,
			...lexicon.sourceNouns,
			...lexicon.adjectives.keys(),
		),
	},
);
const anything = fc.oneof(
	captionWord,
	fc.constantFrom("🔔", "狗在叫", "Straße", "été", "bell's", "isn't", '"ring'),
	fc.string({ unit: "grapheme", maxLength: 8 }),
);
const text = (word: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc.array(word, { maxLength: 40 }).map((words) => words.join(" "));

describe("wordsOfSentence", () => {
	it("reads any text, always in the same way", () => {
		fc.assert(
			fc.property(text(anything), (sentence) => {
				expect(wordsOf(sentence)).toEqual(wordsOf(sentence));
			}),
		);
	});

	it("gives words of the sentence, with lemmas that are these words or forms of them", () => {
		fc.assert(
			fc.property(text(captionWord), (sentence) => {
				const given = sentence.toLowerCase();
				for (const { lower, lemma } of wordsOf(sentence)) {
					// "high pitched" is read as one word.
					expect(given.replaceAll(" ", "-")).toContain(
						lower.replaceAll(" ", "-"),
					);
					expect(lemma[0]).toBe(lower[0]);
				}
			}),
		);
	});

	it("reads a sentence of many words and a very long word", () => {
		expect(wordsOf("dog and loud ".repeat(300))).toHaveLength(900);
		expect(wordsOf("a".repeat(300_000))).toHaveLength(1);
	});
});
