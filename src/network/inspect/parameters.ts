/** How many weights a layer has. */
import { toNumber } from "../../onnx/proto/codec.ts";
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { isActivation } from "../unit-axis.ts";
import { SIMPLE_ACTIVATIONS } from "./activations.ts";
import { type Candidate, PRODUCTS } from "./candidates.ts";

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
		for (const [position, name] of (node.input ?? []).entries()) {
			if (name === "" || isActivation(graph, name)) continue;
			if (isSetting(node, position)) continue;
			const size = weightSize(graph, name);
			if (size === null) return null;
			total += size;
		}
	return total;
}

/** A shape, or the scales and zero points of a quantised product: not a weight of the layer. */
function isSetting(node: NodeProto, position: number): boolean {
	const operator = node.opType ?? "";
	if (operator === "Reshape") return true;
	return (
		position >= 2 && (PRODUCTS.includes(operator) || operator === "ConvInteger")
	);
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
