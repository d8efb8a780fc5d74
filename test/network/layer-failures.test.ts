/** Layers and constants of a descriptor that do not fit its network. */
import { describe, expect, it } from "vitest";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { doublingModel } from "../onnx/small-models.ts";
import { loadFailure } from "./fixture-network.ts";

describe("loadNetwork failures", () => {
	const layers = "  - { name: h, tensor: hidden }\n";

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
});
