/** Finds the tensors that mean something as layers, by the operators that make them. */
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { isActivation, isLinear } from "../unit-axis.ts";
import { activationOutput } from "./activations.ts";
import { type Consumers, consumersOf, onlyConsumer } from "./consumers.ts";

export type LayerKind =
	| "linear"
	| "convolution"
	| "activation"
	| "normalisation"
	| "residual"
	| "output";

/** A tensor to look at; `nodes` are those that make it up, weights first. */
export type Candidate = {
	readonly tensor: string;
	readonly kind: LayerKind;
	readonly nodes: readonly NodeProto[];
	/** The same values moved to other axes, nearest first: one of them may have the batch first when `tensor` has not. */
	readonly moved: readonly string[];
};

type Found = Omit<Candidate, "moved">;

const CONVOLUTIONS = [
	"Conv",
	"ConvTranspose",
	"ConvInteger",
	"QLinearConv",
	"FusedConv",
];
const NORMALISATIONS = [
	"LayerNormalization",
	"SimplifiedLayerNormalization",
	"SkipLayerNormalization",
	"SkipSimplifiedLayerNormalization",
	"RMSNormalization",
	"BatchNormalization",
	"InstanceNormalization",
	"GroupNormalization",
];
/** Products with a quantised weight, and onnxruntime's own ones. */
export const PRODUCTS: readonly string[] = [
	"MatMulInteger",
	"MatMulIntegerToFloat",
	"DynamicQuantizeMatMul",
	"QLinearMatMul",
	"MatMulNBits",
];
/** Operators that move values between axes without changing them. */
const MOVING = ["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Identity"];

/** Candidates in file order, each tensor once; declared outputs of other operators come as kind `output`. */
export function findCandidates(graph: Graph): readonly Candidate[] {
	const consumers = consumersOf(graph);
	const found = new Map<string, Found>();
	for (const node of graph.nodes) {
		const candidate = candidateOf(graph, consumers, node);
		if (candidate !== undefined && !found.has(candidate.tensor))
			found.set(candidate.tensor, candidate);
	}
	for (const tensor of graph.outputs) {
		const node = graph.producers.get(tensor);
		if (node !== undefined && !found.has(tensor))
			found.set(tensor, { tensor, kind: "output", nodes: [node] });
	}
	const order = new Map(
		graph.nodes.flatMap((node, index) =>
			(node.output ?? []).map((name) => [name, index] as const),
		),
	);
	return [...found.values()]
		.sort((a, b) => (order.get(a.tensor) ?? 0) - (order.get(b.tensor) ?? 0))
		.map((item) => ({ ...item, moved: movedFrom(consumers, item.tensor) }));
}

function movedFrom(consumers: Consumers, tensor: string): string[] {
	const moved: string[] = [];
	for (;;) {
		const readers = (consumers.get(moved.at(-1) ?? tensor) ?? []).filter(
			({ opType }) => opType !== "Shape",
		);
		const [next] = readers;
		if (readers.length !== 1 || !MOVING.includes(next?.opType ?? ""))
			return moved;
		const output = next?.output?.[0];
		if (output === undefined || output === "") return moved;
		moved.push(output);
	}
}

function candidateOf(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
): Found | undefined {
	const operator = node.opType ?? "";
	const tensor = node.output?.[0] ?? "";
	if (tensor === "") return undefined;
	if (
		isLinear(graph, node) ||
		PRODUCTS.includes(operator) ||
		(operator === "Gemm" && !isActivation(graph, node.input?.[1] ?? ""))
	)
		return withBias(graph, consumers, node, "linear");
	if (CONVOLUTIONS.includes(operator))
		return withBias(graph, consumers, node, "convolution");
	// torch writes a group normalisation as an instance normalisation between two reshapes, with its weights behind.
	if (operator === "InstanceNormalization")
		return withSteps(graph, consumers, node, ["Reshape", "Mul", "Add"]);
	if (NORMALISATIONS.includes(operator))
		return { tensor, kind: "normalisation", nodes: [node] };
	if (operator === "Div")
		return decomposedNormalisation(graph, consumers, node);
	const activated = activationOutput(graph, consumers, node);
	if (activated !== undefined) return { ...activated, kind: "activation" };
	if (operator === "Add" && isResidual(graph, consumers, node))
		return { tensor, kind: "residual", nodes: [node] };
	return undefined;
}

/**
 * Exporters write the bias as an Add behind the product: the layer's output is then the sum. Behind an integer product come a Cast and the scale
 * (Mul) first.
 */
function withBias(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
	kind: LayerKind,
): Found {
	const nodes = [node];
	const tensorNow = (): string => nodes.at(-1)?.output?.[0] ?? "";
	if (node.opType === "MatMulInteger" || node.opType === "ConvInteger")
		for (const operator of ["Cast", "Mul"]) {
			const next = onlyConsumer(consumers, tensorNow(), [operator]);
			if (next === undefined) break;
			nodes.push(next);
		}
	const current = tensorNow();
	const add = onlyConsumer(consumers, current, ["Add"]);
	const bias = add?.input?.find((name) => name !== current);
	if (add !== undefined && bias !== undefined && !isActivation(graph, bias))
		nodes.push(add);
	return { tensor: tensorNow(), kind, nodes };
}

/** LayerNorm before opset 17: (x - mean) / Sqrt(variance + eps), then Mul and Add with weights. */
function decomposedNormalisation(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
): Found | undefined {
	const divisor = graph.producers.get(node.input?.[1] ?? "");
	if (divisor?.opType !== "Sqrt") return undefined;
	return withSteps(graph, consumers, node, ["Mul", "Add"]);
}

/** A normalisation with the `steps` that follow it: operators with a weight as their other operand (a Reshape's is its shape). */
function withSteps(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
	steps: readonly string[],
): Found {
	const nodes = [node];
	for (const operator of steps) {
		const tensor = nodes.at(-1)?.output?.[0] ?? "";
		const next = onlyConsumer(consumers, tensor, [operator]);
		// A constant shape is folded away.
		if (next === undefined && operator === "Reshape") continue;
		const weight = next?.input?.find((name) => name !== tensor);
		if (
			next === undefined ||
			weight === undefined ||
			(operator !== "Reshape" && isActivation(graph, weight))
		)
			break;
		nodes.push(next);
	}
	const tensor = nodes.at(-1)?.output?.[0] ?? "";
	return { tensor, kind: "normalisation", nodes };
}

/** A sum of two activations of which neither is a simple function of the other (that is part of an activation). A Softmax's mask is none. */
function isResidual(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
): boolean {
	if (onlyConsumer(consumers, node.output?.[0] ?? "", ["Softmax"]))
		return false;
	const [a = "", b = ""] = node.input ?? [];
	if (a === b || !isActivation(graph, a) || !isActivation(graph, b))
		return false;
	const makers = [a, b].map((name) => graph.producers.get(name)?.opType ?? "");
	return !makers.some((operator) =>
		["ReduceMean", "Shape", "Gather", "Range", "Pow", "Exp"].includes(operator),
	);
}
