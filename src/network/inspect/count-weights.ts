/** How many values the weights of a network have. */
import { toNumber } from "../../onnx/proto/codec.ts";
import { DataType, type TensorProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";

/** Shapes, indices and flags. */
const NO_WEIGHTS: ReadonlySet<number> = new Set([
	DataType.int64,
	DataType.bool,
]);

/**
 * Values in initialisers and Constant nodes of the graph itself (after its Ifs are settled; not in bodies that are left), each tensor once. Scalars,
 * int64 and bool are settings and shapes and do not count; buffers such as windows do, and so do the per-channel scales of a quantised network.
 */
export function countWeights(graph: Graph): number {
	const constants = graph.nodes
		.filter(({ opType }) => opType === "Constant")
		.map(({ attribute }) => attribute?.find(({ name }) => name === "value")?.t);
	return [...graph.initialisers.values(), ...constants].reduce(
		(total, tensor) => total + sizeOf(tensor),
		0,
	);
}

function sizeOf(tensor: TensorProto | null | undefined): number {
	const { dims = [], dataType } = tensor ?? {};
	if (dims.length === 0 || NO_WEIGHTS.has(dataType ?? DataType.bool)) return 0;
	return dims.reduce<number>((product, dim) => product * toNumber(dim), 1);
}
