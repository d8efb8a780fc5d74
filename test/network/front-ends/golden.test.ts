/** Every family's front end against the family's own extractor: `make_front_ends.py` says where the numbers come from. */
import { beforeAll, describe, expect, it } from "vitest";
import { computeFrontEnd } from "../../../src/network/front-ends/front-end.ts";
import { logMel } from "../../../src/network/front-ends/log-mel.ts";
import { frontEndSchema } from "../../../src/network/front-ends/schema.ts";
import golden from "../../fixtures/network/front-ends/front-ends.json" with {
	type: "json",
};
import { demoClip, repeated } from "./clips.ts";

type Golden = {
	readonly shape: readonly number[];
	readonly mean: number;
	readonly std: number;
	readonly step: number;
	readonly values: readonly number[];
};

let flute: Float32Array;
let speech: Float32Array;
let rain: Float32Array;
beforeAll(async () => {
	[flute, speech, rain] = (await Promise.all(golden.clips.map(demoClip))) as [
		Float32Array,
		Float32Array,
		Float32Array,
	];
});

/** 42 s: loud, then quiet. */
function long(): Float32Array {
	const parts = [repeated(speech, 12), repeated(flute, 9)];
	return Float32Array.from(parts.flatMap((part) => [...part]));
}

function rowsOf(spec: object, waveform: Float32Array): Float32Array[] {
	const { features, rows } = computeFrontEnd(
		frontEndSchema.parse(spec),
		waveform,
		"a.wav",
	);
	const size = features.length / rows;
	return Array.from({ length: rows }, (_, row) =>
		features.subarray(row * size, (row + 1) * size),
	);
}

/** Sampled values, mean and deviation of all. */
function expectGolden(
	values: Float32Array | undefined,
	expected: Golden,
	tolerance: number,
): void {
	expect(values).toHaveLength(expected.shape.reduce((a, b) => a * b, 1));
	if (values === undefined) return;
	let largest = 0;
	for (const [i, value] of expected.values.entries())
		largest = Math.max(
			largest,
			Math.abs((values[i * expected.step] as number) - value),
		);
	expect(largest).toBeLessThan(tolerance);
	const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
	const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
	expect(Math.abs(mean - expected.mean)).toBeLessThan(tolerance);
	const std = Math.sqrt(squares / values.length);
	expect(Math.abs(std - expected.std)).toBeLessThan(tolerance);
}

describe("whisper-log-mel against WhisperFeatureExtractor", () => {
	const kind = "whisper-log-mel";
	it("pads a short clip to 30 s", () => {
		const [row] = rowsOf({ kind }, flute);
		expectGolden(row, golden.whisper["flute, 80 bins"], 1e-6);
	});

	it("makes 128 filters for large-v3", () => {
		const [row] = rowsOf({ kind, melBins: 128 }, speech);
		expectGolden(row, golden.whisper["speech, 128 bins"], 1e-6);
	});

	it("cuts 42 s into windows, each with a floor of its own, the last ending with the clip", () => {
		const rows = rowsOf({ kind }, long());
		expect(rows).toHaveLength(2);
		expectGolden(rows[0], golden.whisper["42 s, first 30 s"], 1e-6);
		expectGolden(rows[1], golden.whisper["42 s, last 30 s"], 1e-6);
	});
});

describe("clap-mel against ClapFeatureExtractor", () => {
	const kind = "clap-mel";
	it.each([
		["repeatpad", () => speech, golden.clap["speech, repeatpad"]],
		["repeat", () => flute, golden.clap["flute, repeat"]],
		["pad", () => rain, golden.clap["rain, pad"]],
	] as const)("fills a short clip by %s", (padding, clip, expected) => {
		const [row] = rowsOf({ kind, padding }, clip());
		expectGolden(row, expected, 2e-5);
	});

	it("takes the first window of a long clip", () => {
		const rows = rowsOf({ kind, long: "cut" }, long());
		expect(rows).toHaveLength(1);
		expectGolden(rows[0], golden.clap["42 s, first 10 s"], 2e-5);
	});

	it("loses what int16 loses when asked to, as LAION's code does", () => {
		const [row] = rowsOf({ kind, int16: true }, speech);
		const expected = golden.clap["speech, repeatpad, int16"];
		expectGolden(row, expected, 2e-5);
		expect(
			Math.abs(expected.mean - golden.clap["speech, repeatpad"].mean),
		).toBeGreaterThan(0.01);
	});
});

describe("waveform against Wav2Vec2FeatureExtractor", () => {
	const spec = {
		kind: "waveform",
		sampleRate: 16_000,
		normalise: "zero-mean-unit-variance",
	};
	it("normalises over the sound, and pads with zeros behind it", () => {
		const [row] = rowsOf({ ...spec, samples: 40_000 }, speech);
		expectGolden(row, golden.wav2vec2["speech in 40000"], 2e-6);
		expect(row?.[39_999]).toBe(0);
	});

	it("normalises over what is left after cutting", () => {
		const [row] = rowsOf({ ...spec, samples: 10_000, long: "cut" }, rain);
		expectGolden(row, golden.wav2vec2["rain in 10000"], 2e-6);
	});
});

describe("ast-log-mel against transformers", () => {
	const spec = { kind: "ast-log-mel", mean: -4.2677393, std: 4.5689974 };
	it("agrees with ASTFeatureExtractor, padded and cut", () => {
		const [padded] = rowsOf({ ...spec, frames: 1024 }, speech);
		expectGolden(padded, golden.kaldi["speech, hann, 1024 frames"], 2e-6);
		const [cut] = rowsOf({ ...spec, frames: 100 }, rain);
		expectGolden(cut, golden.kaldi["rain, hann, 100 frames"], 2e-6);
	});

	it("agrees with Kaldi's own window and int16 scale", () => {
		const values = logMel({
			signal: speech,
			melBins: 80,
			window: "povey",
			gain: 2 ** 15,
		});
		const expected = golden.kaldi["speech, povey, int16 scale, 80 bins"];
		expectGolden(values, expected, 2e-5);
		// As BEATs takes them: (v - mean) / (2 std).
		const [row] = rowsOf(
			{
				...spec,
				frames: 198,
				melBins: 80,
				window: "povey",
				scale: "int16",
				mean: 0,
				std: 0.5,
			},
			speech,
		);
		expect(row).toEqual(values);
	});
});

describe("musicnn-mel against librosa", () => {
	it("gives the whole patches of a long clip and drops the rest", () => {
		const { features, rows, unheard } = computeFrontEnd(
			frontEndSchema.parse({ kind: "musicnn-mel" }),
			repeated(speech, 4),
			"a.wav",
		);
		const expected = golden.musicnn["speech 4 times"];
		expect(rows).toBe(expected.shape[0]);
		expectGolden(features, expected, 2e-6);
		expect(unheard).toBeCloseTo(1 - (2 * 187 * 256) / (4 * speech.length), 6);
	});
});
