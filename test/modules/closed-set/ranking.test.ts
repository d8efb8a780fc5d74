import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankConcepts } from "../../../src/modules/closed-set/ranking.ts";

describe("rankConcepts", () => {
	it("puts ties in index order, -Infinity last, and leaves NaN out", () => {
		expect(
			rankConcepts([
				0.5,
				Number.NaN,
				Number.NEGATIVE_INFINITY,
				0.7,
				0.5,
				Number.NEGATIVE_INFINITY,
				-3,
				-0,
				0,
			]),
		).toEqual([3, 0, 4, 7, 8, 6, 2, 5]);
	});

	it("is empty when nothing can be ranked", () => {
		expect(rankConcepts([Number.NaN, Number.NaN])).toEqual([]);
		expect(rankConcepts([])).toEqual([]);
	});

	it("is a stable descending order, cut to the count", () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN))),
				fc.nat({ max: 8 }),
				(scores, count) => {
					const ranked = rankConcepts(scores);
					expect(ranked.length).toBe(
						scores.filter((score) => !Number.isNaN(score)).length,
					);
					for (const [place, index] of ranked.entries()) {
						const before = ranked[place - 1];
						if (before === undefined) continue;
						const a = scores[before] as number;
						const b = scores[index] as number;
						expect(a > b || (a === b && before < index)).toBe(true);
					}
					expect(rankConcepts(scores, count)).toEqual(ranked.slice(0, count));
				},
			),
		);
	});
});
