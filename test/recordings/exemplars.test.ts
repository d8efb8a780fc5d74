import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	rankClips,
	topAndBottomClips,
} from "../../src/recordings/exemplars.ts";

/** The slow, obvious way: sort everything that is not NaN, ties by clip index, and slice. */
function sortedClips(
	values: readonly number[],
	count: number,
	sign: 1 | -1,
): number[] {
	return values
		.map((value, clip) => ({ value, clip }))
		.filter(({ value }) => !Number.isNaN(value))
		.sort((a, b) =>
			a.value === b.value
				? a.clip - b.clip
				: sign * (b.value - a.value) || a.clip - b.clip,
		)
		.slice(0, count)
		.map(({ clip }) => clip);
}

const anyValue = fc.oneof(
	fc.float(),
	fc.constantFrom(
		0,
		-0,
		1,
		1,
		-1,
		Number.NaN,
		Number.POSITIVE_INFINITY,
		Number.NEGATIVE_INFINITY,
	),
);

describe("topAndBottomClips", () => {
	it("equals sort-and-slice with ties, NaN, infinities and signed zero", () => {
		fc.assert(
			fc.property(
				fc.array(anyValue, { maxLength: 60 }),
				fc.integer({ min: 1, max: 8 }),
				(values, count) => {
					const { high, low } = topAndBottomClips(values, count);
					expect(high.map(({ clip }) => clip)).toEqual(
						sortedClips(values, count, 1),
					);
					expect(low.map(({ clip }) => clip)).toEqual(
						sortedClips(values, count, -1),
					);
				},
			),
			{ numRuns: 500 },
		);
	});

	it("breaks ties by the lower clip on both sides", () => {
		const { high, low } = topAndBottomClips([2, 1, 2, 1, 2], 2);
		expect(high).toEqual([
			{ rank: 1, clip: 0, activation: 2 },
			{ rank: 2, clip: 2, activation: 2 },
		]);
		expect(low.map(({ clip }) => clip)).toEqual([1, 3]);
	});

	it("treats -0 and 0 as equal", () => {
		expect(
			topAndBottomClips([-0, 0, -1], 2).high.map(({ clip }) => clip),
		).toEqual([0, 1]);
	});

	it("never selects NaN, even when nothing else is left", () => {
		expect(topAndBottomClips([Number.NaN, Number.NaN], 3)).toEqual({
			high: [],
			low: [],
		});
	});
});

describe("rankClips", () => {
	it("permuting the clips permutes the exemplars", () => {
		const values = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
			minLength: 10,
			maxLength: 40,
		});
		fc.assert(
			fc.property(values, (distinct) => {
				const reversed = distinct.toReversed();
				const last = distinct.length - 1;
				const forward = rankClips(distinct, 5).high.map(({ clip }) => clip);
				expect(
					rankClips(reversed, 5).high.map(({ clip }) => last - clip),
				).toEqual(forward);
			}),
		);
	});

	it("never shows a clip on both sides, and says so when there are few", () => {
		const ranked = rankClips([5, 4, 3, 2, 1, 0, -1], 5);
		expect(ranked.status).toEqual({ status: "ok", marks: ["few_clips"] });
		expect(ranked.high.map(({ clip }) => clip)).toEqual([0, 1, 2]);
		expect(ranked.low.map(({ clip }) => clip)).toEqual([6, 5, 4]);
	});

	it.each([
		["dead", [0, -0, 0], { value: 0, clips: 3 }],
		["constant", [2, 2, 2], { value: 2, clips: 3 }],
		[
			"non_finite",
			[1, Number.NaN, Number.POSITIVE_INFINITY],
			{ nonFinite: 2, clips: 3 },
		],
	] as const)(
		"skips a %s neuron with what was seen",
		(reason, values, evidence) => {
			expect(rankClips([...values], 5)).toEqual({
				status: { status: "skipped", reason, evidence },
				high: [],
				low: [],
			});
		},
	);

	it("leaves an ordinary neuron unmarked", () => {
		expect(
			rankClips(
				Float32Array.from({ length: 10 }, (_, clip) => clip),
				5,
			).status,
		).toEqual({ status: "ok", marks: [] });
	});
});
