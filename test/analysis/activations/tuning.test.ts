import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fisherUpper } from "../../../src/analysis/activations/distributions.ts";
import {
	attributeBins,
	tuningOf,
} from "../../../src/analysis/activations/tuning.ts";
import { golden } from "./fixture.ts";

describe("attributeBins", () => {
	it("makes bins of about ten clips, at most twenty, and never splits equal values", () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 60 }), {
					minLength: 20,
					maxLength: 400,
				}),
				(list) => {
					const values = Float64Array.from(list);
					const bins = attributeBins(values);
					if (bins === null) return;
					expect(bins.bins).toBeLessThanOrEqual(
						Math.min(20, Math.floor(list.length / 10)),
					);
					const binOfValue = new Map<number, number>();
					for (const [clip, value] of list.entries()) {
						const bin = bins.binOf[clip] as number;
						expect(binOfValue.get(value) ?? bin).toBe(bin);
						binOfValue.set(value, bin);
					}
					const sorted = [...binOfValue].sort(([a], [b]) => a - b);
					for (const [index, [, bin]] of sorted.entries())
						expect(bin).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0);
					expect([...bins.medians]).toEqual(
						[...bins.medians].sort((a, b) => a - b),
					);
				},
			),
		);
	});

	it("is null below twenty clips and for one value", () => {
		expect(attributeBins(Float64Array.from({ length: 19 }, (_, i) => i))).toBe(
			null,
		);
		expect(attributeBins(new Float64Array(100))).toBeNull();
	});

	it("gives the medians of ten consecutive values", () => {
		const bins = attributeBins(
			Float64Array.from({ length: 40 }, (_, i) => 39 - i),
		);
		expect(bins?.bins).toBe(4);
		expect([...(bins?.medians ?? [])]).toEqual([4.5, 14.5, 24.5, 34.5]);
		expect([...(bins?.sizes ?? [])]).toEqual([10, 10, 10, 10]);
	});
});

describe("tuningOf", () => {
	it("equals the one-way F of SciPy", () => {
		const { labels, values, etaSquared, p } = golden.labels;
		const tuning = tuningOf(Float32Array.from(values), {
			bins: 3,
			binOf: Int16Array.from(labels),
			sizes: Float64Array.of(10, 7, 5),
			medians: Float64Array.of(0, 1, 2),
		});
		expect((tuning?.p ?? 0) / p).toBeCloseTo(1, 6);
		expect(tuning?.share).toBeCloseTo(1 - (21 / 19) * (1 - etaSquared), 8);
		expect(fisherUpper(golden.labels.f, 2, 19) / p).toBeCloseTo(1, 8);
	});

	it("finds a band in the middle, which has no slope", () => {
		const values = Float64Array.from({ length: 200 }, (_, i) => i);
		const bins = attributeBins(values);
		if (bins === null) throw new Error("no bins");
		const tuning = tuningOf(
			Float32Array.from(values, (value) =>
				Math.exp(-(((value - 95) / 8) ** 2)),
			),
			bins,
		);
		expect(bins.medians[tuning?.peak ?? 0]).toBeCloseTo(94.5, 5);
		expect(tuning?.share).toBeGreaterThan(0.8);
	});

	it("is null for a constant neuron, also far from zero", () => {
		const bins = attributeBins(Float64Array.from({ length: 40 }, (_, i) => i));
		if (bins === null) throw new Error("no bins");
		expect(tuningOf(new Float32Array(40).fill(1e6 + 0.1), bins)).toBeNull();
	});
});
