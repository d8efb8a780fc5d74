import { describe, expect, it } from "vitest";
import {
	bootstrapInterval,
	mean,
	shuffledMean,
} from "../../../src/analysis/evaluate/score.ts";

describe("shuffledMean", () => {
	it("pairs every unit with every label equally often", () => {
		const seen = new Map<string, number>();
		shuffledMean(3, 5, (unit, other) => {
			const key = `${unit} ${other}`;
			seen.set(key, (seen.get(key) ?? 0) + 1);
			return 0;
		});
		expect([...seen.values()].reduce((sum, count) => sum + count)).toBe(3000);
		for (const count of seen.values()) {
			expect(count).toBeGreaterThan(270);
			expect(count).toBeLessThan(400);
		}
		expect(seen.size).toBe(9);
	});

	it("is exact where the labels do not matter, and null for no units", () => {
		expect(shuffledMean(4, 5, (unit) => unit)).toBe(1.5);
		expect(shuffledMean(0, 5, () => 1)).toBeNull();
	});
});

describe("bootstrapInterval", () => {
	it("is near the normal interval for many values", () => {
		const values = Array.from({ length: 400 }, (_, index) => index % 2);
		const [low, high] = bootstrapInterval(values, 2) ?? [
			Number.NaN,
			Number.NaN,
		];
		// 0.5 -+ 1.96 * 0.5 / 20
		expect(low).toBeCloseTo(0.451, 1.9);
		expect(high).toBeCloseTo(0.549, 1.9);
	});

	it("needs two values", () => {
		expect(bootstrapInterval([1], 2)).toBeNull();
		expect(bootstrapInterval([1, 1], 2)).toEqual([1, 1]);
	});
});

describe("mean", () => {
	it("is null for none", () => {
		expect(mean([1, 2, 6])).toBe(3);
		expect(mean([])).toBeNull();
	});
});
