import { describe, expect, it } from "vitest";
import { groupSpellings, spellingKey } from "../../src/shared/spelling.ts";

describe("spellingKey", () => {
	it.each([
		[
			"high-pitched",
			"high pitched",
			"High_Pitched",
			"highpitched",
			"high-pitch",
		],
		["clear-toned", "clear tone", "cleartoned"],
		["low-frequency", "low frequency"],
		["synthesised", "synthesized"],
		["coloured", "colored"],
		["mid-range", "mid range", "midrange"],
	])("%s is %s", (...spellings) => {
		expect(new Set(spellings.map(spellingKey)).size).toBe(1);
	});

	it.each([
		["loud", "noisy"],
		["muffled", "muffle"],
		["high-pitched", "low-pitched"],
		["distorted", "distort"],
		["rising", "raising"],
		["noise", "noisy"],
		["bell-like", "bell"],
		["toned", "tone"],
		["for", "four"],
	])("%s is not %s", (a, b) => {
		expect(spellingKey(a)).not.toBe(spellingKey(b));
	});
});

describe("groupSpellings", () => {
	it("shows the strongest spelling, in the order of each group's first", () => {
		const concepts = [
			{ lemma: "high pitched", support: 1 },
			{ lemma: "loud", support: 5 },
			{ lemma: "high-pitched", support: 3 },
			{ lemma: "noisy", support: 5 },
		];
		const groups = groupSpellings(concepts, ({ support }) => support);
		expect(
			groups.map(({ shown, others }) => [
				shown.lemma,
				...others.map(({ lemma }) => lemma),
			]),
		).toEqual([["high-pitched", "high pitched"], ["loud"], ["noisy"]]);
	});

	it("of equals, the first is shown", () => {
		const [group] = groupSpellings(
			[{ lemma: "high pitched" }, { lemma: "highpitched" }],
			() => 0,
		);
		expect(group?.shown.lemma).toBe("high pitched");
	});
});
