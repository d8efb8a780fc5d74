import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DataError } from "../../../src/errors.ts";
import {
	computeFrontEnd,
	type FrontEndRows,
	type FrontEndSpec,
	frontEndDims,
	frontEndFiles,
	frontEndLength,
	frontEndRate,
} from "../../../src/network/front-ends/front-end.ts";
import { frontEndSchema } from "../../../src/network/front-ends/schema.ts";
import { npyBytes } from "../../../src/shared/npy.ts";
import { noise } from "../../onnx/small-models.ts";

const parse = (spec: object): FrontEndSpec => frontEndSchema.parse(spec);
const ast = {
	kind: "ast-log-mel",
	frames: 1024,
	mean: -4.2677393,
	std: 4.5689974,
};
const waveform = { kind: "waveform", sampleRate: 8000, samples: 5 };
const kinds: readonly object[] = [
	{ ...ast, frames: 20 },
	{ ...ast, frames: 20, long: "windows" },
	waveform,
	{ kind: "whisper-log-mel", frames: 50 },
	{ kind: "clap-mel", seconds: 0.5 },
	{ kind: "crepe-frames" },
	{ kind: "musicnn-mel" },
	{ kind: "speech-embedding-mel" },
];

function rowsOf({ features, rows }: FrontEndRows): number[][] {
	const size = features.length / rows;
	return Array.from({ length: rows }, (_, row) => [
		...features.subarray(row * size, (row + 1) * size),
	]);
}

describe("computeFrontEnd", () => {
	it.each(kinds)(
		"gives whole inputs in a buffer of their own, for any length: %j",
		(kind) => {
			const spec = parse(kind);
			const size = frontEndDims(spec).reduce((a, b) => a * b, 1);
			for (const length of [400, 8000, 20_000, 100_000]) {
				const signal = noise(length, length);
				const copy = signal.slice();
				const { features, rows, unheard, padding, lengths } = computeFrontEnd(
					spec,
					signal,
					"a",
				);
				expect(rows).toBeGreaterThanOrEqual(1);
				expect(features).toHaveLength(rows * size);
				expect(features.buffer.byteLength).toBe(features.byteLength);
				expect(features.every(Number.isFinite)).toBe(true);
				expect(unheard).toBeGreaterThanOrEqual(0);
				expect(unheard).toBeLessThan(1);
				expect(padding).toBeGreaterThanOrEqual(0);
				expect(padding).toBeLessThan(1);
				// In whole steps: up to one step a row from the share of samples.
				const total = frontEndLength(spec);
				expect(lengths).toHaveLength(rows);
				expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
				expect(Math.max(...lengths)).toBeLessThanOrEqual(total);
				const own = lengths.reduce((sum, steps) => sum + steps, 0);
				expect(Math.abs(1 - own / (rows * total) - padding)).toBeLessThan(
					1.5 / (rows * total) + (kind === kinds.at(-1) ? 4 / total : 0),
				);
				expect(signal).toEqual(copy);
			}
		},
	);

	it.each(kinds)("is finite for silence: %j", (kind) => {
		const { features } = computeFrontEnd(
			parse(kind),
			new Float32Array(16_000),
			"a",
		);
		expect(features.every(Number.isFinite)).toBe(true);
	});

	it.each([
		[ast, 399, "400 samples at 16000 Hz, got 399"],
		[waveform, 0, "1 sample at 8000 Hz, got 0"],
		[{ kind: "clap-mel" }, 0, "1 sample at 48000 Hz, got 0"],
	] as const)("refuses a clip without one frame (%#)", (kind, length, said) => {
		const action = (): unknown =>
			computeFrontEnd(parse(kind), new Float32Array(length), "clips/short.wav");
		expect(action).toThrow(DataError);
		expect(action).toThrow(
			expect.objectContaining({
				code: "clip_too_short",
				message: `clips/short.wav is shorter than one frame: expected at least ${said}`,
			}),
		);
	});
});

describe("ast-log-mel", () => {
	it("pads with zeros before normalising: +0.46703 with AST's own constants", () => {
		const { features, padding } = computeFrontEnd(
			parse(ast),
			noise(400, 1),
			"a",
		);
		expect(features).toHaveLength(1024 * 128);
		expect(features[128]).toBeCloseTo(0.46703, 5);
		expect(new Set(features.subarray(128)).size).toBe(1);
		expect(features[0]).not.toBe(features[128]);
		expect(padding).toBe(1023 / 1024);
	});

	it("cuts after the last frame unless windows are asked for", () => {
		const long = noise(400 + 11 * 160, 2);
		const short = long.subarray(0, 400 + 3 * 160);
		const cut = computeFrontEnd(parse({ ...ast, frames: 4 }), long, "a");
		expect(cut.rows).toBe(1);
		expect(cut.unheard).toBeCloseTo(8 / 12, 12);
		expect(cut.features).toEqual(
			computeFrontEnd(parse({ ...ast, frames: 4 }), short, "a").features,
		);
		const windows = computeFrontEnd(
			parse({ ...ast, frames: 5, long: "windows" }),
			long,
			"a",
		);
		const all = computeFrontEnd(parse({ ...ast, frames: 12 }), long, "a");
		const at = (start: number): number[] => [
			...all.features.subarray(start * 128, (start + 5) * 128),
		];
		expect(rowsOf(windows)).toEqual([at(0), at(5), at(7)]);
	});
});

describe("waveform", () => {
	const of = (spec: object, ...values: number[]): number[][] =>
		rowsOf(
			computeFrontEnd(
				parse({ ...waveform, ...spec }),
				Float32Array.from(values),
				"a",
			),
		);
	it("pads, cuts or windows", () => {
		expect(of({}, 1, 2)).toEqual([[1, 2, 0, 0, 0]]);
		expect(of({ long: "cut" }, 1, 2, 3, 4, 5, 6)).toEqual([[1, 2, 3, 4, 5]]);
		expect(of({}, 1, 2, 3, 4, 5, 6)).toEqual([
			[1, 2, 3, 4, 5],
			[2, 3, 4, 5, 6],
		]);
	});

	it("steps through a clip with the context of a VAD", () => {
		expect(of({ samples: 4, hop: 3, lead: 1 }, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual(
			[
				[0, 1, 2, 3],
				[3, 4, 5, 6],
				[6, 7, 8, 0],
			],
		);
	});

	it("normalises the samples of the clip, never the zeros around them", () => {
		const [row = []] = of(
			{ samples: 6, lead: 1, normalise: "zero-mean-unit-variance" },
			1,
			3,
		);
		expect(row.map((value) => Math.round(value * 1e4) / 1e4)).toEqual([
			0, -1, 1, 0, 0, 0,
		]);
	});
});

describe("crepe-frames", () => {
	const of = (signal: Float32Array, hop = 320) =>
		computeFrontEnd(parse({ kind: "crepe-frames", hop }), signal, "a");

	it("has 1 + floor(n / hop) frames with mean 0 and deviation 1", () => {
		for (const [length, hop, rows] of [
			[32_000, 320, 101],
			[319, 320, 1],
			[320, 320, 2],
			[32_000, 160, 201],
		] as const) {
			const result = of(noise(length, 3), hop);
			expect(result.rows).toBe(rows);
			for (const row of rowsOf(result)) {
				const mean = row.reduce((sum, v) => sum + v, 0) / 1024;
				const squares = row.reduce((sum, v) => sum + (v - mean) ** 2, 0);
				expect(mean).toBeCloseTo(0, 6);
				expect(squares / 1023).toBeCloseTo(1, 5);
			}
		}
	});

	it("does not change with the level or with an offset, and leaves silence silent", () => {
		const signal = noise(4000, 5);
		const other = of(signal.map((v) => v * 0.25)).features;
		for (const [i, value] of of(signal).features.entries())
			expect(Math.abs(value - (other[i] as number))).toBeLessThan(1e-5);
		expect(of(new Float32Array(1024)).features.every((v) => v === 0)).toBe(
			true,
		);
	});
});

describe("whisper-log-mel", () => {
	it("spans at most 2: the floor is 8 powers of ten below the row's maximum", () => {
		const spec = parse({ kind: "whisper-log-mel", frames: 300 });
		const signal = noise(48_000, 1).fill(0, 20_000);
		const { features } = computeFrontEnd(spec, signal, "a");
		const values = [...features].sort((a, b) => a - b);
		expect((values.at(-1) ?? 0) - (values[0] ?? 0)).toBeCloseTo(2, 6);
	});

	it("has mel filters first: a frame later is a column further", () => {
		const spec = parse({ kind: "whisper-log-mel", frames: 100 });
		const signal = noise(16_000, 9);
		const later = new Float32Array(16_000);
		later.set(signal.subarray(0, 16_000 - 160), 160);
		const a = computeFrontEnd(spec, signal, "a").features;
		const b = computeFrontEnd(spec, later, "a").features;
		for (const bin of [0, 40, 79])
			for (const frame of [10, 50])
				expect(b[bin * 100 + frame + 1]).toBeCloseTo(
					a[bin * 100 + frame] as number,
					6,
				);
	});
});

describe("clap-mel", () => {
	it("repeats a short clip whole times, then adds silence", () => {
		const spec = parse({ kind: "clap-mel", seconds: 0.1, hop: 480 });
		const signal = noise(1920, 4);
		const twice = Float32Array.from([...signal, ...signal]);
		const result = computeFrontEnd(spec, signal, "a");
		expect(result.features).toEqual(
			computeFrontEnd(
				parse({ kind: "clap-mel", seconds: 0.1, hop: 480, padding: "pad" }),
				twice,
				"a",
			).features,
		);
		expect(result.padding).toBeCloseTo(1 - 3840 / 4800, 12);
	});

	it("clips samples beyond 1 on the way through int16", () => {
		const spec = parse({ kind: "clap-mel", seconds: 0.1, int16: true });
		const loud = noise(4800, 6).map((v) => v * 2);
		const clipped = loud.map((v) => Math.max(-1, Math.min(1, v)));
		expect(computeFrontEnd(spec, loud, "a").features).toEqual(
			computeFrontEnd(spec, clipped, "a").features,
		);
	});
});

describe("features", () => {
	const folder = mkdtempSync(join(tmpdir(), "audio-dissect-"));
	afterAll(() => rmSync(folder, { recursive: true }));
	const clip = join(folder, "rain.wav");
	const write = (name: string, values: number[], shape: number[]): void =>
		writeFileSync(
			join(folder, name),
			npyBytes(Float32Array.from(values), shape),
		);
	const of = (spec: object): FrontEndRows =>
		computeFrontEnd(
			parse({ kind: "features", frames: 2, bins: 3, ...spec }),
			new Float32Array(1),
			clip,
		);

	it("takes frames from the file beside the clip, in the layout of the network", () => {
		write("rain.npy", [1, 2, 3, 4, 5, 6], [2, 3]);
		expect(rowsOf(of({}))).toEqual([[1, 2, 3, 4, 5, 6]]);
		expect(rowsOf(of({ layout: "channel-bins-frames" }))).toEqual([
			[1, 4, 2, 5, 3, 6],
		]);
		expect(rowsOf(of({ frames: 3, pad: -1 }))).toEqual([
			[1, 2, 3, 4, 5, 6, -1, -1, -1],
		]);
		expect(rowsOf(of({ frames: 1 }))).toEqual([
			[1, 2, 3],
			[4, 5, 6],
		]);
		expect(rowsOf(of({ frames: 1, long: "cut" }))).toEqual([[1, 2, 3]]);
	});

	it("says which file belongs to a clip", () => {
		const spec = parse({
			kind: "features",
			frames: 2,
			bins: 3,
			suffix: ".mel.npy",
		});
		expect(frontEndFiles(spec, "/a/b.c/rain.1.flac")).toEqual([
			join("/a/b.c", "rain.1.mel.npy"),
		]);
		expect(frontEndFiles(parse(waveform), "/a/rain.flac")).toEqual([]);
		expect(frontEndRate(spec)).toBeNull();
		expect(frontEndRate(parse(waveform))).toBe(8000);
	});

	it("names the file that is missing or does not fit", () => {
		expect(() => of({ suffix: ".no.npy" })).toThrow(
			expect.objectContaining({
				code: "features_missing",
				message: expect.stringContaining(join(folder, "rain.no.npy")),
			}),
		);
		write("rain.flat.npy", [1, 2, 3], [3]);
		expect(() => of({ suffix: ".flat.npy" })).toThrow(
			expect.objectContaining({
				code: "features_shape",
				message: expect.stringContaining("expected [frames, 3], got [3]"),
			}),
		);
		const whole = npyBytes(new Float32Array(6), [2, 3]);
		writeFileSync(join(folder, "rain.cut.npy"), whole.subarray(0, -4));
		expect(() => of({ suffix: ".cut.npy" })).toThrow(
			expect.objectContaining({ code: "npy_truncated" }),
		);
	});
});

describe("frontEndDims", () => {
	it.each([
		[ast, [1024, 128]],
		[waveform, [5]],
		[{ kind: "whisper-log-mel" }, [80, 3000]],
		[{ kind: "clap-mel" }, [1, 1001, 64]],
		[{ kind: "crepe-frames" }, [1024]],
		[{ kind: "musicnn-mel" }, [187, 96]],
		[{ kind: "speech-embedding-mel" }, [76, 32, 1]],
		[{ kind: "features", frames: 608, bins: 80 }, [608, 80]],
		[
			{
				kind: "features",
				frames: 608,
				bins: 80,
				layout: "channel-bins-frames",
			},
			[1, 80, 608],
		],
	])("%j", (spec, dims) => {
		expect(frontEndDims(parse(spec))).toEqual(dims);
	});
});

describe("frontEndSchema", () => {
	it.each([
		[{ ...waveform, hop: 6 }, "hop", /at most `samples`/],
		[{ kind: "clap-mel", minHz: 9000, maxHz: 8000 }, "maxHz", /`minHz`/],
		[{ kind: "clap-mel", seconds: 0.01 }, "seconds", /more than one frame/],
		[{ kind: "clap-mel", fftSize: 1023 }, "fftSize", /multiple of 2/],
		[
			{ kind: "features", frames: 1, bins: 1, suffix: "../x.npy" },
			"suffix",
			/without folders/,
		],
	])("refuses %j", (spec, path, message) => {
		const { error } = frontEndSchema.safeParse(spec);
		expect(error?.issues).toEqual([
			expect.objectContaining({
				path: [path],
				message: expect.stringMatching(message),
			}),
		]);
	});
});
