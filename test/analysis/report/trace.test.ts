import { describe, expect, it } from "vitest";
import { traceFigure } from "../../../src/analysis/report/trace.ts";

const figure = (values: readonly number[]): string =>
	traceFigure({
		clip: "a",
		values: Float32Array.from(values),
		rows: 1,
		rowShape: [values.length],
	}).text;

describe("traceFigure", () => {
	it("draws the values in order, with a line at zero, and says their range", () => {
		const text = figure([-1, 0, 1]);
		expect(text).toContain('d="M0 36L120 18L240 0"');
		expect(text).toContain('<path class="zero" d="M0 18H240"/>');
		expect(text).toContain("Activation over 3 positions, from");
	});

	it("draws at most 120 points, means of neighbours", () => {
		const text = figure(Array.from({ length: 1200 }, (_, index) => index % 2));
		expect(text.match(/L/g)).toHaveLength(119);
		// Every mean of ten neighbours is 0.5, while the highest value is not drawn.
		expect(new Set(text.match(/(?<=L[\d.]+ )[\d.]+/g))).toEqual(new Set(["0"]));
	});

	it("is nothing without positions", () => {
		expect(figure([2])).toBe("");
		expect(figure([Number.NaN, 1])).toBe("");
	});
});
