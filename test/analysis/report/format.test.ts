import { expect, it } from "vitest";
import {
	countOf,
	formatActivation,
	formatCount,
	formatDuration,
	formatPercent,
	formatScore,
} from "../../../src/analysis/report/format.ts";

it.each([
	[0.6125, "0.613"],
	[-0.0625, "−0.063"],
	[-0.0001, "0.000"],
	[-0, "0.000"],
	[Number.NaN, "not a number"],
	[Number.NEGATIVE_INFINITY, "−∞"],
])("score %d is %s", (value, text) => {
	expect(formatScore(value)).toBe(text);
});

it.each([
	[0, "0"],
	[-0, "0"],
	[1.23456, "1.235"],
	[-0.0628123, "−0.06281"],
	[1234.5, "1235"],
	[120_400, "1.204e5"],
	[-0.0000125, "−1.250e−5"],
])("activation %d is %s", (value, text) => {
	expect(formatActivation(value)).toBe(text);
});

it.each([
	[85.4, "85 ms"],
	[12_345, "12.3 s"],
	[59_949, "59.9 s"],
	[59_951, "1 min 00 s"],
	[245_000, "4 min 05 s"],
	[7_380_000, "2 h 03 min"],
	[3_599_999, "1 h 00 min"],
])("%d ms is %s", (value, text) => {
	expect(formatDuration(value).replaceAll("\u00A0", " ")).toBe(text);
});

it("writes per cent, thousands and plurals", () => {
	expect(formatPercent(0.8401)).toBe("84.0\u00A0%");
	expect(formatCount(3120)).toBe("3\u202F120");
	expect(formatCount(120)).toBe("120");
	expect(countOf(1, "clip")).toBe("1\u00A0clip");
	expect(countOf(0, "clip")).toBe("0\u00A0clips");
});
