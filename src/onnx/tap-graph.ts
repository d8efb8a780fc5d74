import { cutGraph } from "./cut.ts";
import { createPooler } from "./pooling.ts";
import { appendToGraph, encodeModel } from "./proto/codec.ts";
import type { Graph } from "./read-graph.ts";
import type { Tap } from "./tap.ts";

export type TappedGraph = {
	readonly bytes: Uint8Array;
	/** Output to fetch for each tap, in their order. Equal taps share one. */
	readonly outputs: readonly string[];
};

/**
 * The model with the taps as outputs, each float32 `[batch, units]`, and the tensors `keep` as they are. Nodes and initialisers that none of them
 * needs are removed.
 * `mean` is a product with a row of 1/positions (a ReduceMean takes about five times as long), `max` a GlobalMaxPool, `first` a Gather of position 0
 * (positions of several axes in row-major order), `p95` a TopK and a linear interpolation as in numpy.quantile, `firing` the mean of (value > 0).
 * A NaN at any position makes mean, max, p95 and firing NaN; an infinity never becomes a finite number, but counts as firing when positive.
 * Throws TargetNetworkError `pooling_unsupported` for an operator set that is too old.
 */
export function tapGraph(
	graph: Graph,
	taps: readonly Tap[],
	keep: readonly string[] = [],
): TappedGraph {
	const cut = cutGraph(graph.model, [
		...taps.map((tap) => tap.tensor),
		...keep,
	]);
	const base = cut === null ? graph.bytes : encodeModel(cut);
	const declared = cut === null ? graph.outputs : [];
	const pooler = createPooler(unusedPrefix(graph), graph.opset);
	const outputs = taps.map((tap) => pooler.pool(tap));
	const added = new Set(
		[...outputs, ...keep].filter((name) => !declared.includes(name)),
	);
	const bytes = appendToGraph(base, {
		node: [...pooler.nodes],
		initializer: [...pooler.constants],
		output: [...added].map((name) => ({ name })),
	});
	return { bytes, outputs };
}

/** A prefix that no tensor of the graph starts with. */
export function unusedPrefix(graph: Graph): string {
	const names = [
		...graph.producers.keys(),
		...graph.initialisers.keys(),
		...graph.innerTensors.keys(),
		...graph.inputs.map(({ name }) => name),
	];
	let prefix = "audio_dissect/";
	while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
	return prefix;
}
