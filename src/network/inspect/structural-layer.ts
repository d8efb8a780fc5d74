/** Layers as far as the structure of the file tells, without a run. */

import { toNumber } from "../../onnx/proto/codec.ts";
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import type { Candidate, LayerKind } from "./candidates.ts";
import { parametersOf } from "./parameters.ts";
import type { LayerRole } from "./roles.ts";

/** A tensor that may be a layer: its shape, and with it whether it can be tapped, is not known. */
export type StructuralLayer = {
	/** By module path, shortened while it stays distinct. */
	readonly name: string;
	readonly tensor: string;
	readonly kind: LayerKind;
	/** What it is in a transformer block; null when it is in none or the structure does not say. */
	readonly role: LayerRole | null;
	/** ONNX operator that makes the tensor. */
	readonly operator: string;
	/** Told from its weights; null when they do not say. */
	readonly units: number | null;
	/** Weights and biases of the layer; null when it has none of its own or they cannot be counted. */
	readonly parameters: number | null;
	/** Other layers that use the same weights. */
	readonly sharesWeightsWith: readonly string[];
};

/** `graph`: the structure. */
export function structuralLayer(
	graph: Graph,
	candidate: Candidate,
	known: Pick<StructuralLayer, "name" | "role" | "sharesWeightsWith">,
): StructuralLayer {
	const { tensor, kind, nodes } = candidate;
	return {
		...known,
		tensor,
		kind,
		operator: graph.producers.get(tensor)?.opType ?? "",
		units: unitsOf(graph, nodes[0]),
		parameters: parametersOf(graph, candidate),
	};
}

/** Output units by the weight of the node; null when it has none or gets it from a computation. */
function unitsOf(graph: Graph, node: NodeProto | undefined): number | null {
	const weight = graph.initialisers.get(node?.input?.[1] ?? "");
	const dims = (weight?.dims ?? []).map(toNumber);
	const attribute = (name: string): number =>
		toNumber(node?.attribute?.find((item) => item.name === name)?.i);
	switch (node?.opType) {
		case "MatMul":
			return dims.at(-1) ?? null;
		case "Gemm":
			return (attribute("transB") === 1 ? dims[0] : dims[1]) ?? null;
		case "Conv":
		case "BatchNormalization":
		case "InstanceNormalization":
		case "LayerNormalization":
			return dims[0] ?? null;
		case "ConvTranspose":
			return dims[1] === undefined
				? null
				: dims[1] * Math.max(1, attribute("group"));
		default:
			return null;
	}
}
