import { describe, expect, it } from "vitest";
import { calibrateSummary } from "../../../src/modules/summary-calibration/calibrate-summary.ts";
import { marginOf } from "../../../src/modules/summary-calibration/margin.ts";

const at = (degrees: number): Float32Array =>
	Float32Array.of(
		Math.cos((degrees * Math.PI) / 180),
		Math.sin((degrees * Math.PI) / 180),
	);
const none = new Float32Array(2);

describe("marginOf", () => {
	it("is the mean cosine to the high captions minus that to the low ones", () => {
		// (1 + cos 60°) / 2 - cos 90° = 0.75, of vectors of any length.
		expect(
			marginOf(
				at(0).map((x) => 3 * x),
				{ high: [at(0), at(60)], low: [at(90)] },
			),
		).toBeCloseTo(0.75, 6);
		expect(marginOf(at(90), { high: [at(0)], low: [at(90)] })).toBeCloseTo(
			-1,
			6,
		);
	});

	it("leaves out captions without direction, and is null when a side has no other", () => {
		expect(marginOf(at(0), { high: [none, at(0)], low: [at(90)] })).toBeCloseTo(
			1,
			6,
		);
		expect(marginOf(at(0), { high: [at(0)], low: [none] })).toBeNull();
		expect(marginOf(at(0), { high: [], low: [at(0)] })).toBeNull();
		expect(marginOf(none, { high: [at(0)], low: [at(0)] })).toBeNull();
	});
});

describe("calibrateSummary with captions", () => {
	const vectors: Readonly<Record<string, number>> = {
		bell: 0,
		loud: 45,
		"a bell rings": 0,
		"a dog barks loudly": 90,
		"it is quiet": 180,
	};
	const embed = async (texts: readonly string[]) =>
		texts.map((text) => at(vectors[text] ?? Number.NaN));

	it.each([[], [{ text: "it is quiet" }]])(
		"gives every high sentence its margin, with low sentences or without: %j",
		async (...low) => {
			const { sentences } = await calibrateSummary({
				high: [{ text: "bell" }, { text: "loud" }],
				low,
				threshold: 0.5,
				embed,
				captions: { high: ["a bell rings"], low: ["a dog barks loudly"] },
			});
			expect(sentences[0]?.margin).toBeCloseTo(1, 6);
			expect(sentences[1]?.margin).toBeCloseTo(0, 6);
			expect(sentences.map(({ nearestLow }) => nearestLow)).toEqual(
				low.length === 0 ? [null, null] : ["it is quiet", "it is quiet"],
			);
		},
	);
});
