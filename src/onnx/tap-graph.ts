/** Edits a graph so that named tensors, pooled over their positions, can be fetched as `[batch, units]`. */
import type { Pooling } from "../types.ts";
import { floatConstant, int64Constant, node } from "./build.ts";
import { cutGraph } from "./cut.ts";
import { appendToGraph, encodeModel } from "./proto/codec.ts";
import { DataType, type NodeProto, type TensorProto } from "./proto/types.ts";
import type { Graph } from "./read-graph.ts";

/** A tensor to tap. Axis 0 is the batch; every axis but the batch and the unit axis is a position axis. */
export type Tap = {
	readonly tensor: string;
	/** onnxruntime's name of the element type; anything but float32 is cast. */
	readonly type: string;
	/** Axes of the tensor, batch included: 2 without positions. */
	readonly rank: number;
	/** From 1 to rank - 1. */
	readonly unitAxis: number;
	readonly units: number;
	/** `none` exactly when the rank is 2. */
	readonly pooling: Pooling;
	/** Positions of one clip; null when they may differ from run to run (they are then counted in the graph). */
	readonly positions: number | null;
};

export type TappedGraph = {
	readonly bytes: Uint8Array;
	/** Output to fetch for each tap, in their order. */
	readonly outputs: readonly string[];
};

/**
 * The model with the taps as outputs, each float32 `[batch, units]`. Nodes that no tap needs are removed.
 * `mean` is a product with a row of 1/positions (a ReduceMean takes about five times as long), `max` a ReduceMax, `first` a Gather
 * of position 0 (positions of several axes in row-major order). A NaN at any position makes mean and max NaN.
 */
export function tapGraph(graph: Graph, taps: readonly Tap[]): TappedGraph {
	const cut = cutGraph(
		graph.model,
		taps.map((tap) => tap.tensor),
	);
	const base = cut === null ? graph.bytes : encodeModel(cut);
	const declared = cut === null ? graph.outputs : [];
	const prefix = unusedPrefix(graph);
	const parts = taps.map((tap, index) =>
		poolingNodes(tap, `${prefix}${index}`, graph.opset),
	);
	const outputs = parts.map((part) => part.output);
	const added = new Set(outputs.filter((name) => !declared.includes(name)));
	const bytes = appendToGraph(base, {
		node: parts.flatMap((part) => part.nodes),
		initializer: parts.flatMap((part) => part.constants),
		output: [...added].map((name) => ({ name })),
	});
	return { bytes, outputs };
}

/** A prefix that no tensor of the graph starts with. */
export function unusedPrefix(graph: Graph): string {
	const names = [...graph.producers.keys(), ...graph.initialisers.keys()];
	let prefix = "audio_dissect/";
	while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
	return prefix;
}

type Part = {
	readonly nodes: readonly NodeProto[];
	readonly constants: readonly TensorProto[];
	readonly output: string;
};

function poolingNodes(tap: Tap, prefix: string, opset: number): Part {
	const nodes: NodeProto[] = [];
	const constants: TensorProto[] = [];
	let current = tap.tensor;
	const step = (
		operator: string,
		inputs: readonly string[],
		attributes: NonNullable<Parameters<typeof node>[0]["attributes"]> = {},
	): string => {
		const name = `${prefix}/${nodes.length}_${operator}`;
		nodes.push(node({ operator, inputs, outputs: [name], attributes }));
		return name;
	};
	const ints = (values: number | readonly number[]): string => {
		const name = `${prefix}/c${constants.length}`;
		constants.push(int64Constant(name, values));
		return name;
	};

	if (tap.type !== "float32")
		current = step("Cast", [current], { to: DataType.float });
	if (tap.rank === 2) return { nodes, constants, output: current };

	// Three axes: [batch, units, positions] when the units come second (convolutions), else [batch, positions, units].
	const unitsFirst = tap.unitAxis === 1;
	const last = tap.rank - 1;
	if (!unitsFirst && tap.unitAxis !== last) {
		const others = Array.from({ length: last }, (_, i) => i + 1);
		const perm = [0, ...others.filter((i) => i !== tap.unitAxis), tap.unitAxis];
		current = step("Transpose", [current], { perm });
	}
	if (tap.rank > 3) {
		const shape = unitsFirst ? [0, tap.units, -1] : [0, -1, tap.units];
		current = step("Reshape", [current, ints(shape)]);
	}
	const positionAxis = unitsFirst ? 2 : 1;

	if (tap.pooling === "first") {
		const gathered = step("Gather", [current, ints(0)], { axis: positionAxis });
		return { nodes, constants, output: gathered };
	}
	/** Mean over positions of a tensor of the three-axis shape: `[batch, units]`. */
	const mean = (tensor: string): string => {
		let row = `${prefix}/row`;
		if (tap.positions !== null) {
			const shape = unitsFirst ? [tap.positions, 1] : [1, tap.positions];
			const values = new Float32Array(tap.positions).fill(1 / tap.positions);
			constants.push(floatConstant(row, shape, values));
		} else {
			const shape = step("Shape", [tensor]);
			const count = step("Gather", [shape, ints([positionAxis])], { axis: 0 });
			const float = step("Cast", [count], { to: DataType.float });
			const share = step("Reciprocal", [float]);
			const one = ints([1]);
			const rowShape = unitsFirst ? [count, one] : [one, count];
			row = step("Expand", [share, step("Concat", rowShape, { axis: 0 })]);
		}
		const product = step("MatMul", unitsFirst ? [tensor, row] : [row, tensor]);
		return step("Reshape", [product, ints([-1, tap.units])]);
	};
	if (tap.pooling === "mean")
		return { nodes, constants, output: mean(current) };

	// The axes became an input in opset 18.
	const reduced =
		opset >= 18
			? step("ReduceMax", [current, ints([positionAxis])], { keepdims: 0 })
			: step("ReduceMax", [current], { axes: [positionAxis], keepdims: 0 });
	// onnxruntime's ReduceMax passes over NaN in most places: a unit with any NaN is set to NaN.
	const marks = step("Cast", [step("IsNaN", [current])], {
		to: DataType.float,
	});
	const nan = `${prefix}/nan`;
	const zero = `${prefix}/zero`;
	constants.push(
		floatConstant(nan, [], Float32Array.from([Number.NaN])),
		floatConstant(zero, [], new Float32Array(1)),
	);
	const spoilt = step("Greater", [mean(marks), zero]);
	const output = step("Where", [spoilt, nan, reduced]);
	return { nodes, constants, output };
}
