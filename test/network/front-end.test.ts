import { describe, expect, it } from "vitest";
import { DataError } from "../../src/errors.ts";
import {
	computeFrontEnd,
	type FrontEndSpec,
	frontEndDims,
} from "../../src/network/front-ends/front-end.ts";
import { noise } from "../onnx/small-models.ts";

const ast: FrontEndSpec = {
	kind: "ast-log-mel",
	sampleRate: 16_000,
	frames: 1024,
	melBins: 128,
	mean: -4.2677393,
	std: 4.5689974,
};
const waveform: FrontEndSpec = {
	kind: "waveform",
	sampleRate: 8000,
	samples: 5,
};

describe("computeFrontEnd", () => {
	it("pads with zeros before normalising: +0.46703 with AST's own constants", () => {
		const features = computeFrontEnd(ast, noise(400, 1), "a.wav");
		expect(features).toHaveLength(1024 * 128);
		expect(features[128]).toBeCloseTo(0.46703, 5);
		expect(new Set(features.subarray(128)).size).toBe(1);
		expect(features[0]).not.toBe(features[128]);
	});

	it("cuts after the last frame", () => {
		const spec = { ...ast, frames: 3 };
		const long = noise(16_000, 2);
		const short = long.subarray(0, 400 + 2 * 160);
		expect(computeFrontEnd(spec, long, "a")).toEqual(
			computeFrontEnd(spec, short, "a"),
		);
	});

	it("cuts or pads a waveform", () => {
		const of = (...values: number[]): number[] => [
			...computeFrontEnd(waveform, Float32Array.from(values), "a"),
		];
		expect(of(1, 2)).toEqual([1, 2, 0, 0, 0]);
		expect(of(1, 2, 3, 4, 5, 6)).toEqual([1, 2, 3, 4, 5]);
	});

	it("tells the axes of one clip's features", () => {
		expect(frontEndDims(ast)).toEqual([1024, 128]);
		expect(frontEndDims(waveform)).toEqual([5]);
	});

	it.each([
		[ast, 399, "expected at least 400 samples at 16000 Hz, got 399"],
		[waveform, 0, "expected at least 1 samples at 8000 Hz, got 0"],
	] as const)("refuses a clip without one frame (%#)", (spec, length, said) => {
		const action = (): unknown =>
			computeFrontEnd(spec, new Float32Array(length), "clips/short.wav");
		expect(action).toThrow(DataError);
		expect(action).toThrow(
			expect.objectContaining({
				code: "clip_too_short",
				message: `clips/short.wav is shorter than one frame: ${said}`,
			}),
		);
	});
});
