import { describe, expect, it } from "vitest";
import { conceptsOf } from "../../../src/modules/open-set-extraction/concepts.ts";
import { isJunk } from "../../../src/modules/summarize/junk.ts";
import { splitSentences } from "../../../src/modules/summarize/split-sentences.ts";
import { lexicon, wordsOf } from "../open-set-extraction/fixtures.ts";
import { sentences } from "./concepts.ts";
import { filler, splits, statements } from "./sentences.ts";

describe("module B, splitting", () => {
	it.each(splits)("%j", (reply, expected) => {
		expect(splitSentences(reply)).toEqual(expected);
	});
});

describe("module B, junk", () => {
	it.each(filler)("drops %j", (sentence) => {
		expect(isJunk(sentence)).toBe(true);
	});

	it.each(statements)("keeps %j", (sentence) => {
		expect(isJunk(sentence)).toBe(false);
	});
});

describe("module C, words and negation", () => {
	const list = (words: string | undefined): string[] =>
		words === undefined ? [] : words.split(" ");

	it.each(sentences)("%s", (sentence, expected) => {
		const { concepts, negated } = conceptsOf([wordsOf(sentence)], lexicon);
		expect({ ...concepts, negated: [...negated] }).toEqual({
			adjective: list(expected.a),
			noun: list(expected.n),
			verb: list(expected.v),
			preposition: list(expected.p),
			negated: list(expected.not),
		});
	});
});

it("there are sentences enough", () => {
	expect(sentences.length).toBeGreaterThanOrEqual(40);
	expect(
		splits.length + filler.length + statements.length,
	).toBeGreaterThanOrEqual(60);
});
