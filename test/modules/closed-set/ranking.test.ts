import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	createConceptRanker,
	rankConcepts,
} from "../../../src/modules/closed-set/ranking.ts";

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

describe("createConceptRanker", () => {
	it("ranks by the exact scores of the candidates, neuron after neuron", () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.double({ min: -1, max: 1, noNaN: true }),
						fc.constantFrom(
							0,
							0.5,
							Number.NaN,
							Number.NEGATIVE_INFINITY,
							Number.POSITIVE_INFINITY,
						),
					),
					{ maxLength: 30 },
				),
				fc.array(fc.double({ min: -0.01, max: 0.01, noNaN: true }), {
					minLength: 30,
					maxLength: 30,
				}),
				(scores, noise) => {
					const finite = scores.map((score) =>
						score === Number.POSITIVE_INFINITY ? Number.NaN : score,
					);
					const proposed = finite.map(
						(score, index) => score + (noise[index] as number),
					);
					const asked: number[] = [];
					const rank = createConceptRanker({
						concepts: scores.length,
						limitOf: (fifth) => fifth - 0.02,
						scoreAll: (candidates, count, exact) => {
							for (const [index, concept] of candidates
								.subarray(0, count)
								.entries()) {
								asked.push(concept);
								exact[index] = finite[concept] as number;
							}
						},
					});
					// Of the second of three neurons, after another.
					const values = Float64Array.from([...noise, ...proposed, ...noise]);
					rank(values, 0);
					asked.length = 0;
					const ranked = rank(values, noise.length);
					const expected = rankConcepts(finite, 5);
					expect([...ranked.concepts.slice(0, ranked.count)]).toEqual(expected);
					expect([...ranked.scores.slice(0, ranked.count)]).toEqual(
						expected.map((concept) => finite[concept]),
					);
					expect(asked).toEqual(asked.toSorted((a, b) => a - b));
				},
			),
			{ numRuns: 500 },
		);
	});
});
