import { describe, expect, it } from "vitest";
import type { Background } from "../../../src/modules/summarize/background.ts";
import { analyseCaption } from "../../../src/modules/summarize/caption-analysis.ts";
import { sharedClauses } from "../../../src/modules/summarize/shared-clauses.ts";
import { sharedQualities } from "../../../src/modules/summarize/shared-qualities.ts";
import { lexicon, wordsOf } from "../open-set-extraction/fixtures.ts";

/** A probe set in which no word and no clause is common, unless said otherwise. */
const rare: Background = {
	captions: 100,
	shareOfKey: () => 0,
	shareOfQuality: () => 0,
	shareNear: () => 0,
	typicalCosine: 0,
};
const side = (
	captions: readonly string[],
	background: Partial<Background> = {},
) => ({
	captions: captions.map((caption) =>
		analyseCaption([wordsOf(caption)], lexicon),
	),
	least: Math.ceil(0.6 * captions.length),
	background: { ...rare, ...background },
	lexicon,
});
/** Clauses with the same verb are near each other, all others are at right angles. */
const verbs = ["zapping", "booming", "raining", "talking", "walking"];
const vectorOf = (text: string): Float32Array =>
	Float32Array.from(verbs, (verb) => (text.includes(verb) ? 1 : 0));

const zaps = [
	"A pistol is zapping.",
	"Rain is raining.",
	"A blaster is zapping.",
	"A man is talking.",
	"A laser is zapping.",
];

describe("sharedClauses", () => {
	it("vouches for one of several names by what they all do, when the cluster is narrow", () => {
		expect(sharedClauses(side(zaps), vectorOf).sentences).toEqual([
			{ text: "A pistol is zapping.", support: [1, 3, 5] },
		]);
	});

	it("leaves the name out when the cluster is not narrow", () => {
		const wide = side(zaps, { shareNear: () => 0.07 });
		expect(sharedClauses(wide, vectorOf).sentences).toEqual([
			{ text: "Something is zapping.", support: [1, 3, 5] },
		]);
	});

	it("says nothing of a cluster that random captions would have too", () => {
		const common = side(zaps, { shareNear: () => 0.9 });
		expect(sharedClauses(common, vectorOf).sentences).toEqual([]);
	});

	it("counts for support only captions that say the words, outside narrow clusters", () => {
		const wide = side(
			[
				"A dog is booming.",
				"A dog is booming.",
				"A dog.",
				"A cat is booming.",
				"Rain is raining.",
			],
			{ shareNear: () => 0.07 },
		);
		expect(sharedClauses(wide, vectorOf).sentences).toEqual([
			{ text: "A dog is booming.", support: [1, 2, 3] },
		]);
	});

	it("names a source that enough captions name, though it does different things", () => {
		const sides = [
			"A dog is booming.",
			"A dog is walking.",
			"A dog is talking.",
			"Rain.",
			"Wind.",
		];
		expect(sharedClauses(side(sides), vectorOf).sentences).toEqual([
			{ text: "There is a dog.", support: [1, 2, 3] },
		]);
		const common = side(sides, { shareOfKey: () => 0.5 });
		expect(sharedClauses(common, vectorOf).sentences).toEqual([]);
	});

	it("calls people by the noun and the trait that enough captions share", () => {
		const { sentences, said } = sharedClauses(
			side([
				"A male voice is talking.",
				"A male voice is talking.",
				"A male voice is talking.",
				"Rain.",
				"Wind.",
			]),
			vectorOf,
		);
		expect(sentences).toEqual([
			{ text: "A male voice is talking.", support: [1, 2, 3] },
		]);
		expect(said.has("male")).toBe(true);
	});
});

describe("sharedQualities", () => {
	const three = [
		"It is squeaky.",
		"A squeaking door.",
		"A squeaky voice.",
		"Rain.",
		"Wind.",
	];

	it("states what at least `least` captions say, and nothing else", () => {
		expect(sharedQualities(side(three), new Set())).toEqual([
			{ text: "It is squeaky.", support: [1, 2, 3] },
		]);
		const two = [
			"It is squeaky.",
			"A squeaking door.",
			"A voice.",
			"Rain.",
			"Wind.",
		];
		expect(sharedQualities(side(two), new Set())).toEqual([]);
	});

	it("asks for more support of what is common", () => {
		const shareOfQuality = () => 0.2;
		expect(sharedQualities(side(three, { shareOfQuality }), new Set())).toEqual(
			[],
		);
		const five = three.map(() => "It is squeaky.");
		expect(
			sharedQualities(side(five, { shareOfQuality }), new Set()),
		).toHaveLength(1);
	});

	it("leaves out what has been said", () => {
		expect(sharedQualities(side(three), new Set(["squeaky"]))).toEqual([]);
	});
});
