/** Recurrent networks: Silero VAD as two npm packages ship it, against onnxruntime for Python (`make_silero.py`), and a hand-made counter. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import silero from "../fixtures/network/silero.json" with { type: "json" };
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

const CHUNK = 576;
const ROWS = 7;
const SILERO_FRONT_END =
	"{ kind: waveform, sampleRate: 16000, samples: 576, hop: 512, lead: 64 }";
const SILERO_INPUTS =
	"constants: { sr: 16000 }\nstate: [{ input: state, output: stateN }]\n";

async function descriptorOf(
	options: Parameters<typeof writeNetwork>[0],
): Promise<string> {
	const { descriptor } = await writeNetwork(options);
	return descriptor;
}

function sileroFile(name: keyof typeof silero.files): string {
	const { path } = silero.files[name];
	return fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url));
}

async function sileroDescriptor(
	name: keyof typeof silero.files,
	layers: string,
	more = SILERO_INPUTS,
): Promise<string> {
	return descriptorOf({
		model: await readFile(sileroFile(name)),
		input: "input",
		frontEnd: SILERO_FRONT_END,
		layers: `${layers}${more}`,
	});
}

function sileroChunks(): Float32Array {
	return Float32Array.from(
		{ length: ROWS * CHUNK },
		(_, i) => (((i * 7919 + 104_729) % 2003) / 1001.5 - 1) * 0.3,
	);
}

describe("Silero VAD", () => {
	it("is the file of parts that the golden values were made from", async () => {
		const bytes = await readFile(sileroFile("jjhbw-16k"));
		expect(createHash("sha256").update(bytes).digest("hex")).toBe(
			"7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49",
		);
	});

	it.each([
		["jjhbw-16k", "/model/decoder/decoder/3/Sigmoid_output_0"],
		["jjhbw-op18", "sigmoid_3"],
		[
			"vad-web",
			"If_0_then_branch__Inline_0__/decoder/decoder/3/Sigmoid_output_0",
		],
	] as const)(
		"%s: carries the state from chunk to chunk and starts each clip anew, whatever is inside of an If",
		async (name, tensor) => {
			const descriptor = await sileroDescriptor(
				name,
				`  - { name: speech, tensor: "${tensor}", unitAxis: 1 }\n`,
			);
			const network = await loadNetwork({ descriptor });
			expect(network.recurrent).toBe(true);
			const taps = await network.openTaps({ threads: 1 });
			const { speech = new Float32Array() } = await taps.run(
				sileroChunks(),
				ROWS,
				{ clipRows: silero.chunks },
			);
			await taps.close();
			expect(maxDifference(speech, silero.files[name].output)).toBeLessThan(
				1e-5,
			);
		},
	);

	it("gives the encoder's units, a fixed tensor name or a pattern alike", async () => {
		const descriptor = await sileroDescriptor(
			"jjhbw-16k",
			`  - { name: "encoder.*", tensor: "/model/encoder/*/activation/Relu_output_0", pooling: [mean, firing] }\n`,
		);
		const network = await loadNetwork({ descriptor });
		expect(
			network.layers.map(({ name, units, unitAxis }) => [
				name,
				units,
				unitAxis,
			]),
		).toEqual([
			["encoder.0", 128, 1],
			["encoder.0@firing", 128, 1],
			["encoder.1", 64, 1],
			["encoder.1@firing", 64, 1],
			["encoder.2", 64, 1],
			["encoder.2@firing", 64, 1],
			["encoder.3", 128, 1],
			["encoder.3@firing", 128, 1],
		]);
		const taps = await network.openTaps({ threads: 1 });
		const results = await taps.run(sileroChunks(), ROWS, {
			clipRows: silero.chunks,
		});
		await taps.close();
		const encoder = results["encoder.0"] ?? new Float32Array();
		const firing = results["encoder.0@firing"] ?? new Float32Array();
		const shown = Array.from({ length: ROWS }, (_, row) => [
			...encoder.subarray(row * 128, row * 128 + 8),
		]).flat();
		expect(
			maxDifference(shown, silero.files["jjhbw-16k"].encoder),
		).toBeLessThan(1e-5);
		// A unit fires exactly where a Relu's mean is above 0.
		expect([...firing].map((share) => share > 0)).toEqual(
			[...encoder].map((mean) => mean > 0),
		);
	});

	it("is inspected through its descriptor: encoder and decoder are there, the LSTM is refused with the reason", async () => {
		const descriptor = await sileroDescriptor(
			"vad-web",
			"  - { name: any, tensor: If_0_outputs_0 }\n",
		);
		const { layers, notTappable } = await inspectNetwork(descriptor);
		expect(
			layers
				.filter(({ kind }) => kind === "convolution" || kind === "activation")
				.map(({ name, units }) => `${name} ${units}`),
		).toEqual(
			expect.arrayContaining(
				["0.reparam_conv 128", "0.activation 128", "3.activation 128"].map(
					(text) => expect.stringContaining(text),
				),
			),
		);
		const recurrent = notTappable.find(({ code }) => code === "recurrent");
		expect(recurrent?.reason).toContain(
			"gives [time, directions, batch, units]: the batch is not its first axis",
		);
		expect(notTappable.map(({ code }) => code)).not.toContain("subgraph");
	});

	it("asks for the inputs that nobody feeds", async () => {
		const descriptor = await sileroDescriptor(
			"vad-web",
			"  - { name: any, tensor: If_0_outputs_0 }\n",
			"constants: { sr: 16000 }\n",
		);
		await expect(loadNetwork({ descriptor })).rejects.toMatchObject({
			code: "input_extra",
			message: expect.stringContaining(
				"does not say what to feed state [2, ?, 128]",
			),
		});
	});

	it("takes the other branch when the constant says so", async () => {
		const descriptor = await sileroDescriptor(
			"jjhbw-op18",
			"  - { name: speech, tensor: sigmoid_3 }\n",
			SILERO_INPUTS.replace("16000", "8000"),
		);
		await expect(loadNetwork({ descriptor })).rejects.toMatchObject({
			code: "layer_unknown",
			hint: expect.stringContaining("sigmoid_3_2"),
		});
	});
});

/** state' = state + x, hidden = [state', x]: x [batch, 2], state [batch, 2]. `batch` is the declared axis of both. */
function counterModel(
	batch: number | string,
	state: number | string = batch,
): Uint8Array {
	return buildModel({
		node: [
			node({ operator: "Add", inputs: ["s", "x"], outputs: ["next"] }),
			node({
				operator: "Concat",
				inputs: ["next", "x"],
				outputs: ["hidden"],
				attributes: { axis: 1 },
			}),
		],
		input: [valueInfo("x", [batch, 2]), valueInfo("s", [state, 2])],
		output: [{ name: "next" }, { name: "hidden" }],
	});
}

const COUNTER = `  - { name: h, tensor: hidden, unitAxis: 1 }
state: [{ input: s, output: next }]
`;

const AXIS_STATED = COUNTER.replace(
	"output: next",
	"output: next, batchAxis: 0",
);

describe("rows of clips", () => {
	it.each([
		["side by side", counterModel("n"), COUNTER],
		["one at a time, as the state says", counterModel("n", 1), COUNTER],
		["one at a time, as the file says", counterModel(1), COUNTER],
		["two at a time, as the file says", counterModel(2), AXIS_STATED],
	] as const)("are run in order, clips %s", async (_, model, layers) => {
		const descriptor = await descriptorOf({
			model,
			layers,
			samples: 2,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = Float32Array.from({ length: 12 }, (_, i) => i + 1);
		// Clips of three, none, one and two rows.
		const { h } = await taps.run(features, 6, { clipRows: [3, 0, 1, 2] });
		expect(h).toEqual(
			Float32Array.from([
				...[1, 2, 1, 2],
				...[4, 6, 3, 4],
				...[9, 12, 5, 6],
				...[7, 8, 7, 8],
				...[9, 10, 9, 10],
				...[20, 22, 11, 12],
			]),
		);
		await expect(taps.run(features, 6)).rejects.toThrow(
			new RangeError(
				"Expected `clipRows`: a recurrent network has to know which rows are one clip",
			),
		);
		await expect(taps.run(features, 6, { clipRows: [3, 2] })).rejects.toThrow(
			new RangeError("Expected `clipRows` to add up to 6 rows, got 5"),
		);
		await taps.close();
	});

	it("carries a state whose batch is not its first axis", async () => {
		// state [2, batch, 2]: both layers grow by x.
		const model = buildModel({
			node: [
				node({ operator: "Add", inputs: ["s", "x"], outputs: ["next"] }),
				node({
					operator: "ReduceMax",
					inputs: ["next"],
					outputs: ["hidden"],
					attributes: { axes: [0], keepdims: 0 },
				}),
			],
			input: [valueInfo("x", ["n", 2]), valueInfo("s", [2, "n", 2])],
			output: [{ name: "next" }, { name: "hidden" }],
		});
		const descriptor = await descriptorOf({
			model,
			layers: COUNTER,
			samples: 2,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(
			Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
			4,
			{ clipRows: [2, 2] },
		);
		await taps.close();
		expect(h).toEqual(Float32Array.from([1, 2, 4, 6, 5, 6, 12, 14]));
	});

	it("says what is wrong with a state", async () => {
		const load = async (layers: string, model = counterModel("n")) =>
			loadNetwork({
				descriptor: await descriptorOf({ model, layers, samples: 2 }),
			});
		const layer = "  - { name: h, tensor: hidden, unitAxis: 1 }\n";
		await expect(
			load(`${layer}state: [{ input: s, output: nxt }]\n`),
		).rejects.toMatchObject({
			code: "state_invalid",
			hint: 'did you mean "next"?',
		});
		await expect(
			load(`${layer}state: [{ input: s, output: hidden }]\n`),
		).rejects.toMatchObject({
			code: "state_shape_mismatch",
			message: expect.stringContaining('state "s" of '),
		});
		await expect(
			load(
				`${layer}state: [{ input: s, output: next }]\nconstants: { s: 1 }\n`,
			),
		).rejects.toMatchObject({ code: "input_extra" });
		await expect(load(COUNTER, counterModel(2))).rejects.toMatchObject({
			code: "state_invalid",
			message: expect.stringContaining(
				"has shape [2, 2], which does not tell the axis of the 2 rows",
			),
		});
		const open = buildModel({
			node: [
				node({ operator: "Add", inputs: ["s", "x"], outputs: ["hidden"] }),
			],
			input: [valueInfo("x", ["n", 2]), valueInfo("s", ["n", "width"])],
			output: [{ name: "hidden" }],
		});
		await expect(
			load(`${layer}state: [{ input: s, output: hidden }]\n`, open),
		).rejects.toMatchObject({
			code: "state_invalid",
			message: expect.stringContaining(
				"has more open axes than the batch: [n, width]",
			),
		});
	});
});
