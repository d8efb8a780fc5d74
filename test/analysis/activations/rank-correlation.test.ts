import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	rankedAttribute,
	spearman,
	spearmanInterval,
	spearmanP,
} from "../../../src/analysis/activations/rank-correlation.ts";
import { ascendingOrder } from "../../../src/analysis/activations/ranks.ts";
import { golden } from "./fixture.ts";

function rhoOf(x: readonly number[], y: readonly number[]): number {
	const activations = Float32Array.from(x);
	return spearman(
		activations,
		ascendingOrder(activations),
		rankedAttribute(Float64Array.from(y), Int32Array.from(y.keys())),
	);
}

describe("spearman", () => {
	it.each(Object.entries(golden.correlations))(
		"equals SciPy's rho and p: %s",
		(_, { x, y, rho, p }) => {
			expect(rhoOf(x, y)).toBeCloseTo(rho, 12);
			expect(spearmanP(rho, x.length) / p).toBeCloseTo(1, 8);
		},
	);

	it("counts only clips that have the attribute", () => {
		const { x, y, rho } = golden.correlations
			.noisy as (typeof golden.correlations)[string];
		const gaps = y.flatMap((value) => [value, Number.NaN, Number.NaN]);
		const spread = x.flatMap((value, index) => [value, 1e6 - index, -index]);
		expect(rhoOf(spread, gaps)).toBeCloseTo(rho, 12);
	});

	it("is NaN when either side is constant on the shared clips", () => {
		expect(rhoOf([1, 2, 3], [4, 4, 4])).toBeNaN();
		expect(rhoOf([1, 1, 2], [4, 5, Number.NaN])).toBeNaN();
		expect(rhoOf([-0, 0, -0], [1, 2, 3])).toBeNaN();
	});

	it("is ±1 for any rising or falling function, and odd in the attribute", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
					minLength: 2,
					maxLength: 40,
				}),
				fc.infiniteStream(fc.integer({ min: 0, max: 5 })),
				(x, noise) => {
					expect(
						rhoOf(
							x,
							x.map((value) => Math.exp(value / 500)),
						),
					).toBeCloseTo(1, 12);
					const y = x.map(() => noise.next().value ?? 0);
					const negative = y.map((value) => -value);
					const rho = rhoOf(x, y);
					if (Number.isNaN(rho)) expect(rhoOf(x, negative)).toBeNaN();
					else expect(rhoOf(x, negative)).toBeCloseTo(-rho, 12);
				},
			),
		);
	});

	it("counts the source recordings of the clips that have the attribute", () => {
		const { n, sources } = rankedAttribute(
			Float64Array.of(1, 2, Number.NaN, 3),
			Int32Array.of(0, 0, 1, 2),
		);
		expect({ n, sources }).toEqual({ n: 3, sources: 2 });
	});
});

describe("spearmanInterval", () => {
	it("equals Bonett and Wright's", () => {
		for (const { rho, n, ci95 } of golden.intervals) {
			const found = spearmanInterval(rho, n) ?? [Number.NaN, Number.NaN];
			// SciPy's normal quantile has more digits than the house's z.
			expect(found[0]).toBeCloseTo(ci95[0], 6);
			expect(found[1]).toBeCloseTo(ci95[1], 6);
		}
	});

	it("is null below five and for a perfect order", () => {
		expect(spearmanInterval(0.5, 4)).toBeNull();
		expect(spearmanInterval(1, 100)).toBeNull();
		expect(spearmanInterval(Number.NaN, 100)).toBeNull();
	});
});

describe("spearmanP", () => {
	it("is never below what shuffling so few clips can give", () => {
		expect(spearmanP(1, 5)).toBeCloseTo(2 / 120, 12);
		expect(spearmanP(-1, 400)).toBeLessThan(1e-290);
		expect(spearmanP(0, 50)).toBeCloseTo(1, 12);
	});
});
