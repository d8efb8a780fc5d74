/** Finds the tensors that mean something as layers, by the operators that make them. */
import { toNumber } from "../../onnx/proto/codec.ts";
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { isActivation, isLinear } from "../unit-axis.ts";
import { activationOutput, SIMPLE_ACTIVATIONS } from "./activations.ts";
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
};

const CONVOLUTIONS = ["Conv", "ConvTranspose", "ConvInteger", "QLinearConv"];
const NORMALISATIONS = [
	"LayerNormalization",
	"SimplifiedLayerNormalization",
	"RMSNormalization",
	"BatchNormalization",
	"InstanceNormalization",
	"GroupNormalization",
];
const INTEGER_PRODUCTS = ["MatMulInteger", "QLinearMatMul"];

/** Candidates in file order, each tensor once; declared outputs of other operators come as kind `output`. */
export function findCandidates(graph: Graph): readonly Candidate[] {
	const consumers = consumersOf(graph);
	const found = new Map<string, Candidate>();
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
	return [...found.values()].sort(
		(a, b) => (order.get(a.tensor) ?? 0) - (order.get(b.tensor) ?? 0),
	);
}

function candidateOf(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
): Candidate | undefined {
	const operator = node.opType ?? "";
	const tensor = node.output?.[0] ?? "";
	if (tensor === "") return undefined;
	if (
		isLinear(graph, node) ||
		INTEGER_PRODUCTS.includes(operator) ||
		(operator === "Gemm" && !isActivation(graph, node.input?.[1] ?? ""))
	)
		return withBias(graph, consumers, node, "linear");
	if (CONVOLUTIONS.includes(operator))
		return withBias(graph, consumers, node, "convolution");
	if (NORMALISATIONS.includes(operator))
		return { tensor, kind: "normalisation", nodes: [node] };
	if (operator === "Div")
		return decomposedNormalisation(graph, consumers, node);
	const activated = activationOutput(graph, consumers, node);
	if (activated !== undefined) return { ...activated, kind: "activation" };
	if (operator === "Add" && isResidual(graph, node))
		return { tensor, kind: "residual", nodes: [node] };
	return undefined;
}

/** Exporters write the bias as an Add behind the product: the layer's output is then the sum. */
function withBias(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
	kind: LayerKind,
): Candidate {
	const tensor = node.output?.[0] ?? "";
	const add = onlyConsumer(consumers, tensor, ["Add"]);
	const bias = add?.input?.find((name) => name !== tensor);
	if (add === undefined || bias === undefined || isActivation(graph, bias))
		return { tensor, kind, nodes: [node] };
	return { tensor: add.output?.[0] ?? tensor, kind, nodes: [node, add] };
}

/** LayerNorm before opset 17: (x - mean) / Sqrt(variance + eps), then Mul and Add with weights. */
function decomposedNormalisation(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
): Candidate | undefined {
	const divisor = graph.producers.get(node.input?.[1] ?? "");
	if (divisor?.opType !== "Sqrt") return undefined;
	const nodes = [node];
	for (const operator of ["Mul", "Add"]) {
		const tensor = nodes.at(-1)?.output?.[0] ?? "";
		const next = onlyConsumer(consumers, tensor, [operator]);
		const weight = next?.input?.find((name) => name !== tensor);
		if (
			next === undefined ||
			weight === undefined ||
			isActivation(graph, weight)
		)
			break;
		nodes.push(next);
	}
	const tensor = nodes.at(-1)?.output?.[0] ?? "";
	return { tensor, kind: "normalisation", nodes };
}

/** A sum of two activations of which neither is a simple function of the other (that is part of an activation). */
function isResidual(graph: Graph, node: NodeProto): boolean {
	const [a = "", b = ""] = node.input ?? [];
	if (a === b || !isActivation(graph, a) || !isActivation(graph, b))
		return false;
	const makers = [a, b].map((name) => graph.producers.get(name)?.opType ?? "");
	return !makers.some((operator) =>
		["ReduceMean", "Shape", "Gather", "Range", "Pow", "Exp"].includes(operator),
	);
}

/** Number of weights that the nodes of a candidate hold; null when one is not a plain initialiser. */
export function parametersOf(
	graph: Graph,
	candidate: Candidate,
): number | null {
	if (
		candidate.kind !== "linear" &&
		candidate.kind !== "convolution" &&
		candidate.kind !== "normalisation"
	)
		return SIMPLE_ACTIVATIONS.has(candidate.nodes[0]?.opType ?? "") ||
			candidate.kind === "activation"
			? 0
			: null;
	let total = 0;
	for (const node of candidate.nodes)
		for (const name of node.input ?? []) {
			if (name === "" || isActivation(graph, name)) continue;
			const size = weightSize(graph, name);
			if (size === null) return null;
			total += size;
		}
	return total;
}

function weightSize(graph: Graph, tensor: string): number | null {
	const initialiser = graph.initialisers.get(tensor);
	if (initialiser !== undefined)
		return (initialiser.dims ?? []).reduce<number>(
			(product, dim) => product * toNumber(dim),
			1,
		);
	const node = graph.producers.get(tensor);
	if (node?.opType === "Constant") {
		const value = node.attribute?.find(({ name }) => name === "value")?.t;
		return value === undefined || value === null
			? null
			: (value.dims ?? []).reduce<number>(
					(product, dim) => product * toNumber(dim),
					1,
				);
	}
	return node === undefined ? null : weightSize(graph, node.input?.[0] ?? "");
}
