/** What a tapped graph keeps, cuts and gives out. */
import { describe, expect, it } from "vitest";
import {
	buildModel,
	floatConstant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import { decodeModel } from "../../src/onnx/proto/codec.ts";
import { graphOfBytes } from "../../src/onnx/read-graph.ts";
import type { Tap } from "../../src/onnx/tap.ts";
import { tapGraph } from "../../src/onnx/tap-graph.ts";
import type { Tensor } from "../../src/onnx/tensor.ts";
import {
	CONV,
	convolutionModel,
	doublingModel,
	maxDifference,
	naivePool,
	noise,
} from "./small-models.ts";
import { convolutionTap, runTaps, tapOf } from "./taps.ts";

const logits = tapOf({
	tensor: "logits",
	rank: 2,
	unitAxis: 1,
	units: 3,
	pooling: "none",
	positions: 1,
});

describe("tapGraph", () => {
	it("takes a tensor without positions as it is, also when it is an output already", async () => {
		const tap = tapOf({
			tensor: "y",
			rank: 2,
			unitAxis: 1,
			units: 3,
			pooling: "none",
			positions: 1,
		});
		const data = Float32Array.from([1, 2, 3]);
		const results = await runTaps(doublingModel([3]), [tap, tap], {
			dims: [1, 3],
			data,
		});
		expect(results[0]?.data).toEqual(Float32Array.from([2, 4, 6]));
		expect(results[1]).toEqual(results[0]);
	});

	it("casts float64 tensors to float32", async () => {
		const model = buildModel({
			node: [
				node({
					operator: "Cast",
					inputs: ["x"],
					outputs: ["wide"],
					attributes: { to: 11 },
				}),
				node({
					operator: "Cast",
					inputs: ["wide"],
					outputs: ["y"],
					attributes: { to: 1 },
				}),
			],
			input: [valueInfo("x", ["batch", 2, 2])],
			output: [{ name: "y" }],
		});
		const tap = tapOf({ tensor: "wide", type: "float64", positions: 2 });
		const [result] = await runTaps(model, [tap], {
			dims: [1, 2, 2],
			data: Float32Array.from([1, 2, 3, 4]),
		});
		expect(result?.data).toEqual(Float32Array.from([2, 3]));
	});

	it("unfolds a batch that is folded with windows before it pools", async () => {
		const tap = tapOf({
			rank: 4,
			unitAxis: 3,
			folded: [3, 2, 2],
			positions: 6,
		});
		const data = noise(24, 8);
		const [result] = await runTaps(
			doublingModel([2, 2]),
			[tap],
			// Two clips of three windows.
			{ dims: [6, 2, 2], data },
		);
		expect(result?.dims).toEqual([2, 2]);
		const expected = naivePool({
			values: data.map((value) => 2 * value),
			dims: [2, 3, 2, 2],
			unitAxis: 3,
			pooling: "mean",
		});
		expect(maxDifference(result?.data ?? [], expected)).toBeLessThan(1e-6);
	});

	it("prepares a tensor once for all of its poolings, and pools equal taps once", () => {
		const taps = (["mean", "max", "firing", "max"] as const).map((pooling) =>
			convolutionTap({ pooling }),
		);
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const { bytes, outputs } = tapGraph(graph, taps);
		expect(outputs[3]).toBe(outputs[1]);
		const operators = (decodeModel(bytes).graph?.node ?? []).map(
			({ opType }) => opType,
		);
		expect(operators.filter((name) => name === "IsNaN")).toHaveLength(1);
		expect(operators.filter((name) => name === "Conv")).toHaveLength(1);
	});

	it("joined: the same values side by side in one output, equal taps once", async () => {
		const conv = convolutionTap();
		const taps: Tap[] = [
			{ ...conv, pooling: "max" },
			logits,
			conv,
			{ ...conv, pooling: "max" },
		];
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const { bytes, outputs, columns } = tapGraph(graph, taps, [], {
			joined: true,
		});
		const width = 2 * CONV.channels + 3;
		expect(new Set(outputs).size).toBe(1);
		expect(columns).toEqual(
			[0, CONV.channels, CONV.channels + 3, 0].map((start) => ({
				start,
				width,
			})),
		);
		const x = { dims: [2, 1, 6, 5], data: noise(60, 5) };
		const apart = await runTaps(convolutionModel(), taps, x);
		const session = await openDirectSession({ model: bytes, threads: 1 });
		const results = await session.run({ x: { type: "float32", ...x } }, [
			outputs[0] as string,
		]);
		await session.close();
		const joined = results[outputs[0] as string] as Tensor;
		expect(joined.dims).toEqual([2, width]);
		for (const [index, { start }] of columns.entries())
			for (const row of [0, 1]) {
				const units = taps[index]?.units ?? 0;
				const from = row * width + start;
				expect(
					(joined.data as Float32Array).subarray(from, from + units),
				).toEqual(apart[index]?.data.subarray(row * units, (row + 1) * units));
			}
		// One tap has nothing to be joined with.
		expect(tapGraph(graph, [conv], [], { joined: true }).columns).toEqual([
			{ start: 0, width: CONV.channels },
		]);
	});

	it("keeps the outputs it is told to keep, besides the taps", () => {
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const tap = convolutionTap();
		const outputsOf = (keep: string[]) =>
			decodeModel(tapGraph(graph, [tap], keep).bytes).graph?.output?.map(
				({ name }) => name,
			);
		expect(outputsOf([])).toHaveLength(1);
		expect(outputsOf(["logits"])).toContain("logits");
	});

	it("keeps what the bodies of a kept node read from outside", async () => {
		const branch = (name: string, operator: string, inputs: string[]) => ({
			name,
			type: 5,
			g: {
				name,
				node: [node({ operator, inputs, outputs: [`${name}.y`] })],
				output: [valueInfo(`${name}.y`, ["batch", 2])],
			},
		});
		const condition = { name: "yes", dims: [], dataType: 9 };
		const model = buildModel({
			node: [
				node({ operator: "Mul", inputs: ["x", "w"], outputs: ["outer"] }),
				{
					...node({ operator: "If", inputs: ["yes"], outputs: ["chosen"] }),
					attribute: [
						branch("then_branch", "Add", ["outer", "x"]),
						branch("else_branch", "Abs", ["x"]),
					],
				},
				node({ operator: "Relu", inputs: ["chosen"], outputs: ["y"] }),
			],
			initializer: [
				floatConstant("w", [2], Float32Array.from([3, 4])),
				{ ...condition, rawData: Uint8Array.from([1]) },
			],
			input: [valueInfo("x", ["batch", 2])],
			output: [{ name: "y" }],
		});
		const tap = tapOf({
			tensor: "chosen",
			rank: 2,
			unitAxis: 1,
			pooling: "none",
			positions: 1,
		});
		const [result] = await runTaps(model, [tap], {
			dims: [1, 2],
			data: Float32Array.from([1, -1]),
		});
		expect(result?.data).toEqual(Float32Array.from([4, -5]));
		const { nodes } = graphOfBytes(
			tapGraph(graphOfBytes(model, "if.onnx"), [tap]).bytes,
			"cut.onnx",
		);
		expect(nodes.map(({ opType }) => opType)).toEqual(["Mul", "If"]);
	});

	it("removes the nodes and weights behind the last tap, without changing its values", async () => {
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const tap = tapOf({
			tensor: "/act/Relu_output_0",
			rank: 4,
			unitAxis: 1,
			units: CONV.channels,
			positions: 12,
		});
		const cut = decodeModel(tapGraph(graph, [tap]).bytes);
		const operators = cut.graph?.node?.map(({ opType }) => opType);
		expect(operators).toEqual(["Conv", "Relu", "Reshape", "MatMul", "Reshape"]);
		const names = cut.graph?.initializer?.map(({ name }) => name);
		expect(names?.slice(0, 2)).toEqual(["conv.weight", "conv.bias"]);
		expect(names).not.toContain("fc.weight");
		const x = { dims: [2, 1, 6, 5], data: noise(60, 5) };
		const [alone] = await runTaps(convolutionModel(), [tap], x);
		const [together] = await runTaps(convolutionModel(), [tap, logits], x);
		expect(alone).toEqual(together);
		expect(graph.nodes).toHaveLength(5);
	});
});
