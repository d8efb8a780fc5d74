import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	calibrateSummary,
	rethreshold,
} from "../../../src/modules/summary-calibration/calibrate-summary.ts";

/** Unit vectors on a circle by name: x, y, z far apart, x' and z' near x and z, "null" without direction. */
const angles: Readonly<Record<string, number>> = {
	x: 0,
	"x'": 0.2,
	y: 1.5,
	z: 3,
	"z'": 3.2,
};
async function embed(texts: readonly string[]): Promise<Float32Array[]> {
	return texts.map((text) => {
		const angle = angles[text];
		return angle === undefined
			? new Float32Array(2)
			: Float32Array.of(Math.cos(angle), Math.sin(angle));
	});
}
const said = (...texts: readonly string[]) => texts.map((text) => ({ text }));
const kept = (
	sentences: readonly { readonly text: string; readonly kept: boolean }[],
) => sentences.filter((sentence) => sentence.kept).map(({ text }) => text);

describe("calibrateSummary", () => {
	it("strikes every high sentence that the low side paraphrases, in whatever order: [x y z] against [z' x'] leaves [y]", async () => {
		const result = await calibrateSummary({
			high: said("x", "y", "z"),
			low: said("z'", "x'"),
			threshold: 0.5,
			embed,
		});
		expect(result.status).toBe("calibrated");
		expect(kept(result.sentences)).toEqual(["y"]);
		expect(result.low).toEqual(said("z'", "x'"));
		expect(result.sentences.map(({ nearestLow }) => nearestLow)).toEqual([
			"x'",
			"x'",
			"z'",
		]);
		expect(result.sentences[0]?.cosine).toBeCloseTo(Math.cos(0.2), 6);
		expect(result.sentences[1]?.cosine).toBeCloseTo(Math.cos(1.3), 6);
	});

	it("keeps a sentence whose cosine equals the threshold", async () => {
		const result = await calibrateSummary({
			high: said("x"),
			low: said("x"),
			threshold: 1,
			embed,
		});
		expect(kept(result.sentences)).toEqual(["x"]);
		const below = await calibrateSummary({
			high: said("x"),
			low: said("x"),
			threshold: 0.99,
			embed,
		});
		expect(below.status).toBe("nothing_distinguishes");
		expect(kept(below.sentences)).toEqual([]);
	});

	it("strikes nothing without a low sentence, and says so", async () => {
		const result = await calibrateSummary({
			high: [{ text: "x", support: [1, 3] }],
			low: [],
			threshold: 0.5,
			embed,
		});
		expect(result).toEqual({
			status: "low_empty",
			method: "embeddings",
			threshold: 0.5,
			sentences: [
				{
					text: "x",
					support: [1, 3],
					kept: true,
					cosine: null,
					nearestLow: null,
				},
			],
			low: [],
		});
	});

	it("tells an empty high side from one that was struck", async () => {
		const result = await calibrateSummary({
			high: [],
			low: said("x"),
			threshold: 0.5,
			embed,
		});
		expect(result).toEqual({
			status: "high_empty",
			method: "embeddings",
			threshold: 0.5,
			sentences: [],
			low: said("x"),
		});
	});

	it("never strikes for an undefined cosine", async () => {
		const result = await calibrateSummary({
			high: said("null", "x"),
			low: said("null"),
			threshold: -1,
			embed,
		});
		expect(result.sentences).toEqual([
			{
				text: "null",
				kept: true,
				cosine: null,
				nearestLow: null,
				cosines: [null],
			},
			{
				text: "x",
				kept: true,
				cosine: null,
				nearestLow: null,
				cosines: [null],
			},
		]);
	});

	it("keeps the whole row of cosines, and the first of equal low sentences", async () => {
		const { sentences } = await calibrateSummary({
			high: said("x"),
			low: said("y", "x'", "null", "x'"),
			threshold: 0.5,
			embed,
		});
		expect(sentences[0]).toMatchObject({
			kept: false,
			reason: "shared",
			nearestLow: "x'",
		});
		expect(
			sentences[0]?.cosines?.map((value) =>
				value === null ? null : Math.round(value * 1e6) / 1e6,
			),
		).toEqual([0.070737, 0.980067, null, 0.980067]);
	});

	it("keeps what was dropped before as struck, with its reason, at every threshold", async () => {
		const result = await calibrateSummary({
			high: said("x"),
			dropped: [
				{ text: "Sure!", reason: "junk" },
				{ text: "Loud.", reason: "too_short" },
			],
			low: said("z"),
			threshold: 0.5,
			embed,
		});
		const struck = ({ sentences }: typeof result) =>
			sentences.map(({ text, kept, reason }) => [text, kept, reason]);
		const expected = [
			["x", true, undefined],
			["Sure!", false, "junk"],
			["Loud.", false, "too_short"],
		];
		expect(struck(result)).toEqual(expected);
		expect(struck(rethreshold(result, 1))).toEqual(expected);
		const none = await calibrateSummary({
			high: [],
			dropped: [{ text: "Sure!", reason: "junk" }],
			low: said("z"),
			threshold: 0.5,
			embed,
		});
		expect(none.status).toBe("high_empty");
	});

	it("lets a language model decide, keeps the cosines, and can go back to them", async () => {
		const options = {
			high: said("x", "y", "z"),
			low: said("x'"),
			threshold: 0.5,
			embed,
		};
		const result = await calibrateSummary({
			...options,
			distinct: new Set([0, 2]),
		});
		expect(result).toMatchObject({ status: "calibrated", method: "model" });
		expect(kept(result.sentences)).toEqual(["x", "z"]);
		expect(result.sentences.map(({ reason }) => reason)).toEqual([
			undefined,
			"model",
			undefined,
		]);
		expect(rethreshold(result, 0.5)).toEqual(await calibrateSummary(options));
		const nothing = await calibrateSummary({ ...options, distinct: new Set() });
		expect(nothing.status).toBe("nothing_distinguishes");
	});

	it("refuses an embedder that returns too few vectors", async () => {
		await expect(
			calibrateSummary({
				high: said("x"),
				low: said("y"),
				threshold: 0.5,
				embed: async () => [],
			}),
		).rejects.toThrow("Expected 2 embeddings, got 0");
	});

	it("another threshold gives what calibrating with it would have given", async () => {
		const names = fc.array(fc.constantFrom("x", "x'", "y", "z", "z'", "null"), {
			maxLength: 4,
		});
		await fc.assert(
			fc.asyncProperty(
				names,
				names,
				fc.double({ min: -1, max: 1, noNaN: true }),
				async (high, low, threshold) => {
					const once = await calibrateSummary({
						high: said(...high),
						low: said(...low),
						threshold: 0.5,
						embed,
					});
					const again = await calibrateSummary({
						high: said(...high),
						low: said(...low),
						threshold,
						embed,
					});
					expect(rethreshold(once, threshold)).toEqual(again);
				},
			),
		);
	});
});
