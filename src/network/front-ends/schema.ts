/** What a descriptor can say under `frontEnd`: one kind per family of feature extractors. */
import { z } from "zod";

const sampleRate16k = z
	.literal(16_000)
	.default(16_000)
	.describe("Hz; only 16000");

/** What happens to a clip that is longer than one input. */
const long = (fallback: "cut" | "windows") =>
	z
		.enum(["cut", "windows"])
		.default(fallback)
		.describe(
			"a clip longer than one input: cut (only its beginning is heard), or windows (side by side, the last one ending with the clip; activations are pooled over them)",
		);

const astLogMel = z.strictObject({
	kind: z.literal("ast-log-mel"),
	sampleRate: sampleRate16k,
	frames: z
		.int()
		.min(1)
		.describe(
			"frames of 10 ms of one input; a shorter clip is padded with zeros before the normalisation",
		),
	melBins: z.int().min(1).max(256).default(128).describe("mel filters"),
	mean: z
		.number()
		.describe("mean of the log-mel values the network was trained on"),
	std: z
		.number()
		.positive()
		.describe(
			"standard deviation of these values; features are (v - mean) / (2 std)",
		),
	window: z
		.enum(["hann", "povey"])
		.default("hann")
		.describe(
			"analysis window: hann (AST), or povey (Kaldi's own, which BEATs uses)",
		),
	scale: z
		.enum(["unit", "int16"])
		.default("unit")
		.describe("samples in [-1, 1] (AST), or times 32768 (BEATs)"),
	long: long("cut"),
});

const waveform = z
	.strictObject({
		kind: z.literal("waveform"),
		sampleRate: z.int().min(1).describe("Hz; clips are resampled to it"),
		samples: z
			.int()
			.min(1)
			.describe(
				"samples of one input; a shorter clip is padded with zeros at the end",
			),
		hop: z
			.int()
			.min(1)
			.optional()
			.describe("samples from window to window; default: `samples`"),
		lead: z
			.int()
			.min(0)
			.default(0)
			.describe("zeros before the clip (the context a VAD starts with)"),
		normalise: z
			.enum(["none", "zero-mean-unit-variance"])
			.default("none")
			.describe(
				"per input, over its samples of the clip: as wav2vec 2.0's feature extractor, (x - mean) / sqrt(variance + 1e-7)",
			),
		long: long("windows"),
	})
	.refine(({ samples, hop = samples }) => hop <= samples, {
		path: ["hop"],
		error: "expected at most `samples`: no sample is left out between windows",
	});

const whisperLogMel = z.strictObject({
	kind: z.literal("whisper-log-mel"),
	sampleRate: sampleRate16k,
	melBins: z
		.int()
		.min(1)
		.max(256)
		.default(80)
		.describe("mel filters: 80, or 128 from large-v3 on"),
	frames: z
		.int()
		.min(2)
		.default(3000)
		.describe(
			"frames of 10 ms of one input, twice the encoder's positions; a shorter clip is padded with zeros",
		),
	long: long("windows"),
});

const clapMel = z
	.strictObject({
		kind: z.literal("clap-mel"),
		sampleRate: z.int().min(1).default(48_000).describe("Hz"),
		melBins: z.int().min(1).max(256).default(64).describe("mel filters"),
		seconds: z
			.number()
			.positive()
			.default(10)
			.describe("length of one input, in seconds"),
		fftSize: z
			.int()
			.min(4)
			.multipleOf(2)
			.default(1024)
			.describe("samples of a frame"),
		hop: z.int().min(1).default(480).describe("samples from frame to frame"),
		minHz: z
			.number()
			.min(0)
			.default(50)
			.describe("lowest edge of the mel filters, in Hz"),
		maxHz: z
			.number()
			.positive()
			.default(14_000)
			.describe("highest edge of the mel filters, in Hz"),
		padding: z
			.enum(["repeatpad", "repeat", "pad"])
			.default("repeatpad")
			.describe(
				"a clip shorter than one input: repeated whole times and padded with zeros, repeated and cut, or padded with zeros",
			),
		int16: z
			.boolean()
			.default(false)
			.describe(
				"samples go through int16 and back, as in LAION's own code (not in transformers')",
			),
		long: long("windows"),
	})
	.refine(({ minHz, maxHz }) => minHz < maxHz, {
		path: ["maxHz"],
		error: "expected more than `minHz`",
	})
	.refine(
		({ seconds, sampleRate, fftSize }) => seconds * sampleRate > fftSize,
		{
			path: ["seconds"],
			error: "expected more than one frame (`fftSize` samples)",
		},
	);

const crepeFrames = z.strictObject({
	kind: z.literal("crepe-frames"),
	sampleRate: sampleRate16k,
	hop: z
		.int()
		.min(1)
		.max(1024)
		.default(320)
		.describe(
			"samples from frame to frame; every frame of 1024 samples is a row",
		),
});

const musicnnMel = z.strictObject({
	kind: z.literal("musicnn-mel"),
	sampleRate: sampleRate16k,
	long: long("windows"),
});

const speechEmbeddingMel = z.strictObject({
	kind: z.literal("speech-embedding-mel"),
	sampleRate: sampleRate16k,
});

const features = z.strictObject({
	kind: z.literal("features"),
	frames: z
		.int()
		.min(1)
		.describe("frames of one input; a shorter array is padded with `pad`"),
	bins: z.int().min(1).describe("values per frame"),
	suffix: z
		.string()
		.min(1)
		.refine((text) => !/[\\/]/.test(text), {
			error: "expected the end of a file name, without folders",
		})
		.default(".npy")
		.describe(
			"features of clips/rain.wav are in clips/rain + suffix: [frames, bins] of float16, 32 or 64, written by numpy.save",
		),
	layout: z
		.enum([
			"frames-bins",
			"bins-frames",
			"channel-frames-bins",
			"channel-bins-frames",
		])
		.default("frames-bins")
		.describe("axes of one input behind the batch; `channel` has length 1"),
	pad: z
		.number()
		.default(0)
		.describe("value of the frames that a short array lacks"),
	long: long("windows"),
});

export const frontEndSchema = z.discriminatedUnion("kind", [
	astLogMel,
	waveform,
	whisperLogMel,
	clapMel,
	crepeFrames,
	musicnnMel,
	speechEmbeddingMel,
	features,
]);

/** Plain JSON, every default filled in; part of what a recording is addressed by. */
export type FrontEndSpec = z.output<typeof frontEndSchema>;
export type AstLogMel = z.output<typeof astLogMel>;
export type Waveform = z.output<typeof waveform>;
export type WhisperLogMel = z.output<typeof whisperLogMel>;
export type ClapMel = z.output<typeof clapMel>;
export type CrepeFrames = z.output<typeof crepeFrames>;
export type MusicnnMel = z.output<typeof musicnnMel>;
export type SpeechEmbeddingMel = z.output<typeof speechEmbeddingMel>;
export type PrecomputedFeatures = z.output<typeof features>;
