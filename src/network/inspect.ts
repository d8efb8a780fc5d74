/** Looks at a network: which tensors can be layers, their shapes and unit axes, and what cannot be tapped. */
import type { GraphInput } from "../onnx/read-graph.ts";
import { countWeights } from "./inspect/count-weights.ts";
import { judge } from "./inspect/judge.ts";
import { nameCandidates } from "./inspect/names.ts";
import { probeNetwork } from "./inspect/probe-network.ts";
import { rolesOf } from "./inspect/roles.ts";
import { sharedWeights } from "./inspect/shared-weights.ts";
import { layersBlock, suggestLayers } from "./inspect/suggestion.ts";
import type { TappableLayer } from "./inspect/tappable-layer.ts";
import {
	type Untappable,
	untappableByStructure,
} from "./inspect/untappable.ts";

export type InspectResult = {
	readonly path: string;
	readonly hash: string;
	/** Size of the ONNX file. */
	readonly bytes: number;
	readonly opset: number;
	/** Program that wrote the file; null when it does not say. */
	readonly producer: string | null;
	readonly inputs: readonly GraphInput[];
	readonly outputs: readonly string[];
	/** Values in the weights of the graph, its Ifs settled (buffers such as windows count too). */
	readonly parameters: number;
	readonly layers: readonly TappableLayer[];
	readonly notTappable: readonly Untappable[];
	/** YAML: a `layers:` block for a descriptor. */
	readonly suggestedLayers: string;
};

/**
 * Inspects an ONNX file, or the network of a descriptor (a path ending in .yaml or .yml), by its structure and one run on zeros.
 * Other float tensors with the batch first can be tapped too; these are the ones whose meaning the structure tells.
 * Throws as `loadNetwork` does for the file and its inputs; `input_shape_unclear` when an ONNX file leaves input axes open and no usual length runs.
 */
export async function inspectNetwork(path: string): Promise<InspectResult> {
	const { graph, structure, open, candidates, shapes, batch, folded } =
		await probeNetwork(path);
	const roles = rolesOf(structure, candidates);
	const blockOutputs = new Set(
		[...roles].flatMap(([tensor, role]) =>
			role === "block output" ? [tensor] : [],
		),
	);
	const names = nameCandidates(candidates, blockOutputs);
	const shared = sharedWeights(structure, candidates);
	const layers: Omit<TappableLayer, "suggested">[] = [];
	const notTappable = untappableByStructure(graph, open);
	for (const [index, candidate] of candidates.entries()) {
		const judged = judge({ graph, candidate, shapes, batch, folded });
		if ("reason" in judged) addReason(notTappable, judged);
		else
			layers.push({
				...judged,
				name: names[index] as string,
				role: roles.get(candidate.tensor) ?? null,
				sharesWeightsWith: (shared[index] ?? []).map(
					(other) => names[other] as string,
				),
			});
	}
	const chosen = new Set(
		suggestLayers(
			layers.map((layer) => ({ ...layer, suggested: false })),
			graph.outputs,
		).map(({ tensor }) => tensor),
	);
	const marked = layers.map((layer) => ({
		...layer,
		suggested: chosen.has(layer.tensor),
	}));
	const { producerName = "", producerVersion = "" } = graph.model;
	return {
		path: graph.path,
		hash: graph.hash,
		bytes: graph.bytes.length,
		opset: graph.opset,
		producer: `${producerName} ${producerVersion}`.trim() || null,
		inputs: graph.inputs,
		outputs: graph.outputs,
		parameters: countWeights(graph),
		layers: marked,
		notTappable,
		suggestedLayers: layersBlock(marked.filter(({ suggested }) => suggested)),
	};
}

/** Tensors with the same reason stand together. */
function addReason(list: Untappable[], item: Untappable): void {
	const index = list.findIndex(
		({ code, reason }) => code === item.code && reason === item.reason,
	);
	const known = list[index];
	if (known === undefined) list.push(item);
	else list[index] = { ...known, tensors: [...known.tensors, ...item.tensors] };
}
