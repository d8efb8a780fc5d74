import { describe, expect, it } from "vitest";
import {
	buildModel,
	floatConstant,
	int64Constant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { settleConditionals } from "../../src/onnx/conditionals.ts";
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import type {
	AttributeProto,
	GraphProto,
	NodeProto,
} from "../../src/onnx/proto/types.ts";
import { type Graph, graphOfBytes } from "../../src/onnx/read-graph.ts";
import type { Tensor } from "../../src/onnx/tensor.ts";
import { noise } from "./small-models.ts";

const BOOL = 9;

function op(
	operator: string,
	inputs: string[],
	output: string,
	attributes: Parameters<typeof node>[0]["attributes"] = {},
): NodeProto {
	return node({ operator, inputs, outputs: [output], attributes });
}

function body(name: string, graph: GraphProto): AttributeProto {
	return { name, type: 5, g: { name, ...graph } };
}

function conditional(options: {
	readonly name: string;
	readonly condition: string;
	readonly output: string;
	readonly taken: GraphProto;
	readonly otherwise: GraphProto;
}): NodeProto {
	const { name, condition, output, taken, otherwise } = options;
	return {
		...node({ operator: "If", inputs: [condition], outputs: [output], name }),
		attribute: [body("then_branch", taken), body("else_branch", otherwise)],
	};
}

/** `inside` = operator(x), the branch's output. */
function branch(operator: string, inputs = ["x"]): GraphProto {
	return {
		node: [op(operator, inputs, "inside")],
		output: [{ name: "inside" }],
	};
}

function features(rows: number): Tensor {
	return { type: "float32", dims: [rows, 3], data: noise(rows * 3, 1) };
}

const FEEDS = [2, 1].map((rows) => ({ x: features(rows) }));

async function settle(
	graph: GraphProto,
	options: Partial<Parameters<typeof settleConditionals>[0]> = {},
): ReturnType<typeof settleConditionals> {
	return settleConditionals({
		graph: graphOfBytes(buildModel(graph), "if.onnx"),
		branches: {},
		varying: new Set(["x"]),
		feeds: FEEDS,
		...options,
	});
}

async function run(
	graph: Graph,
	feeds: Record<string, Tensor>,
): Promise<readonly number[]> {
	const session = await openDirectSession({ model: graph.bytes, threads: 1 });
	const { y } = await session.run(feeds);
	await session.close();
	return Array.from(y?.data ?? [], Number);
}

const X = valueInfo("x", ["batch", 3]);
const simple = (
	condition: readonly NodeProto[],
	rest: Partial<GraphProto> = {},
): GraphProto => ({
	node: [
		...condition,
		conditional({
			name: "choice",
			condition: "flag",
			output: "chosen",
			taken: branch("Relu"),
			otherwise: branch("Neg"),
		}),
		op("Abs", ["chosen"], "y"),
	],
	input: [X],
	output: [{ name: "y" }],
	...rest,
});

const operators = (graph: Graph): (string | undefined)[] =>
	graph.nodes.map(({ opType }) => opType);

describe("settleConditionals", () => {
	it.each([
		[1, "Relu"],
		[0, "Neg"],
	])("takes the branch of a constant condition (%s)", async (value, taken) => {
		const flag = {
			name: "flag",
			dims: [],
			dataType: BOOL,
			rawData: Uint8Array.from([value]),
		};
		const model = simple([], { initializer: [flag] });
		const { graph, settled, open } = await settle(model);
		expect(open).toEqual([]);
		expect(settled).toEqual([
			{
				name: "choice",
				branch: value === 1 ? "then" : "else",
				condition: value === 1,
				nodes: 1,
			},
		]);
		expect(operators(graph)).toEqual([taken, "Identity", "Abs"]);
		expect(graph.innerTensors.size).toBe(0);
		const feeds = { x: features(2) };
		expect(await run(graph, feeds)).toEqual(
			await run(graphOfBytes(buildModel(model), "if.onnx"), feeds),
		);
	});

	it("runs a condition that depends on shapes and constant inputs", async () => {
		const condition = [
			op("Shape", ["x"], "shape"),
			op("Gather", ["shape", "one"], "width"),
			op("Equal", ["width", "wanted"], "flag"),
		];
		const model = simple(condition, {
			initializer: [int64Constant("one", 1)],
			input: [X, valueInfo("wanted", [], 7)],
		});
		for (const [wanted, taken] of [
			[3n, "Relu"],
			[4n, "Neg"],
		] as const) {
			const constant: Tensor = {
				type: "int64",
				dims: [],
				data: BigInt64Array.from([wanted]),
			};
			const { graph, open } = await settle(model, {
				feeds: FEEDS.map((feed) => ({ ...feed, wanted: constant })),
			});
			expect(open).toEqual([]);
			expect(operators(graph)).toContain(taken);
		}
	});

	it("leaves an If whose condition follows the features or the number of rows, and says which", async () => {
		const byValue = await settle(
			simple(
				[
					op("ReduceMax", ["x"], "most", { keepdims: 0 }),
					op("Greater", ["most", "zero"], "flag"),
				],
				{ initializer: [floatConstant("zero", [], new Float32Array(1))] },
			),
		);
		expect(byValue.open).toEqual([
			{ name: "choice", reason: "follows the features" },
		]);
		expect(operators(byValue.graph)).toContain("If");
		const byRows = await settle(
			simple(
				[
					op("Shape", ["x"], "shape"),
					op("Gather", ["shape", "zero"], "rows"),
					op("Equal", ["rows", "two"], "flag"),
				],
				{ initializer: [int64Constant("zero", 0), int64Constant("two", 2)] },
			),
		);
		expect(byRows.open).toEqual([
			{ name: "choice", reason: "differs with the number of rows in a run" },
		]);
		// The shape of what NonZero finds follows the values.
		const byCount = await settle(
			simple(
				[
					op("NonZero", ["x"], "found"),
					op("Shape", ["found"], "shape"),
					op("Gather", ["shape", "one"], "count"),
					op("Equal", ["count", "two"], "flag"),
				],
				{ initializer: [int64Constant("one", 1), int64Constant("two", 2)] },
			),
		);
		expect(byCount.open[0]?.reason).toBe("follows the features");
	});

	it("takes the branch it is told to, whatever the condition", async () => {
		const model = simple(
			[
				op("ReduceMax", ["x"], "most", { keepdims: 0 }),
				op("Greater", ["most", "zero"], "flag"),
			],
			{ initializer: [floatConstant("zero", [], new Float32Array(1))] },
		);
		const seen: string[] = [];
		const { graph, settled, open } = await settle(model, {
			branches: { choice: "else" },
			onConditional: (name) => seen.push(name),
		});
		expect(open).toEqual([]);
		expect(settled).toEqual([
			{ name: "choice", branch: "else", condition: null, nodes: 1 },
		]);
		expect(seen).toEqual(["choice"]);
		expect(operators(graph)).toContain("Neg");
		expect(operators(graph)).not.toContain("Relu");
	});

	it("splices nested Ifs, brings weights along and renames what the graph has already", async () => {
		const yes = {
			name: "yes",
			dims: [],
			dataType: BOOL,
			rawData: Uint8Array.from([1]),
		};
		const model: GraphProto = {
			node: [
				conditional({
					name: "twin",
					condition: "yes",
					output: "other",
					taken: branch("Neg"),
					otherwise: branch("Abs"),
				}),
				conditional({
					name: "outer",
					condition: "yes",
					output: "chosen",
					taken: {
						initializer: [
							floatConstant("w", [3], Float32Array.from([1, 2, 3])),
						],
						node: [
							op("Mul", ["x", "w"], "scaled"),
							conditional({
								name: "inner",
								condition: "yes",
								output: "deep",
								// Reads the outer branch's tensor and defines a name that the other If has too.
								taken: branch("Relu", ["scaled"]),
								otherwise: branch("Neg", ["scaled"]),
							}),
						],
						output: [{ name: "deep" }],
					},
					otherwise: branch("Neg"),
				}),
				op("Add", ["chosen", "other"], "y"),
			],
			initializer: [yes],
			input: [X],
			output: [{ name: "y" }],
		};
		const { graph, open } = await settle(model);
		expect(open).toEqual([]);
		expect(operators(graph)).toEqual([
			"Neg",
			"Identity",
			"Mul",
			"Relu",
			"Identity",
			"Identity",
			"Add",
		]);
		expect([...graph.producers.keys()]).toContain("outer/inside");
		expect([...graph.initialisers.keys()]).toEqual(["yes", "w"]);
		const feeds = { x: features(2) };
		expect(await run(graph, feeds)).toEqual(
			await run(graphOfBytes(buildModel(model), "if.onnx"), feeds),
		);
	});

	it("keeps names apart from those inside of an If that stays", async () => {
		const model = simple(
			[
				op("ReduceMax", ["x"], "most", { keepdims: 0 }),
				op("Greater", ["most", "zero"], "flag"),
				conditional({
					name: "settled",
					condition: "yes",
					output: "other",
					taken: branch("Neg"),
					otherwise: branch("Abs"),
				}),
			],
			{
				initializer: [
					floatConstant("zero", [], new Float32Array(1)),
					{
						name: "yes",
						dims: [],
						dataType: BOOL,
						rawData: Uint8Array.from([1]),
					},
				],
			},
		);
		const { graph, open } = await settle(model);
		expect(open.map(({ name }) => name)).toEqual(["choice"]);
		expect([...graph.producers.keys()]).toContain("settled/inside");
		const feeds = { x: features(2) };
		expect(await run(graph, feeds)).toEqual(
			await run(graphOfBytes(buildModel(model), "if.onnx"), feeds),
		);
	});

	it("leaves a graph without Ifs as it is", async () => {
		const graph = graphOfBytes(
			buildModel({
				node: [op("Abs", ["x"], "y")],
				input: [X],
				output: [{ name: "y" }],
			}),
			"plain.onnx",
		);
		const settled = await settleConditionals({
			graph,
			branches: {},
			varying: new Set(["x"]),
			feeds: FEEDS,
		});
		expect(settled.graph).toBe(graph);
	});
});
