import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	clarityNull,
	clarityOf,
	nullDraws,
	percentileOf,
	unitVectors,
} from "../../../src/modules/triage/clarity.ts";
import { cosine } from "../../../src/shared/statistics.ts";

const golden = JSON.parse(
	readFileSync(
		new URL("../../fixtures/triage/clarity.json", import.meta.url),
		"utf8",
	),
) as {
	readonly vectors: readonly (readonly number[])[];
	readonly sets: readonly {
		readonly rows: readonly number[];
		readonly clarity: number | null;
	}[];
};
const of = (...rows: readonly (readonly number[])[]) =>
	unitVectors(rows.map((row) => Float32Array.from(row)));

describe("clarityOf", () => {
	it.each(golden.sets)(
		"$rows: the mean cosine over pairs, as NumPy computes it",
		({ rows, clarity }) => {
			const value = clarityOf(of(...golden.vectors), rows);
			if (clarity === null) expect(value).toBeNull();
			else expect(value).toBeCloseTo(clarity, 6);
		},
	);

	it("two equal directions have 1, two orthogonal ones 0, opposite ones -1", () => {
		const vectors = of([1, 0], [3, 0], [0, 2], [-5, 0]);
		expect(clarityOf(vectors, [0, 1])).toBeCloseTo(1, 12);
		expect(clarityOf(vectors, [0, 2])).toBeCloseTo(0, 12);
		expect(clarityOf(vectors, [0, 3])).toBeCloseTo(-1, 12);
	});

	it("is null where a vector has no direction, or there is one clip", () => {
		const vectors = of([1, 0], [0, 0], [Number.NaN, 1]);
		expect(clarityOf(vectors, [0, 1])).toBeNull();
		expect(clarityOf(vectors, [0, 2])).toBeNull();
		expect(clarityOf(vectors, [0])).toBeNull();
	});

	it("property: the mean over pairs, in whatever order the clips are", () => {
		const row = fc.array(fc.integer({ min: -9, max: 9 }), {
			minLength: 3,
			maxLength: 3,
		});
		const rows = fc.array(
			row.filter((values) => values.some((value) => value !== 0)),
			{ minLength: 2, maxLength: 8 },
		);
		fc.assert(
			fc.property(rows, (values) => {
				const pairs = values.flatMap((a, i) =>
					values.slice(i + 1).map((b) => cosine(a, b)),
				);
				const mean =
					pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
				const order = [...values.keys()];
				expect(clarityOf(of(...values), order)).toBeCloseTo(mean, 5);
				expect(clarityOf(of(...values), order.reverse())).toBeCloseTo(mean, 5);
			}),
		);
	});
});

describe("clarityNull", () => {
	const vectors = of(...golden.vectors);

	it("is the same for a seed, another for another, and ascending", () => {
		const chance = clarityNull(vectors, { size: 5, seed: 3 });
		expect(clarityNull(vectors, { size: 5, seed: 3 })).toEqual(chance);
		expect(clarityNull(vectors, { size: 5, seed: 4 })).not.toEqual(chance);
		expect(chance?.sorted).toHaveLength(nullDraws);
		expect(chance?.sorted.toSorted((a, b) => a - b)).toEqual(chance?.sorted);
	});

	it("centres on the mean over all pairs", () => {
		const all = golden.sets.find(({ rows }) => rows.length === 12)?.clarity;
		const chance = clarityNull(vectors, { size: 5, seed: 0 });
		expect(Math.abs((chance?.mean ?? 9) - (all as number))).toBeLessThan(0.03);
	});

	it("draws without replacement: sets of all clips are all alike", () => {
		const chance = clarityNull(vectors, { size: 12, seed: 0 });
		expect(chance?.sorted.at(-1)).toBeCloseTo(chance?.sorted[0] as number, 6);
	});

	it("is null for fewer than two clips a set, for too few clips, and where no set has a clarity", () => {
		expect(clarityNull(vectors, { size: 1, seed: 0 })).toBeNull();
		expect(clarityNull(vectors, { size: 13, seed: 0 })).toBeNull();
		expect(clarityNull(of([0, 0], [0, 0]), { size: 2, seed: 0 })).toBeNull();
	});

	it("draws from the clips that have a vector", () => {
		const vectors = golden.vectors.map((row) => Float32Array.from(row));
		const some = unitVectors([null, ...vectors.slice(0, 6), null, null]);
		const chance = clarityNull(some, { size: 3, seed: 0 });
		expect(chance?.sorted).toHaveLength(nullDraws);
		expect(clarityNull(some, { size: 7, seed: 0 })).toBeNull();
		expect(clarityOf(some, [0, 1, 2])).toBeNull();
		const alone = unitVectors(vectors.slice(0, 6));
		expect(clarityNull(alone, { size: 3, seed: 0 })).toEqual(chance);
		expect(clarityNull(unitVectors([null, null]), { size: 2, seed: 0 })).toBe(
			null,
		);
	});

	it("the percentile is the share of sets that are less clear, half of those as clear", () => {
		const chance = {
			size: 2,
			sorted: [0, 0.1, 0.1, 0.4],
			mean: 0.15,
			p95: 0.4,
		};
		expect(percentileOf(-1, chance)).toBe(0);
		expect(percentileOf(0.1, chance)).toBe(0.5);
		expect(percentileOf(0.1000001, chance)).toBe(0.5);
		expect(percentileOf(0.2, chance)).toBe(0.75);
		expect(percentileOf(1, chance)).toBe(1);
		// All captions alike: nothing can stand out.
		const alike = { ...chance, sorted: [0.9999999, 1, 1, 1.0000001] };
		expect(percentileOf(1, alike)).toBeNull();
	});
});
