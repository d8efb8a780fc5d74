import { describe, expect, it } from "vitest";
import { LanguageModelError } from "../../../src/errors.ts";
import { judgeWithLexicon } from "../../../src/modules/open-set-extraction/acoustic-filter.ts";
import {
	adjectivesOf,
	extractOpenSet,
} from "../../../src/modules/open-set-extraction/extract-open-set.ts";
import type {
	CalibratedSentence,
	CalibratedSummary,
} from "../../../src/types.ts";
import { directTagger, lexicon } from "./fixtures.ts";

const sentence = (
	text: string,
	kept: boolean,
	support?: readonly number[],
): CalibratedSentence => ({
	text,
	kept,
	cosine: null,
	nearestLow: null,
	...(support === undefined ? {} : { support }),
});
const summary = (
	...sentences: readonly CalibratedSentence[]
): CalibratedSummary => ({
	status: "low_empty",
	threshold: 0.5,
	sentences,
	low: [],
});
const extract = (calibrated: CalibratedSummary, captions: readonly string[]) =>
	extractOpenSet({
		calibrated,
		captions,
		tagger: directTagger,
		judge: (lemmas) => judgeWithLexicon(lemmas, lexicon),
	});

describe("extractOpenSet", () => {
	it("reads kept sentences only and counts the captions that support each concept", async () => {
		const result = await extract(
			summary(
				sentence("A violin is playing in a wooden room.", true, [1, 2, 3]),
				sentence("It is reverberant, zorbic and loud.", true, [1, 2, 3, 4]),
				sentence("A dog is barking.", false, [1, 2, 3, 4, 5]),
			),
			[
				"Echoing violins play in a hall.",
				"A violin with a clear echo, not loud.",
				"The violin echoes. It sounds powerful.",
				"A cello without echo.",
				"A wooden box.",
			],
		);
		expect(result).toEqual({
			adjectives: [
				{ lemma: "reverberant", support: 3, acoustic: "yes" },
				{ lemma: "wooden", support: 1, acoustic: "yes" },
				{ lemma: "loud", support: 1, acoustic: "yes" },
				{ lemma: "zorbic", support: 0, acoustic: "unjudged" },
			],
			nouns: [
				{ lemma: "violin", support: 3 },
				{ lemma: "room", support: 0 },
			],
			verbs: [{ lemma: "play", support: 1 }],
			prepositions: [{ lemma: "in", support: 1 }],
			negated: [],
			captionLength: 14,
			description: "It is reverberant, zorbic and loud.",
		});
	});

	it("describes with the sentence most captions support, also when the describer does not say which", async () => {
		const captions = [
			"A dog barks in a hall.",
			"A dog is barking, with reverb.",
			"A loud dog barks twice.",
		];
		const best = async (...texts: readonly string[]) =>
			(
				await extract(
					summary(...texts.map((text) => sentence(text, true))),
					captions,
				)
			).description;
		expect(await best("It is loud.", "A dog is barking.")).toBe(
			"A dog is barking.",
		);
		// Half of the words are enough; denied ones do not count for a caption.
		expect(await best("It is loud.", "A dog is growling.")).toBe(
			"A dog is growling.",
		);
		expect(await best("A dog barks.", "A dog is barking.")).toBe(
			"A dog barks.",
		);
	});

	it("describes with the sentence that says most of the high and least of the low clips, where that is known", async () => {
		const captions = ["A loud bell.", "A loud dog.", "A loud gong."];
		const best = async (...margins: readonly (number | null)[]) =>
			(
				await extract(
					summary(
						...["It is loud.", "A bell rings.", "A gong rings."].map(
							(text, index) => ({
								...sentence(text, true),
								margin: margins[index] ?? null,
							}),
						),
					),
					captions,
				)
			).description;
		expect(await best(0.1, 0.3, 0.3)).toBe("A bell rings.");
		expect(await best(-0.1, -0.3, -0.2)).toBe("It is loud.");
		// Not known of all: support decides.
		expect(await best(0.1, 0.3, null)).toBe("It is loud.");
	});

	it("says why there is no description", async () => {
		const empty = await extract({ ...summary(), status: "high_empty" }, []);
		expect([empty.description, empty.noDescription]).toEqual([
			null,
			"high_empty",
		]);
		const described = await extract(summary(sentence("It is loud.", true)), []);
		expect(described).not.toHaveProperty("noDescription");
	});

	it("counts and judges a word in every spelling", async () => {
		const result = await extract(
			summary(sentence("The highpitched tone is synthesised.", true)),
			["A high pitched tone.", "A high-pitched, synthesized beep.", "A tone."],
		);
		expect(result.adjectives).toEqual([
			{ lemma: "highpitched", support: 2, acoustic: "yes" },
			{ lemma: "synthesised", support: 1, acoustic: "yes" },
		]);
	});

	it("describes with the first sentence when support is not known", async () => {
		const result = await extract(
			summary(sentence("It is loud.", true), sentence("It is low.", true)),
			[],
		);
		expect(result.description).toBe("It is loud.");
	});

	it("is empty, without a description, when nothing survived", async () => {
		const result = await extract(summary(sentence("It is loud.", false)), [
			"A loud bell.",
		]);
		expect(result).toEqual({
			adjectives: [],
			nouns: [],
			verbs: [],
			prepositions: [],
			negated: [],
			captionLength: 0,
			description: null,
			noDescription: "nothing_distinguishes",
		});
	});

	it("lists denied words apart", async () => {
		const result = await extract(
			summary(sentence("It is bright, without hiss.", true)),
			[],
		);
		expect(result.adjectives.map(({ lemma }) => lemma)).toEqual(["bright"]);
		expect(result.negated).toEqual(["hiss"]);
	});

	it("counts a man and a female speaker for a person", async () => {
		const result = await extract(
			summary(sentence("A person is talking.", true)),
			["A man talks.", "A female speaker.", "A dog barks."],
		);
		expect(result.nouns).toEqual([{ lemma: "person", support: 2 }]);
	});

	it("asks the judge for adjectives only, and fails when the judge does", async () => {
		const calibrated = summary(sentence("A loud bell is ringing.", true));
		expect(await adjectivesOf(calibrated, directTagger)).toEqual(["loud"]);
		const failure = new LanguageModelError("no verdict", {
			code: "word_not_judged",
		});
		await expect(
			extractOpenSet({
				calibrated,
				captions: [],
				tagger: directTagger,
				judge: () => {
					throw failure;
				},
			}),
		).rejects.toBe(failure);
	});
});
