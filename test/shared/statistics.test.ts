import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomPermutation, seededRandom } from "../../src/shared/random.ts";
import {
	cosine,
	quantileOfSorted,
	wilsonInterval,
} from "../../src/shared/statistics.ts";

describe("wilsonInterval", () => {
	it("matches worked values", () => {
		const [low, high] = wilsonInterval(8, 10) as readonly [number, number];
		expect([low.toFixed(3), high.toFixed(3)]).toEqual(["0.490", "0.943"]);
		const [from, to] = wilsonInterval(3, 5) as readonly [number, number];
		expect([from.toFixed(3), to.toFixed(3)]).toEqual(["0.231", "0.882"]);
	});

	it("is null without trials, and inside [0, 1]", () => {
		expect(wilsonInterval(0, 0)).toBeNull();
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (n, some) => {
				const [low, high] = wilsonInterval(some % (n + 1), n) as readonly [
					number,
					number,
				];
				expect(low).toBeGreaterThanOrEqual(0);
				expect(high).toBeLessThanOrEqual(1);
			}),
		);
	});
});

describe("quantileOfSorted", () => {
	it("interpolates as numpy.quantile does", () => {
		// numpy.quantile([1, 2, 3, 10], [0, .25, .5, .95, 1])
		expect(
			[0, 0.25, 0.5, 0.95, 1].map((q) => quantileOfSorted([1, 2, 3, 10], q)),
		).toEqual([1, 1.75, 2.5, expect.closeTo(8.95, 12), 10]);
		expect(quantileOfSorted([], 0.5)).toBeNaN();
	});
});

describe("cosine", () => {
	it("is 1, 0 and -1 where it should be, NaN for a zero vector", () => {
		expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
		expect(cosine([1, 0], [0, 3])).toBe(0);
		expect(cosine([1, 0], [-2, 0])).toBe(-1);
		expect(cosine([0, 0], [1, 1])).toBeNaN();
	});
});

describe("seededRandom", () => {
	it("repeats for a seed, differs between seeds, and is uniform enough", () => {
		const draw = (seed: number): number[] => {
			const random = seededRandom(seed);
			return Array.from({ length: 4000 }, () => random());
		};
		expect(draw(7)).toEqual(draw(7));
		expect(draw(7)).not.toEqual(draw(8));
		const values = draw(1);
		const bins = new Array<number>(10).fill(0);
		for (const value of values)
			bins[Math.floor(value * 10)] =
				(bins[Math.floor(value * 10)] as number) + 1;
		// Chi-square with 9 degrees of freedom: 27.9 is the 0.999 quantile.
		const chiSquare = bins.reduce(
			(sum, count) => sum + (count - 400) ** 2 / 400,
			0,
		);
		expect(chiSquare).toBeLessThan(27.9);
	});

	it("refuses a seed that is not an integer", () => {
		expect(() => seededRandom(1.5)).toThrow(
			"Expected `seed` to be an integer, got `1.5`",
		);
	});
});

describe("randomPermutation", () => {
	it("contains every index once", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 200 }),
				fc.integer(),
				(length, seed) => {
					const order = [...randomPermutation(length, seededRandom(seed))].sort(
						(a, b) => a - b,
					);
					expect(order).toEqual(Array.from({ length }, (_, index) => index));
				},
			),
		);
	});

	it("puts every index everywhere about equally often", () => {
		const random = seededRandom(3);
		const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
		for (let draw = 0; draw < 4000; draw += 1)
			for (const [place, index] of randomPermutation(4, random).entries())
				(counts[place] as number[])[index] =
					((counts[place] as number[])[index] as number) + 1;
		for (const row of counts)
			for (const count of row) expect(Math.abs(count - 1000)).toBeLessThan(130);
	});
});
