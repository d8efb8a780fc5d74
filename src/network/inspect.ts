/** Looks at a network: which tensors can be layers, their shapes and unit axes, and what cannot be tapped. */
import type { SettledConditional } from "../onnx/conditionals.ts";
import type { GraphInput } from "../onnx/read-graph.ts";
import { countWeights } from "./inspect/count-weights.ts";
import { judge } from "./inspect/judge.ts";
import { nameCandidates } from "./inspect/names.ts";
import { probeNetwork } from "./inspect/probe-network.ts";
import { rolesOf } from "./inspect/roles.ts";
import { sharedWeights } from "./inspect/shared-weights.ts";
import {
	type StructuralLayer,
	structuralLayer,
} from "./inspect/structural-layer.ts";
import { anyLayer, layersBlock, suggestLayers } from "./inspect/suggestion.ts";
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
	/** What was fed that the file does not say (`sr = 16000`); empty when a descriptor says it. */
	readonly guesses: readonly string[];
	/** Ifs that were replaced by the branch that is taken. */
	readonly conditionals: readonly SettledConditional[];
	/** Empty when the network could not be run. */
	readonly layers: readonly TappableLayer[];
	/** What the structure alone tells, when the network could not be run with what was guessed; else null. */
	readonly notRun: {
		readonly reason: string;
		readonly layers: readonly StructuralLayer[];
	} | null;
	readonly notTappable: readonly Untappable[];
	/** YAML: a `layers:` block for a descriptor; empty when the network could not be run. */
	readonly suggestedLayers: string;
	/** YAML: a descriptor for a file of several inputs, with its guesses marked; null for a file of one input and for a descriptor. */
	readonly suggestedDescriptor: string | null;
};

/**
 * Inspects an ONNX file, or the network of a descriptor (a path ending in .yaml or .yml), by its structure and one run on zeros. What an ONNX file does
 * not say about its inputs is guessed from their names, types and shapes (`guesses`); when it does not run with that, `notRun` has what the structure tells.
 * Other float tensors with the batch first can be tapped too; these are the ones whose meaning the structure tells.
 * Throws as `loadNetwork` does for the file, and for a descriptor's inputs.
 */
export async function inspectNetwork(path: string): Promise<InspectResult> {
	const probed = await probeNetwork(path);
	const { graph, structure, open, candidates, run } = probed;
	const roles = rolesOf(structure, candidates);
	const blockOutputs = new Set(
		[...roles].flatMap(([tensor, role]) =>
			role === "block output" ? [tensor] : [],
		),
	);
	const names = nameCandidates(candidates, blockOutputs);
	const shared = sharedWeights(structure, candidates);
	const known = candidates.map(({ tensor }, index) => ({
		name: names[index] as string,
		role: roles.get(tensor) ?? null,
		sharesWeightsWith: (shared[index] ?? []).map(
			(other) => names[other] as string,
		),
	}));
	const layers: Omit<TappableLayer, "suggested">[] = [];
	const notTappable = untappableByStructure(graph, open);
	const judged =
		"reason" in run
			? []
			: candidates.map((candidate) => judge({ graph, candidate, ...run }));
	// A layer that is tapped where its values leave the network is that output.
	const named = new Set(
		judged.flatMap((item) =>
			"reason" in item || item.kind === "output" ? [] : [item.tensor],
		),
	);
	for (const [index, item] of judged.entries())
		if ("reason" in item) addReason(notTappable, item);
		else if (item.kind === "output" && named.has(item.tensor)) continue;
		else layers.push({ ...item, ...(known[index] as (typeof known)[number]) });
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
	const { descriptor } = probed;
	const suggestedLayers =
		"reason" in run
			? ""
			: layersBlock(
					marked.filter(({ suggested }) => suggested),
					{ excludesPadding: probed.excludesPadding },
				);
	const { producerName = "", producerVersion = "" } = graph.model;
	return {
		path: graph.path,
		hash: graph.hash,
		bytes: probed.fileBytes,
		opset: graph.opset,
		producer: `${producerName} ${producerVersion}`.trim() || null,
		inputs: graph.inputs,
		outputs: graph.outputs,
		parameters: countWeights(graph),
		guesses: probed.guesses,
		conditionals: probed.settled,
		layers: marked,
		notRun:
			"reason" in run
				? {
						reason: run.reason,
						layers: candidates.map((candidate, index) =>
							structuralLayer(
								structure,
								candidate,
								known[index] as (typeof known)[number],
							),
						),
					}
				: null,
		notTappable,
		suggestedLayers,
		suggestedDescriptor:
			descriptor === null
				? null
				: `${descriptor}${suggestedLayers || anyLayer(graph.outputs)}`,
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
