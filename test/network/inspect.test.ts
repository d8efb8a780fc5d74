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
import { encodeModel } from "../../src/onnx/proto/codec.ts";
import type { ModelProto } from "../../src/onnx/proto/types.ts";
import { convolutionModel, noise } from "../onnx/small-models.ts";
import { writeNetwork, writeOnnx } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, root));

describe("inspectNetwork", () => {
	it("finds the layers of a transformer by structure and names them by module path", async () => {
		const result = await inspectNetwork(path("demo/networks/tiny-ast.onnx"));
		expect(result.opset).toBe(17);
		expect(result.parameters).toBe(845_232);
		expect(result.outputs).toEqual(["logits"]);
		const first = result.layers.filter(({ name }) =>
			name.startsWith("layer.0"),
		);
		expect(
			first.map((l) => `${l.name} ${l.kind} ${l.units} ${l.parameters}`),
		).toEqual([
			"layer.0.layernorm_before normalisation 128 256",
			"layer.0.attention.attention.query linear 128 16512",
			"layer.0.attention.attention.key linear 128 16512",
			"layer.0.attention.attention.value linear 128 16512",
			"layer.0.attention.output.dense linear 128 16512",
			"layer.0.Add residual 128 null",
			"layer.0.layernorm_after normalisation 128 256",
			"layer.0.intermediate.dense linear 512 66048",
			"layer.0.intermediate.intermediate_act_fn activation 512 0",
			"layer.0.output.dense linear 128 65664",
			"layer.0 residual 128 null",
		]);
		expect(result.layers[0]).toEqual({
			name: "projection",
			tensor:
				"/audio_spectrogram_transformer/embeddings/patch_embeddings/projection/Conv_output_0",
			kind: "convolution",
			operator: "Conv",
			type: "float32",
			dims: ["batch", 128, 8, 12],
			folded: false,
			batchAxis: 0,
			role: null,
			sharesWeightsWith: [],
			unitAxis: 1,
			units: 128,
			parameters: 32_896,
			suggested: true,
		});
		expect(result.layers.at(-1)).toMatchObject({
			name: "classifier.dense",
			tensor: "logits",
			kind: "linear",
			unitAxis: 1,
			units: 48,
		});
		expect(new Set(result.layers.map(({ name }) => name)).size).toBe(
			result.layers.length,
		);
	});

	it("names and taps agree with the shipped descriptor", async () => {
		const { layers } = await inspectNetwork(path("config/networks/demo.yaml"));
		const network = await loadNetwork({
			descriptor: path("config/networks/demo.yaml"),
		});
		const byTensor = new Map(layers.map((layer) => [layer.tensor, layer]));
		for (const { name, tensor, unitAxis, units } of network.layers) {
			const found = byTensor.get(tensor);
			expect(found).toMatchObject({ unitAxis, units, suggested: true });
			if (name !== "classifier") expect(found?.name).toBe(name);
		}
	});

	it("suggests a block that loads as it is", async () => {
		const file = await writeOnnx(convolutionModel({ waveform: true }));
		const result = await inspectNetwork(file);
		expect(result.suggestedLayers).toBe(`layers:
  - name: conv
    tensor: /conv/Conv_output_0
    unitAxis: 1 # 4 units
    pooling: mean
  - name: fc
    tensor: logits
    unitAxis: 1 # 3 units
`);
		expect(result.layers.map(({ name, kind }) => [name, kind])).toEqual([
			["conv", "convolution"],
			["act", "activation"],
			["fc", "linear"],
		]);
		const descriptor = join(file, "..", "net.yaml");
		await writeFile(
			descriptor,
			`name: net\nfile: net.onnx\ninput: x\nfrontEnd: { kind: waveform, sampleRate: 16000, samples: 30 }\n${result.suggestedLayers}`,
		);
		const { layers } = await loadNetwork({ descriptor });
		expect(layers.map(({ units }) => units)).toEqual([4, 3]);
	});

	it("follows units through transposes, finds GELU, SiLU and a layer norm written out, and counts a bias", async () => {
		const file = await writeOnnx(writtenOutModel());
		const { layers } = await inspectNetwork(file);
		expect(
			layers.map(({ name, kind, dims, unitAxis, parameters }) => [
				name,
				kind,
				dims.join("x"),
				unitAxis,
				parameters,
			]),
		).toEqual([
			["fc1", "linear", "batchx4x6", 2, 24],
			["turned", "activation", "batchx6x4", 1, 0],
			["gelu", "activation", "batchx4x6", 2, 0],
			["silu", "activation", "batchx4x6", 2, 0],
			["sum", "residual", "batchx4x6", 2, null],
			["norm", "normalisation", "batchx4x6", 2, 12],
			// What a gated unit multiplies the activation with is no part of it.
			["glu.swish", "activation", "batchx4x6", 2, 0],
		]);
	});

	it("says what cannot be tapped, and why", async () => {
		const file = await writeOnnx(untappableModel());
		const { notTappable, layers } = await inspectNetwork(file);
		expect(layers).toEqual([]);
		expect(notTappable).toEqual([
			{
				code: "subgraph",
				reason:
					'inside the body of If "/decide/If": its condition follows the features, and the tensors of a branch exist only when it is taken; `branches: { "/decide/If": then }` in a descriptor (or else) fixes it',
				tensors: ["inside"],
			},
			{
				code: "not_float",
				reason:
					"integer or boolean values (shape arithmetic, comparisons, quantised products)",
				tensors: ["shape", "flag"],
			},
			{
				code: "unit_axis_unclear",
				reason:
					"the structure does not say which axis holds units; a descriptor can (unitAxis)",
				tensors: ["chosen"],
			},
			{
				code: "no_batch_axis",
				reason: "neither of the first two axes is the batch",
				tensors: ["turned"],
			},
		]);
	});

	it("says which layers share their weights", async () => {
		const linear = (input: string, output: string) =>
			node({
				operator: "MatMul",
				inputs: [input, "w"],
				outputs: [output],
				name: `/${output}/MatMul`,
			});
		const file = await writeOnnx(
			buildModel({
				node: [
					linear("x", "first"),
					linear("first", "second"),
					node({
						operator: "MatMul",
						inputs: ["second", "v"],
						outputs: ["third"],
						name: "/third/MatMul",
					}),
				],
				initializer: [
					floatConstant("w", [3, 3], noise(9, 1)),
					floatConstant("v", [3, 3], noise(9, 2)),
				],
				input: [valueInfo("x", ["batch", 3])],
				output: [{ name: "third" }],
			}),
		);
		const { layers } = await inspectNetwork(file);
		expect(
			layers.map(({ name, sharesWeightsWith }) => [name, sharesWeightsWith]),
		).toEqual([
			["first", ["second"]],
			["second", ["first"]],
			["third", []],
		]);
	});

	it("refuses loops and local functions, with the reason", async () => {
		const model: ModelProto = {
			irVersion: 8,
			opsetImport: [
				{ domain: "", version: 17 },
				{ domain: "mine", version: 1 },
			],
			functions: [
				{
					name: "Twice",
					domain: "mine",
					input: ["a"],
					output: ["b"],
					opsetImport: [{ domain: "", version: 17 }],
					node: [node({ operator: "Add", inputs: ["a", "a"], outputs: ["b"] })],
				},
			],
			graph: {
				name: "graph",
				node: [
					{
						...node({ operator: "Twice", inputs: ["x"], outputs: ["twice"] }),
						domain: "mine",
					},
					{
						...node({
							operator: "Loop",
							inputs: ["three", "", "twice"],
							outputs: ["looped"],
							name: "/encoder/Loop",
						}),
						attribute: [
							{
								name: "body",
								type: 5,
								g: {
									name: "body",
									node: [
										node({
											operator: "Abs",
											inputs: ["state"],
											outputs: ["inside"],
										}),
										node({
											operator: "Identity",
											inputs: ["go"],
											outputs: ["on"],
										}),
									],
									input: [
										valueInfo("step", [], 7),
										valueInfo("go", [], 9),
										valueInfo("state", ["batch", 3]),
									],
									output: [
										valueInfo("on", [], 9),
										valueInfo("inside", ["batch", 3]),
									],
								},
							},
						],
					},
				],
				initializer: [int64Constant("three", 3)],
				input: [valueInfo("x", ["batch", 3])],
				output: [{ name: "looped" }],
			},
		};
		const file = await writeOnnx(encodeModel(model));
		const { notTappable } = await inspectNetwork(file);
		expect(notTappable).toEqual([
			{
				code: "function",
				reason:
					'what is inside the local function Twice (node "twice") has no tensor names of its own',
				tensors: ["twice"],
			},
			{
				code: "subgraph",
				reason:
					'inside the body of Loop "/encoder/Loop": tensors of a body cannot be outputs of the graph',
				tensors: ["inside", "on"],
			},
		]);
		const { descriptor } = await writeNetwork({
			model: encodeModel(model),
			layers: "  - { name: h, tensor: inside }\n",
			samples: 3,
		});
		await expect(loadNetwork({ descriptor })).rejects.toMatchObject({
			code: "layer_in_subgraph",
			message: expect.stringContaining('the body of node "/encoder/Loop"'),
		});
	});

	it("tries usual lengths for open axes, and says so when none of them runs", async () => {
		const relu = node({ operator: "Relu", inputs: ["x"], outputs: ["y"] });
		const open = await writeOnnx(
			buildModel({
				node: [relu],
				input: [valueInfo("x", ["batch", "samples"])],
				output: [{ name: "y" }],
			}),
		);
		const { layers } = await inspectNetwork(open);
		expect(layers[0]?.dims).toEqual(["batch", 16_000]);
		const impossible = await writeOnnx(
			buildModel({
				node: [
					node({ operator: "Reshape", inputs: ["x", "five"], outputs: ["y"] }),
				],
				initializer: [int64Constant("five", [-1, 7919])],
				input: [valueInfo("x", ["batch", "samples"])],
				output: [{ name: "y" }],
			}),
		);
		const result = await inspectNetwork(impossible);
		expect(result.layers).toEqual([]);
		expect(result.guesses).toEqual(["x = zeros [batch, 16000]"]);
		expect(result.notRun).toEqual({
			reason: expect.stringContaining("onnxruntime cannot run"),
			layers: [
				{
					name: "y",
					tensor: "y",
					kind: "output",
					role: null,
					operator: "Reshape",
					units: null,
					parameters: null,
					sharesWeightsWith: [],
				},
			],
		});
	});

	it("refuses files that are not there", async () => {
		await expect(inspectNetwork("/no/net.onnx")).rejects.toMatchObject({
			code: "network_file_missing",
		});
		await expect(inspectNetwork("/no/net.yaml")).rejects.toMatchObject({
			code: "descriptor_missing",
		});
	});
});

/** x [batch, 4, 3] -> MatMul and bias -> Relu behind a transpose; GELU, SiLU, a residual sum and a layer norm from single operators. */
function writtenOutModel(): Uint8Array {
	const op = (operator: string, inputs: string[], output: string) =>
		node({ operator, inputs, outputs: [output] });
	const one = (name: string, value: number) =>
		floatConstant(name, [1], Float32Array.from([value]));
	return buildModel({
		node: [
			op("MatMul", ["x", "w"], "product"),
			op("Add", ["product", "b"], "fc1"),
			node({
				operator: "Transpose",
				inputs: ["fc1"],
				outputs: ["fc1.t"],
				attributes: { perm: [0, 2, 1] },
			}),
			op("Relu", ["fc1.t"], "turned"),
			op("Div", ["fc1", "root2"], "scaled"),
			op("Erf", ["scaled"], "erf"),
			op("Add", ["erf", "one"], "shifted"),
			op("Mul", ["fc1", "shifted"], "gated"),
			op("Mul", ["gated", "half"], "gelu"),
			op("Sigmoid", ["gelu"], "gate"),
			op("Mul", ["gelu", "gate"], "silu"),
			op("Add", ["silu", "fc1"], "sum"),
			node({
				operator: "ReduceMean",
				inputs: ["sum"],
				outputs: ["mean"],
				attributes: { axes: [-1] },
			}),
			op("Sub", ["sum", "mean"], "centred"),
			op("Mul", ["centred", "centred"], "squares"),
			node({
				operator: "ReduceMean",
				inputs: ["squares"],
				outputs: ["variance"],
				attributes: { axes: [-1] },
			}),
			op("Add", ["variance", "epsilon"], "safe"),
			op("Sqrt", ["safe"], "deviation"),
			op("Div", ["centred", "deviation"], "normal"),
			op("Mul", ["normal", "gamma"], "stretched"),
			op("Add", ["stretched", "beta"], "norm"),
			op("Sigmoid", ["fc1"], "glu.gate"),
			op("Mul", ["glu.gate", "fc1"], "glu.swish"),
			op("Mul", ["glu.swish", "norm"], "glu"),
		],
		initializer: [
			floatConstant("w", [3, 6], noise(18, 1)),
			floatConstant("b", [6], noise(6, 2)),
			floatConstant("gamma", [6], noise(6, 3)),
			floatConstant("beta", [6], noise(6, 4)),
			one("root2", Math.SQRT2),
			one("one", 1),
			one("half", 0.5),
			one("epsilon", 1e-5),
		],
		input: [valueInfo("x", ["batch", 4, 3])],
		output: [{ name: "norm" }],
	});
}

/** An If, integer tensors, an activation with the batch last, and an output of unknown structure. */
function untappableModel(): Uint8Array {
	const branch = (name: string) => ({
		name,
		type: 5,
		g: {
			name,
			node: [node({ operator: "Abs", inputs: ["x"], outputs: ["inside"] })],
			output: [valueInfo("inside", ["batch", 4, 3])],
		},
	});
	const conditional = node({
		operator: "If",
		inputs: ["flag"],
		outputs: ["chosen"],
		name: "/decide/If",
	});
	return buildModel({
		node: [
			node({ operator: "Shape", inputs: ["x"], outputs: ["shape"] }),
			node({
				operator: "ReduceMax",
				inputs: ["x"],
				outputs: ["n"],
				attributes: { keepdims: 0 },
			}),
			node({ operator: "Greater", inputs: ["n", "zero"], outputs: ["flag"] }),
			{
				...conditional,
				attribute: [branch("then_branch"), branch("else_branch")],
			},
			node({
				operator: "Transpose",
				inputs: ["x"],
				outputs: ["moved"],
				attributes: { perm: [1, 2, 0] },
			}),
			node({ operator: "Relu", inputs: ["moved"], outputs: ["turned"] }),
		],
		initializer: [floatConstant("zero", [], new Float32Array(1))],
		input: [valueInfo("x", ["batch", 4, 3])],
		output: [{ name: "chosen" }, { name: "turned" }],
	});
}
