/** Which axis of a tensor indexes units, told from the nodes that made it. */
import { toNumber } from "../onnx/proto/codec.ts";
import type { NodeProto } from "../onnx/proto/types.ts";
import type { Graph } from "../onnx/read-graph.ts";

/** Operators that keep the order of axes. */
const ELEMENTWISE = new Set(
	"Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Mish Swish ThresholdedRelu Clip Erf Exp Log Abs Neg Sqrt Reciprocal Pow Cast Identity Dropout Softmax LogSoftmax Add Sub Mul Div Where Min Max Sum Slice Pad Concat QuantizeLinear DequantizeLinear FastGelu QuickGelu BiasGelu".split(
		" ",
	),
);

/** Operators whose output, like their input, has channels on axis 1. */
const CHANNELS_SECOND = new Set(
	"Conv ConvTranspose ConvInteger FusedConv QLinearConv BatchNormalization InstanceNormalization GroupNormalization MaxPool AveragePool LpPool GlobalAveragePool GlobalMaxPool".split(
		" ",
	),
);

const UNITS_LAST = new Set(
	"LayerNormalization SimplifiedLayerNormalization SkipLayerNormalization SkipSimplifiedLayerNormalization RMSNormalization Gemm FusedMatMul MatMulInteger MatMulIntegerToFloat DynamicQuantizeMatMul QLinearMatMul MatMulNBits".split(
		" ",
	),
);

/**
 * The unit axis of `tensor`: 1 behind a convolution or batch normalisation, -1 (the last) behind a linear layer or layer normalisation; elementwise
 * operators hand it on (the first operand that knows wins) and Transpose moves it; a Reshape to the shape of another tensor has that one's axis. Null
 * when the structure does not say (another Reshape, a product of two activations ...).
 */
export function unitAxisOf(graph: Graph, tensor: string): number | null {
	return follow(graph, tensor, new Set());
}

function follow(
	graph: Graph,
	tensor: string,
	visited: Set<string>,
): number | null {
	if (visited.has(tensor)) return null;
	visited.add(tensor);
	const node = graph.producers.get(tensor);
	const operator = node?.opType ?? "";
	if (CHANNELS_SECOND.has(operator)) return 1;
	if (UNITS_LAST.has(operator) || isLinear(graph, node)) return -1;
	const shape = graph.producers.get(node?.input?.[1] ?? "");
	if (operator === "Reshape" && shape?.opType === "Shape")
		return follow(graph, shape.input?.[0] ?? "", visited);
	if (operator !== "Transpose" && !ELEMENTWISE.has(operator)) return null;
	for (const input of node?.input ?? []) {
		if (!isActivation(graph, input)) continue;
		const axis = follow(graph, input, visited);
		if (axis === null) continue;
		return operator === "Transpose" ? transposed(node, axis) : axis;
	}
	return null;
}

/** Where `axis` of a Transpose's input is in its output; null when the node does not state its permutation. */
function transposed(node: NodeProto | undefined, axis: number): number | null {
	const perm = intsOf(node, "perm");
	if (perm === null) return null;
	const moved = perm.indexOf(axis < 0 ? perm.length + axis : axis);
	return moved < 0 ? null : moved;
}

/** A MatMul with one weight operand. */
export function isLinear(graph: Graph, node: NodeProto | undefined): boolean {
	if (node?.opType !== "MatMul") return false;
	const [a = "", b = ""] = node.input ?? [];
	return isActivation(graph, a) && !isActivation(graph, b);
}

/** Not a weight, and not made from weights alone by a Constant, a Cast, a dequantisation or a change of shape. */
export function isActivation(graph: Graph, tensor: string): boolean {
	if (tensor === "" || graph.initialisers.has(tensor)) return false;
	const node = graph.producers.get(tensor);
	if (node === undefined) return true;
	if (node.opType === "Constant") return false;
	if (
		[
			"Transpose",
			"Cast",
			"Identity",
			"DequantizeLinear",
			"Reshape",
			"Unsqueeze",
			"Squeeze",
		].includes(node.opType ?? "")
	)
		return isActivation(graph, node.input?.[0] ?? "");
	return true;
}

/** An int-list attribute; null when the node has none of that name. */
function intsOf(
	node: NodeProto | undefined,
	name: string,
): readonly number[] | null {
	const found = node?.attribute?.find((attribute) => attribute.name === name);
	return found?.ints === undefined ? null : found.ints.map(toNumber);
}
