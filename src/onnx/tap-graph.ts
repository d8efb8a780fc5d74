/** Edits a graph so that named tensors, pooled over their positions, can be fetched as `[batch, units]`. */
import type { Pooling } from "../types.ts";
import { cutGraph } from "./cut.ts";
import { createPooler } from "./pooling.ts";
import { appendToGraph, encodeModel } from "./proto/codec.ts";
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
	/** `none` only when the rank is 2; of the others, a tensor of rank 2 takes `firing` (one position). */
	readonly pooling: Pooling;
	/**
	 * Axes behind the batch when the tensor has the batch folded with others into its first axis (`[batch x windows, tokens, units]`): it is first
	 * reshaped to `[batch, ...folded]`, which `rank`, `unitAxis` and `positions` are about. Null: the batch is an axis by itself.
	 */
	readonly folded: readonly number[] | null;
	/** Positions of one clip; null when they may differ from run to run (they are then counted in the graph). */
	readonly positions: number | null;
};

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
