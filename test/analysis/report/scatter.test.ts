import { describe, expect, it } from "vitest";
import { axis } from "../../../src/analysis/report/axis.ts";
import { mostPoints, scatter } from "../../../src/analysis/report/scatter.ts";
import { seededRandom } from "../../../src/shared/random.ts";

const tickTexts = (
	low: number,
	high: number,
	scale: "linear" | "log" = "linear",
) => axis({ low, high, from: 0, to: 100, scale }).ticks.map(({ text }) => text);

describe("axis", () => {
	it("has round ticks inside the range", () => {
		expect(tickTexts(0, 1)).toEqual(["0", "0.5", "1"]);
		expect(tickTexts(-0.3, 0.31)).toEqual(["−0.2", "0", "0.2"]);
		expect(tickTexts(0, 2e-5)).toEqual(["0", "5e−6", "1e−5", "1.5e−5", "2e−5"]);
		expect(tickTexts(64, 2220, "log")).toEqual([
			"100",
			"200",
			"500",
			"1k",
			"2k",
		]);
		expect(tickTexts(20, 20000, "log")).toEqual([
			"30",
			"100",
			"300",
			"1k",
			"3k",
			"10k",
		]);
		expect(tickTexts(430, 450, "log").length).toBeGreaterThan(1);
	});

	it("goes from pixel to pixel, by ratio on a logarithmic axis", () => {
		const log = axis({ low: 1, high: 100, from: 10, to: 110, scale: "log" });
		expect(log.at(1)).toBeCloseTo(10);
		expect(log.at(10)).toBeCloseTo(60);
		expect(log.at(100)).toBeCloseTo(110);
		const up = axis({ low: 0, high: 2, from: 110, to: 10, scale: "linear" });
		expect(up.at(0.5)).toBeCloseTo(85);
	});

	it("gives a range without width one", () => {
		const flat = axis({ low: 3, high: 3, from: 0, to: 100, scale: "linear" });
		expect(flat.at(3)).toBeCloseTo(50);
		expect(flat.ticks.length).toBeGreaterThan(1);
	});
});

describe("scatter", () => {
	const draw = (count: number): string => {
		const random = seededRandom(1);
		const x = Array.from({ length: count }, () => random());
		return scatter({
			x,
			y: x.map((value) => value * random()),
			xLabel: "<pitch>",
			yLabel: "activation",
			curve: [
				[0, 0],
				[1, 0.5],
			],
			text: 'a "picture"',
		}).text;
	};

	it("draws one dot per distinct place, named for those who do not see it", () => {
		const text = scatter({
			x: [0, 0, 1],
			y: [5, 5, 6],
			xLabel: "x",
			yLabel: "y",
			text: "three clips",
		}).text;
		expect(text).toContain('role="img" aria-label="three clips"');
		expect(text.match(/h0/g)).toHaveLength(2);
		expect(text).not.toContain("curve");
	});

	it("escapes names and has no inline style", () => {
		const text = draw(20);
		expect(text).toContain("&lt;pitch&gt;");
		expect(text).toContain("a &quot;picture&quot;");
		expect(text).not.toContain("style=");
		expect(text).toContain('class="curve"');
	});

	it("stays small: dots up to 600 points, cells beyond", () => {
		const dots = draw(mostPoints);
		expect(dots).toContain('class="dots"');
		expect(dots.length).toBeLessThan(7000);
		const cells = draw(20_000);
		expect(cells).not.toContain('class="dots"');
		expect(cells).toContain("shade-4");
		expect(cells.length).toBeLessThan(16_000);
	});

	it("draws nothing but axes without points", () => {
		expect(
			scatter({ x: [], y: [], xLabel: "x", yLabel: "y", text: "none" }).text,
		).not.toMatch(/NaN|Infinity/);
	});
});
