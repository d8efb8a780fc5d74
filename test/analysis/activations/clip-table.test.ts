import { describe, expect, it } from "vitest";
import { clipTable } from "../../../src/analysis/activations/clip-table.ts";
import {
	isFrequency,
	missingValues,
} from "../../../src/analysis/activations/missing-values.ts";
import { demoTable, tableClip } from "./fixture.ts";

describe("clipTable", () => {
	it("numbers labels and sources; a clip without a source is its own", () => {
		const table = clipTable([
			tableClip({ label: "wind", sourceRecording: "a" }),
			tableClip({ label: null }),
			tableClip({ label: "rain", sourceRecording: "a" }),
			tableClip({ label: "wind" }),
		]);
		expect(table.labels).toEqual(["rain", "wind"]);
		expect([...table.labelOf]).toEqual([1, -1, 0, 1]);
		expect([...table.sourceOf]).toEqual([0, 1, 0, 2]);
		expect(table.sources).toBe(3);
	});

	it("takes an attribute as numeric when most of the clips that have it have a number", () => {
		const values = [
			{ mostly: 1, half: 1, flag: true, text: "3", list: [1] },
			{ mostly: 2, half: "x", flag: false, text: "4", list: [2] },
			{ mostly: "unknown", half: null, flag: true, gone: null },
		];
		const { attributes } = clipTable(
			values.map((attributes) => tableClip({ attributes })),
		);
		expect(attributes.map(({ name }) => name)).toEqual(["mostly"]);
		expect(attributes[0]).toMatchObject({ n: 2, notNumbers: 1, excluded: [] });
		expect([...(attributes[0]?.values ?? [])]).toEqual([1, 2, Number.NaN]);
	});

	it("leaves out 0 Hz, says so, and draws frequencies on a logarithmic axis", () => {
		const f0 = demoTable().attributes.find(({ name }) => name === "f0_hz");
		expect(f0).toMatchObject({
			n: 327,
			scale: "log",
			excluded: [{ value: 0, clips: 153, reason: "zero_frequency" }],
		});
	});

	it("keeps the demo's other zeros: they are measured", () => {
		const excluded = demoTable().attributes.filter(
			({ excluded: found }) => found.length > 0,
		);
		expect(excluded.map(({ name }) => name)).toEqual(["f0_hz"]);
	});

	it("takes out what is declared missing, and then does not guess", () => {
		const clips = [0, 0, 5, 7].map((f0_hz) =>
			tableClip({ attributes: { f0_hz } }),
		);
		const of = (missing: Record<string, number[]>) =>
			clipTable(clips, { missing }).attributes[0];
		expect(of({ f0_hz: [7, 8] })).toMatchObject({
			n: 3,
			scale: "linear",
			excluded: [{ value: 7, clips: 1, reason: "declared_missing" }],
		});
		expect(of({ f0_hz: [] })).toMatchObject({ n: 4, excluded: [] });
		expect(of({ other: [5] })).toMatchObject({ n: 2 });
	});
});

describe("missingValues", () => {
	it("finds a value several clips share far outside of all others", () => {
		const levels = [-20, -30, -25, -22];
		expect(
			missingValues("level_db", [...levels, -999, -999], undefined),
		).toEqual([{ value: -999, clips: 2, reason: "far_outside" }]);
		expect(missingValues("age", [31, 40, 55, 9999, 9999], undefined)).toEqual([
			{ value: 9999, clips: 2, reason: "far_outside" },
		]);
		// One clip may be an outlier; -1 beside shares may be measured; two values are no range.
		expect(missingValues("level_db", [...levels, -999], undefined)).toEqual([]);
		expect(missingValues("share", [0, 0.4, 1, -1, -1], undefined)).toEqual([]);
		expect(missingValues("x", [1, 2, 900, 900], undefined)).toEqual([]);
	});

	it.each([
		["f0_hz", true],
		["centroidHz", true],
		["pitch (kHz)", true],
		["Hz", true],
		["hertzsprung", false],
		["chz", false],
		["level_db", false],
	])("%s is a frequency: %s", (name, expected) => {
		expect(isFrequency(name)).toBe(expected);
	});
});
