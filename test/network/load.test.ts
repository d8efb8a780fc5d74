import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { DissectionError } from "../../src/errors.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import {
	CONV,
	convolutionModel,
	doublingModel,
	maxDifference,
	naiveConvolution,
	naivePool,
	noise,
} from "../onnx/small-models.ts";
import { type FixtureNetwork, writeNetwork } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const demo = fileURLToPath(new URL("config/networks/demo.yaml", root));
const tinyAst = fileURLToPath(new URL("demo/networks/tiny-ast.onnx", root));

const folders: string[] = [];
afterEach(async () => {
	for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function fixture(
	options: Parameters<typeof writeNetwork>[0],
): Promise<FixtureNetwork> {
	const network = await writeNetwork(options);
	folders.push(network.directory);
	return network;
}

async function failure(promise: Promise<unknown>): Promise<DissectionError> {
	const error = await promise.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (error instanceof DissectionError) return error;
	throw new Error(`expected a DissectionError, got ${String(error)}`);
}

/** The error of loading a network made of `options`, without the folder's name. */
async function loadFailure(
	options: Parameters<typeof writeNetwork>[0],
): Promise<{ code: string; name: string; message: string; hint: string }> {
	const { descriptor, directory } = await fixture(options);
	const error = await failure(loadNetwork({ descriptor }));
	const clean = (text: string): string => text.replaceAll(`${directory}/`, "");
	const { code, name, message, hint = "" } = error;
	return { code, name, message: clean(message), hint: clean(hint) };
}

describe("loadNetwork", () => {
	it("selects layers by name or glob, and forgets the output layer when it is not selected", async () => {
		const network = await loadNetwork({
			descriptor: demo,
			layers: ["layer.3.*", "layer.0.output.dense"],
		});
		expect(network.layers.map(({ name }) => name)).toEqual([
			"layer.0.output.dense",
			"layer.3.attention.output.dense",
			"layer.3.intermediate.dense",
			"layer.3.output.dense",
		]);
		expect(network.outputLayer).toBeNull();
		expect(network.classes).toHaveLength(48);
	});

	it("gives the same values when only some layers are wanted", async () => {
		const features = noise(192 * 128, 1);
		const values = [];
		for (const layers of [["layer.1.output.dense"], []]) {
			const network = await loadNetwork({ descriptor: demo, layers });
			const taps = await network.openTaps({ threads: 1 });
			const results = await taps.run(features, 1);
			values.push(results["layer.1.output.dense"] ?? []);
			await taps.close();
		}
		expect(maxDifference(values[0] ?? [], values[1] ?? [])).toBeLessThan(1e-6);
	});

	it("has an identity that changes with whatever changes values, and with nothing else", async () => {
		const model = doublingModel([4, 3]);
		const layers = "  - { name: h, tensor: hidden }\n";
		const frontEnd =
			"{ kind: ast-log-mel, frames: 4, melBins: 3, mean: 0, std: 1 }";
		const identityOf = async (
			change: Partial<Parameters<typeof writeNetwork>[0]>,
		): Promise<string> => {
			const { descriptor } = await fixture({
				model,
				layers,
				frontEnd,
				...change,
			});
			const { identity } = await loadNetwork({ descriptor });
			return JSON.stringify(identity);
		};
		const base = await identityOf({});
		expect(JSON.parse(base)).toEqual({
			onnx: expect.stringMatching(/^[0-9a-f]{64}$/),
			input: "x",
			frontEnd: {
				kind: "ast-log-mel",
				sampleRate: 16_000,
				frames: 4,
				melBins: 3,
				mean: 0,
				std: 1,
				window: "hann",
				scale: "unit",
				long: "cut",
			},
			layers: [
				{
					name: "h",
					tensor: "hidden",
					unitAxis: 2,
					pooling: "mean",
					windows: "mean",
				},
			],
		});
		expect(await identityOf({})).toBe(base);
		expect(
			await identityOf({
				layers: "  - { name: h, tensor: hidden, unitAxis: -1 } # comment\n",
			}),
		).toBe(base);
		for (const change of [
			{ model: doublingModel([4, 3], { opset: 18 }) },
			{ layers: "  - { name: h, tensor: hidden, pooling: max }\n" },
			{ layers: "  - { name: h, tensor: hidden, windows: max }\n" },
			{ layers: "  - { name: h, tensor: hidden, unitAxis: 1 }\n" },
			{ layers: "  - { name: h, tensor: y }\n" },
			{ frontEnd: frontEnd.replace("std: 1", "std: 2") },
		])
			expect(await identityOf(change)).not.toBe(base);
	});

	it("finds the unit axis of a convolution by structure and pools over both position axes", async () => {
		const { channels } = CONV;
		const { descriptor } = await fixture({
			model: convolutionModel({ waveform: true }),
			layers:
				"  - { name: conv, tensor: /conv/Conv_output_0, pooling: max }\n  - { name: fc, tensor: logits }\noutput: fc\n",
		});
		const network = await loadNetwork({ descriptor });
		expect(network.layers).toEqual([
			{
				name: "conv",
				tensor: "/conv/Conv_output_0",
				unitAxis: 1,
				pooling: "max",
				windows: "max",
				units: channels,
				padding: "count",
				maskPoint: null,
			},
			{
				name: "fc",
				tensor: "logits",
				unitAxis: 1,
				pooling: "none",
				windows: "mean",
				units: 3,
				padding: "count",
				maskPoint: null,
			},
		]);
		expect(network.outputLayer).toBe("fc");
		expect(network.classes).toBeNull();
		const features = noise(3 * 30, 8);
		const taps = await network.openTaps({ threads: 1 });
		const { conv = new Float32Array() } = await taps.run(features, 3);
		await taps.close();
		const values = [0, 1, 2].flatMap((i) => [
			...naiveConvolution(features.subarray(i * 30, (i + 1) * 30)),
		]);
		const dims = [3, channels, 4, 3];
		const expected = naivePool({ values, dims, unitAxis: 1, pooling: "max" });
		expect(maxDifference(conv, expected)).toBeLessThan(1e-6);
	});

	it("makes a layer of every pooling, named by it, and selects them by name or glob", async () => {
		const { descriptor } = await fixture({
			model: convolutionModel({ waveform: true }),
			layers: `  - { name: conv, tensor: /conv/Conv_output_0, pooling: [mean, max, first, p95, firing] }
  - { name: fc, tensor: logits, pooling: [mean, firing], windows: max, maskPoint: /act/Relu_output_0 }
output: { layer: fc, kind: embedding }
`,
		});
		const network = await loadNetwork({ descriptor });
		expect(
			network.layers.map(
				({ name, pooling, windows }) => `${name}: ${pooling}, ${windows}`,
			),
		).toEqual([
			"conv: mean, mean",
			"conv@max: max, max",
			"conv@first: first, mean",
			"conv@p95: p95, mean",
			"conv@firing: firing, mean",
			"fc: none, max",
			"fc@firing: firing, max",
		]);
		expect(network.layers.at(-1)?.maskPoint).toBe("/act/Relu_output_0");
		expect(network.outputKind).toBe("embedding");
		const features = noise(3 * 30, 8);
		const taps = await network.openTaps({ threads: 1 });
		const results = await taps.run(features, 3);
		await taps.close();
		const values = [0, 1, 2].flatMap((i) => [
			...naiveConvolution(features.subarray(i * 30, (i + 1) * 30)),
		]);
		const dims = [3, CONV.channels, 4, 3];
		for (const pooling of ["mean", "max", "first", "p95", "firing"] as const) {
			const name = pooling === "mean" ? "conv" : `conv@${pooling}`;
			expect(
				maxDifference(
					results[name] ?? [],
					naivePool({ values, dims, unitAxis: 1, pooling }),
				),
			).toBeLessThan(1e-6);
		}
		expect([...(results["fc@firing"] ?? [])]).toEqual(
			[...(results.fc ?? [])].map((value) => (value > 0 ? 1 : 0)),
		);
		const some = await loadNetwork({ descriptor, layers: ["*@firing", "fc"] });
		expect(some.layers.map(({ name }) => name)).toEqual([
			"conv@firing",
			"fc",
			"fc@firing",
		]);
		const unknown = await failure(
			loadNetwork({ descriptor, layers: ["conv@maxx"] }),
		);
		expect(unknown.hint).toBe('did you mean "conv@max"?');
	});

	it("matches tensors with a pattern, in file order", async () => {
		const { descriptor } = await fixture({
			model: convolutionModel({ waveform: true }),
			layers:
				'  - { name: "*.out", tensor: "/*/Relu_output_0" }\n  - { name: "*.*", tensor: "/conv/*_*_0" }\noutput: Conv.output\n',
		});
		const network = await loadNetwork({ descriptor });
		expect(network.layers.map(({ name, tensor }) => [name, tensor])).toEqual([
			["act.out", "/act/Relu_output_0"],
			["Conv.output", "/conv/Conv_output_0"],
		]);
		expect(network.outputLayer).toBe("Conv.output");
	});

	it("feeds constants: a scalar, one value for every element, values of a row", async () => {
		const { descriptor } = await fixture({
			model: buildModel({
				node: [
					node({ operator: "Mul", inputs: ["x", "scale"], outputs: ["a"] }),
					node({
						operator: "Where",
						inputs: ["mask", "a", "x"],
						outputs: ["b"],
					}),
					node({
						operator: "Cast",
						inputs: ["bias"],
						outputs: ["wide"],
						attributes: { to: 1 },
					}),
					node({ operator: "Add", inputs: ["b", "wide"], outputs: ["hidden"] }),
				],
				input: [
					valueInfo("x", ["batch", 3]),
					valueInfo("scale", []),
					valueInfo("mask", ["batch", "width"], 9),
					valueInfo("bias", ["batch", 3], 10),
				],
				output: [{ name: "hidden" }],
			}),
			layers: `  - { name: h, tensor: hidden }
constants: { scale: 10, mask: { values: [true, false, true], dims: [batch, 3] }, bias: 0.5 }
`,
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(Float32Array.from([1, 2, 3, 4, 5, 6]), 2);
		await taps.close();
		expect(h).toEqual(Float32Array.from([10.5, 2.5, 30.5, 40.5, 5.5, 60.5]));
		expect(network.identity).toMatchObject({
			constants: [
				{ name: "scale", dims: [], values: [10] },
				{ name: "mask", dims: ["batch", 3], values: [1, 0, 1] },
				{ name: "bias", dims: ["batch", 3], values: [0.5] },
			],
		});
	});

	it("puts axes of length 1 in where the input declares them", async () => {
		const { descriptor } = await fixture({
			model: doublingModel([1, "time", 1]),
			layers: "  - { name: h, tensor: hidden, unitAxis: 2 }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(Float32Array.from([1, 2, 3]), 1);
		await taps.close();
		expect(h).toEqual(Float32Array.from([2, 4, 6]));
	});

	it("runs a network with a fixed batch in chunks", async () => {
		const { descriptor } = await fixture({
			model: doublingModel([3], { batch: 2 }),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(5 * 3, 4);
		const { h } = await taps.run(features, 5);
		expect(h).toEqual(features.map((value) => 2 * value));
		await taps.close();
	});

	it("runs a network that takes one clip only, whatever its file declares", async () => {
		// The reshape to [1, 3] fails for any other batch.
		const model = buildModel({
			node: [
				node({ operator: "Shape", inputs: ["seed"], outputs: ["shape"] }),
				node({
					operator: "Reshape",
					inputs: ["x", "shape"],
					outputs: ["hidden"],
				}),
			],
			initializer: [
				{
					name: "seed",
					dims: [1, 3],
					dataType: 1,
					rawData: new Uint8Array(12),
				},
			],
			input: [valueInfo("x", ["batch", 3])],
			output: [{ name: "hidden" }],
		});
		const { descriptor } = await fixture({
			model,
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(4 * 3, 4);
		expect((await taps.run(features, 4)).h).toEqual(features);
		await taps.close();
	});

	it("counts positions in the graph when the file leaves them open", async () => {
		const { descriptor } = await fixture({
			model: doublingModel(["time", "mel"]),
			layers: "  - { name: h, tensor: hidden }\n",
			frontEnd: "{ kind: ast-log-mel, frames: 5, melBins: 4, mean: 0, std: 1 }",
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(2 * 20, 6);
		const { h = new Float32Array() } = await taps.run(features, 2);
		await taps.close();
		const expected = naivePool({
			values: features.map((value) => 2 * value),
			dims: [2, 5, 4],
			unitAxis: 2,
			pooling: "mean",
		});
		expect(maxDifference(h, expected)).toBeLessThan(1e-6);
	});

	it("reads weights from a file beside the ONNX file, and their bytes are part of the identity", async () => {
		const weight = {
			name: "w",
			dims: [3],
			dataType: 1,
			dataLocation: 1,
			externalData: [
				{ key: "location", value: "net.bin" },
				{ key: "offset", value: "0" },
				{ key: "length", value: "12" },
			],
		};
		const { descriptor, directory } = await fixture({
			model: buildModel({
				node: [
					node({ operator: "Mul", inputs: ["x", "w"], outputs: ["hidden"] }),
				],
				initializer: [weight],
				input: [valueInfo("x", ["batch", 3])],
				output: [valueInfo("hidden", ["batch", 3])],
			}),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const identities = [];
		for (const factor of [2, 5]) {
			await writeFile(
				join(directory, "net.bin"),
				new Uint8Array(new Float32Array(3).fill(factor).buffer),
			);
			const network = await loadNetwork({ descriptor });
			const taps = await network.openTaps({ threads: 1 });
			const { h } = await taps.run(Float32Array.from([1, 2, 3]), 1);
			await taps.close();
			expect(h).toEqual(Float32Array.from([factor, 2 * factor, 3 * factor]));
			expect(network.externalBytes).toBe(12);
			identities.push(JSON.stringify(network.identity));
		}
		expect(identities[0]).not.toBe(identities[1]);
		await rm(join(directory, "net.bin"));
		const error = await failure(loadNetwork({ descriptor }));
		expect(error).toBeInstanceOf(DissectionError);
		expect(error.code).toBe("network_file_missing");
		expect(error.message).toContain("net.bin");
	});

	it("refuses features of another length", async () => {
		const { descriptor } = await fixture({
			model: doublingModel([3]),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		await expect(taps.run(new Float32Array(5), 2)).rejects.toThrow(
			new RangeError("Expected 2 x 3 = 6 feature values, got 5"),
		);
		await taps.close();
	});
});

describe("loadNetwork failures", () => {
	const layers = "  - { name: h, tensor: hidden }\n";

	it("unknown layer in the selection", async () => {
		const error = await failure(
			loadNetwork({ descriptor: demo, layers: ["layer.0.output.dens"] }),
		);
		expect(error.name).toBe("ConfigError");
		expect(error.code).toBe("layer_unknown");
		expect(error.hint).toBe('did you mean "layer.0.output.dense"?');
	});

	it("tensor that is not in the file", async () => {
		expect(
			await loadFailure({
				model: doublingModel([3]),
				layers: "  - { name: h, tensor: hiden }\n",
				samples: 3,
			}),
		).toEqual({
			name: "TargetNetworkError",
			code: "layer_unknown",
			message: 'net.yaml:6:24: tensor "hiden" is not in net.onnx',
			hint: 'did you mean "hidden"?',
		});
	});

	it("truncated and missing ONNX file", async () => {
		const whole = await readFile(tinyAst);
		const cut = await loadFailure({ model: whole.subarray(0, 5000), layers });
		expect(cut.code).toBe("network_file_corrupt");
		expect(cut.message).toMatch(
			/^net\.onnx is truncated: it has 5000 bytes, its graph alone ends at byte \d+$/,
		);
		const { descriptor, directory } = await fixture({
			model: doublingModel([3]),
			layers,
		});
		await rm(join(directory, "net.onnx"));
		const missing = await failure(loadNetwork({ descriptor }));
		expect(missing.code).toBe("network_file_missing");
		expect(missing.hint).toBe(
			"The path in a descriptor is relative to the descriptor.",
		);
	});

	it("input of another rank or shape than the front end gives", async () => {
		expect(
			await loadFailure({ model: doublingModel([2, 3]), layers, samples: 3 }),
		).toEqual({
			name: "TargetNetworkError",
			code: "input_rank_mismatch",
			message:
				'input "x" of net.onnx has 3 axes [batch, 2, 3], got 2 axes [batch, 3]',
			hint: "net.yaml:4:11: the front end waveform gives [batch, 3]",
		});
		const shape = await loadFailure({
			model: doublingModel([3]),
			layers,
			samples: 4,
		});
		expect(shape.code).toBe("input_shape_mismatch");
		expect(shape.message).toBe(
			'input "x" of net.onnx expects [batch, 3], got [batch, 4]: axis 1 differs',
		);
	});

	it("input of another name, type or number", async () => {
		const name = await loadFailure({
			model: doublingModel([3]),
			layers,
			samples: 3,
			input: "xs",
		});
		expect(name.code).toBe("input_unknown");
		expect(name.message).toBe(
			'net.yaml:3:8: net.onnx has no input "xs"; its inputs are x',
		);
		expect(name.hint).toBe('did you mean "x"?');
		const add = node({
			operator: "Add",
			inputs: ["x", "z"],
			outputs: ["hidden"],
		});
		const two = await loadFailure({
			model: buildModel({
				node: [add],
				input: [valueInfo("x", ["b", 3]), valueInfo("z", ["b", 3])],
				output: [{ name: "hidden" }],
			}),
			layers,
			samples: 3,
		});
		expect(two.code).toBe("input_extra");
		expect(two.message).toContain("has 2 inputs (x, z)");
		const integers = await loadFailure({
			model: buildModel({
				node: [node({ operator: "Relu", inputs: ["x"], outputs: ["hidden"] })],
				input: [valueInfo("x", ["b", 3], 7)],
				output: [{ name: "hidden" }],
			}),
			layers,
			samples: 3,
		});
		expect(integers.code).toBe("input_not_float");
	});

	it("tensors without a batch axis, of integers, or whose unit axis is unclear or wrong", async () => {
		const model = buildModel({
			node: [
				node({
					operator: "Transpose",
					inputs: ["x"],
					outputs: ["turned"],
					attributes: { perm: [1, 0, 2] },
				}),
				node({ operator: "Shape", inputs: ["x"], outputs: ["size"] }),
				node({
					operator: "Unsqueeze",
					inputs: ["x", "axis"],
					outputs: ["four"],
				}),
			],
			initializer: [
				{
					name: "axis",
					dims: [1],
					dataType: 7,
					rawData: new Uint8Array(BigInt64Array.from([1n]).buffer),
				},
			],
			input: [valueInfo("x", ["batch", 4, 3])],
			output: [{ name: "turned" }],
		});
		const frontEnd =
			"{ kind: ast-log-mel, frames: 4, melBins: 3, mean: 0, std: 1 }";
		const of = (layer: string): ReturnType<typeof loadFailure> =>
			loadFailure({ model, layers: `  - { name: h, ${layer} }\n`, frontEnd });
		const turned = await of("tensor: turned");
		expect(turned.code).toBe("layer_no_batch_axis");
		expect(turned.message).toBe(
			'net.yaml:6:24: layer "h": tensor "turned" has shape [4, 2, 3] for a batch of 2: its first axis is not the batch',
		);
		expect((await of("tensor: size")).code).toBe("layer_not_float");
		const four = await of("tensor: four");
		expect(four.code).toBe("unit_axis_unclear");
		expect(four.message).toContain("has shape [2, 1, 4, 3]");
		const axis = await of("tensor: four, unitAxis: 4");
		expect(axis.code).toBe("unit_axis_invalid");
		expect(axis.message).toContain(
			"must be from 1 to 3 or from -3 to -1, got 4",
		);
		expect((await of("tensor: four, unitAxis: -4")).code).toBe(
			"unit_axis_invalid",
		);
		const unpooled = await of("tensor: x, pooling: none");
		expect(unpooled.code).toBe("pooling_needed");
	});

	it("patterns without a match, names that patterns make twice, an output that none makes", async () => {
		const of = (layers: string): ReturnType<typeof loadFailure> =>
			loadFailure({ model: doublingModel([3]), layers, samples: 3 });
		expect(await of('  - { name: "*", tensor: "encoder.*" }\n')).toMatchObject({
			code: "layer_unknown",
			message: 'net.yaml:6:26: no tensor of net.onnx matches "encoder.*"',
		});
		expect(
			await of('  - { name: "*", tensor: "*" }\n  - { name: y, tensor: y }\n'),
		).toMatchObject({
			name: "ConfigError",
			code: "descriptor_invalid",
			message: expect.stringContaining('there are two layers "y"'),
		});
		expect(
			await of('  - { name: "*", tensor: "*" }\noutput: hiden\n'),
		).toMatchObject({
			code: "descriptor_invalid",
			hint: 'did you mean "hidden"?',
		});
	});

	it("a second pooling of a tensor without positions, a mask point that is not there", async () => {
		const of = (layer: string): ReturnType<typeof loadFailure> =>
			loadFailure({
				model: doublingModel([3]),
				layers: `  - { name: h, tensor: hidden, ${layer} }\n`,
				samples: 3,
			});
		const twice = await of("pooling: [mean, max]");
		expect(twice.code).toBe("pooling_twice");
		expect(twice.message).toContain(
			'layer "h@max": tensor "hidden" has no positions (shape [2, 3]): its pooling max gives the values of its first pooling again',
		);
		expect((await of("maskPoint: hiden")).code).toBe("layer_unknown");
	});

	it("constants that do not fit their input, and branches of nodes that are no If", async () => {
		const model = buildModel({
			node: [
				node({ operator: "Add", inputs: ["x", "c"], outputs: ["hidden"] }),
			],
			input: [valueInfo("x", ["batch", 3]), valueInfo("c", ["batch", "n"])],
			output: [{ name: "hidden" }],
		});
		const of = (more: string): ReturnType<typeof loadFailure> =>
			loadFailure({ model, layers: `${layers}${more}\n`, samples: 3 });
		const open = await of("constants: { c: 1 }");
		expect(open).toMatchObject({
			code: "constant_invalid",
			message:
				'net.yaml:7:17: constant "c" of net.onnx has open axes [batch, n]',
			hint: "Say which they are: `{ values: 1, dims: [batch, 100] }`.",
		});
		expect(
			await of("constants: { c: { values: [1, 2], dims: [batch, 3] } }"),
		).toMatchObject({
			code: "constant_invalid",
			message: expect.stringContaining(
				"has 3 elements a row (shape [batch, 3]), got 2 values",
			),
		});
		expect((await of("constants: { c: { values: 1, dims: [3] } }")).code).toBe(
			"input_rank_mismatch",
		);
		expect((await of("constants: { d: 1 }")).code).toBe("input_unknown");
		expect(
			(
				await of(
					"constants: { c: { values: 1, dims: [batch, 3] } }\nbranches: { If_0: then }",
				)
			).code,
		).toBe("branch_unknown");
	});

	it("class list of another length than the output layer", async () => {
		const { descriptor, directory } = await fixture({
			model: doublingModel([3]),
			layers: `${layers}output: h\nclasses: classes.txt\n`,
			samples: 3,
		});
		const missing = await failure(loadNetwork({ descriptor }));
		expect(missing.code).toBe("classes_missing");
		await writeFile(join(directory, "classes.txt"), "a\nb\n");
		const short = await failure(loadNetwork({ descriptor }));
		expect(short.code).toBe("classes_mismatch");
		expect(short.message).toContain(
			'net.yaml:8:10: classes.txt has 2 class names, layer "h" has 3 units',
		);
	});

	it("a network that onnxruntime cannot load or run", async () => {
		const relu = node({ operator: "Relu", inputs: ["x"], outputs: ["hidden"] });
		const load = await loadFailure({
			model: buildModel({
				node: [
					relu,
					node({ operator: "Frobnicate", inputs: ["hidden"], outputs: ["y"] }),
				],
				input: [valueInfo("x", ["batch", 3])],
				output: [{ name: "y" }],
			}),
			layers,
			samples: 3,
		});
		expect(load.code).toBe("network_load_failed");
		const run = await loadFailure({
			model: buildModel({
				node: [
					node({
						operator: "Reshape",
						inputs: ["x", "five"],
						outputs: ["hidden"],
					}),
				],
				initializer: [
					{
						name: "five",
						dims: [1],
						dataType: 7,
						rawData: new Uint8Array(BigInt64Array.from([5n]).buffer),
					},
				],
				input: [valueInfo("x", ["batch", "n"])],
				output: [{ name: "hidden" }],
			}),
			layers,
			samples: 3,
		});
		expect(run.code).toBe("network_run_failed");
	});
});
