import { describe, expect, it } from "vitest";
import { conceptsOf } from "../../../src/modules/open-set-extraction/concepts.ts";
import { isJunk } from "../../../src/modules/summarize/junk.ts";
import { splitSentences } from "../../../src/modules/summarize/split-sentences.ts";
import { lexicon, wordsOf } from "../open-set-extraction/fixtures.ts";
import { captions } from "./captions.ts";
import { sentences } from "./concepts.ts";
import { denials } from "./denials.ts";
import { mixed } from "./mixed.ts";
import { modelWordings } from "./model-wordings.ts";
import { moreCaptions } from "./more-captions.ts";
import { nounsAndVerbs } from "./nouns-and-verbs.ts";
import { hardFiller, hardReplies, hardStatements } from "./replies.ts";
import { filler, splits, statements } from "./sentences.ts";
import { shortCaptions } from "./short-captions.ts";
import { wordings } from "./wordings.ts";

const allSentences = [
	...sentences,
	...nounsAndVerbs,
	...denials,
	...wordings,
	...mixed,
	...captions,
	...modelWordings,
];

describe("module B, splitting", () => {
	it.each([...splits, ...hardReplies])("%j", (reply, expected) => {
		expect(splitSentences(reply)).toEqual(expected);
	});
});

describe("module B, junk", () => {
	it.each([...filler, ...hardFiller])("drops %j", (sentence) => {
		expect(isJunk(sentence)).toBe(true);
	});

	it.each([...statements, ...hardStatements])("keeps %j", (sentence) => {
		expect(isJunk(sentence)).toBe(false);
	});
});

describe("module C, words whatever their order", () => {
	const sorted = (words: string | undefined): string[] =>
		words === undefined ? [] : words.split(" ").sort();

	it.each([...shortCaptions, ...moreCaptions])("%s", (sentence, expected) => {
		const { concepts, negated } = conceptsOf([wordsOf(sentence)], lexicon);
		expect({
			a: concepts.adjective.toSorted(),
			n: concepts.noun.toSorted(),
			v: concepts.verb.toSorted(),
			p: concepts.preposition.toSorted(),
			not: negated.toSorted(),
		}).toEqual({
			a: sorted(expected.a),
			n: sorted(expected.n),
			v: sorted(expected.v),
			p: sorted(expected.p),
			not: sorted(expected.not),
		});
	});
});

describe("module C, words and negation", () => {
	const list = (words: string | undefined): string[] =>
		words === undefined ? [] : words.split(" ");

	it.each(allSentences)("%s", (sentence, expected) => {
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
