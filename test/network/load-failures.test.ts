/** Networks that cannot be loaded: each failure says what and where. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { doublingModel } from "../onnx/small-models.ts";
import { failure, loadFailure, writeNetwork } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const demo = fileURLToPath(new URL("config/networks/demo.yaml", root));
const tinyAst = fileURLToPath(new URL("demo/networks/tiny-ast.onnx", root));

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
		const { descriptor, directory } = await writeNetwork({
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

	it("class list of another length than the output layer", async () => {
		const { descriptor, directory } = await writeNetwork({
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
