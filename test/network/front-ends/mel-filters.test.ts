import { describe, expect, it } from "vitest";
import {
	filterEnergy,
	slaneyFilters,
} from "../../../src/network/front-ends/mel-filters.ts";

const whisper = {
	sampleRate: 16_000,
	fftSize: 400,
	melBins: 80,
	minHz: 0,
	maxHz: 8000,
};

describe("slaneyFilters", () => {
	it("has triangles of unit area in Hz, wherever they are wide enough for the bins", () => {
		// Sum of weights times the bin width approximates the area; coarse for the narrow ones.
		const wide = slaneyFilters({ ...whisper, fftSize: 8192 });
		for (const { weights } of wide) {
			const area = weights.reduce((sum, w) => sum + w, 0) * (16_000 / 8192);
			expect(Math.abs(area - 1)).toBeLessThan(0.01);
		}
	});

	it("has centres that are even in Hz below 1 kHz and in logarithm above", () => {
		const bank = slaneyFilters({ ...whisper, fftSize: 65_536, melBins: 40 });
		const centres = bank.map(
			({ first, weights }) =>
				((first + weights.indexOf(Math.max(...weights))) * 16_000) / 65_536,
		);
		const low = centres.filter((hertz) => hertz < 950);
		for (let i = 2; i < low.length; i += 1) {
			const [a, b, c] = low.slice(i - 2, i + 1) as [number, number, number];
			expect(Math.abs(c - 2 * b + a)).toBeLessThan(1);
		}
		const high = centres.filter((hertz) => hertz > 1100).map(Math.log);
		for (let i = 2; i < high.length; i += 1) {
			const [a, b, c] = high.slice(i - 2, i + 1) as [number, number, number];
			expect(Math.abs(c - 2 * b + a)).toBeLessThan(1e-3);
		}
	});

	it("weighs nothing outside of its band", () => {
		const bank = slaneyFilters({ ...whisper, minHz: 500, maxHz: 2000 });
		const power = new Float64Array(201);
		power.fill(1, 0, 12);
		power.fill(1, 51);
		for (const filter of bank) expect(filterEnergy(filter, power)).toBe(0);
	});

	it("gives a bin-less triangle no energy", () => {
		const bank = slaneyFilters({ ...whisper, fftSize: 32 });
		const ones = new Float64Array(17).fill(1);
		expect(bank.map((f) => filterEnergy(f, ones))).toContain(0);
	});
});
