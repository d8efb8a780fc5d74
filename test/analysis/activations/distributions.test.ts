import { describe, expect, it } from "vitest";
import {
	fisherUpper,
	incompleteBeta,
	studentQuantile95,
	studentTwoSided,
} from "../../../src/analysis/activations/distributions.ts";
import { golden } from "./fixture.ts";

/** Relative, also for values far below 1. */
function near(value: number, expected: number): void {
	expect(Math.abs(value - expected)).toBeLessThanOrEqual(
		1e-9 * Math.abs(expected),
	);
}

describe("tails", () => {
	it("equal SciPy's, also far out", () => {
		for (const { x, a, b, value } of golden.beta)
			near(incompleteBeta(x, a, b), value);
		for (const { t, degrees, p } of golden.student)
			near(studentTwoSided(t, degrees), p);
		for (const { degrees, t } of golden.quantiles)
			near(studentQuantile95(degrees), t);
		for (const { f, between, within, p } of golden.fisher)
			near(fisherUpper(f, between, within), p);
	});

	it("are whole at their ends", () => {
		expect(incompleteBeta(0, 2, 3)).toBe(0);
		expect(incompleteBeta(1, 2, 3)).toBe(1);
		expect(studentTwoSided(0, 5)).toBeCloseTo(1, 12);
		expect(studentTwoSided(Number.POSITIVE_INFINITY, 5)).toBe(0);
		expect(fisherUpper(0, 2, 3)).toBe(1);
		expect(fisherUpper(Number.POSITIVE_INFINITY, 2, 3)).toBe(0);
	});
});
