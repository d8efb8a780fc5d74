/** The graph with its taps as outputs. */
import { node, valueInfo } from "./build.ts";
import { cutGraph } from "./cut.ts";
import { createPooler } from "./pooling.ts";
import { appendToGraph, encodeModel } from "./proto/codec.ts";
import { DataType, type NodeProto } from "./proto/types.ts";
import type { Graph } from "./read-graph.ts";
import type { Tap } from "./tap.ts";

export type TappedGraph = {
	readonly bytes: Uint8Array;
	/** Output to fetch for each tap, in their order. Equal taps share one. With `joined` it is the same one for all. */
	readonly outputs: readonly string[];
	/** Where each tap's units begin in its output, and how many units the output has: 0 and the tap's own unless it is joined. */
	readonly columns: readonly {
		readonly start: number;
		readonly width: number;
	}[];
	/** Input that a run has to feed with the rows' own lengths, `[rows]` int64 from 1 up: samples or frames of the input (see `TimeAxis`); null when every position counts. */
	readonly lengths: string | null;
};

/**
 * The model with the taps as outputs, each float32 `[batch, units]`, and the tensors `keep` as they are. Nodes and initialisers that none of them
 * needs are removed.
 * `mean` is a product with a row of 1/positions (a ReduceMean takes about five times as long), `max` a GlobalMaxPool, `first` a Gather of position 0
 * (positions of several axes in row-major order), `p95` a TopK and a linear interpolation as in numpy.quantile, `firing` the mean of (value > 0).
 * With a `time`, positions at padding take no part: neither do NaN there.
 * A NaN at any position makes mean, max, p95 and firing NaN; an infinity never becomes a finite number, but counts as firing when positive.
 * `joined`: the taps side by side in one output, `[batch, units of all distinct taps]`: every output that is fetched costs time of its own, 5 to 25 us.
 * Throws TargetNetworkError `pooling_unsupported` for an operator set that is too old.
 */
export function tapGraph(
	graph: Graph,
	taps: readonly Tap[],
	keep: readonly string[] = [],
	options: { readonly joined?: boolean } = {},
): TappedGraph {
	const cut = cutGraph(graph.model, [
		...taps.map((tap) => tap.tensor),
		...keep,
	]);
	const base = cut === null ? graph.bytes : encodeModel(cut);
	const declared = cut === null ? graph.outputs : [];
	const prefix = unusedPrefix(graph);
	const lengths = `${prefix}lengths`;
	const pooler = createPooler(prefix, graph.opset, lengths);
	const pooled = taps.map((tap) => pooler.pool(tap));
	const { outputs, columns, nodes } = options.joined
		? joinTaps(taps, pooled, `${prefix}joined`)
		: apart(taps, pooled);
	const added = new Set(
		[...outputs, ...keep].filter((name) => !declared.includes(name)),
	);
	const read = pooler.nodes.some(({ input }) => input?.includes(lengths));
	const bytes = appendToGraph(base, {
		input: read ? [valueInfo(lengths, ["rows"], DataType.int64)] : [],
		node: [...pooler.nodes, ...nodes],
		initializer: [...pooler.constants],
		output: [...added].map((name) => ({ name })),
	});
	return { bytes, outputs, columns, lengths: read ? lengths : null };
}

type Outputs = Pick<TappedGraph, "outputs" | "columns"> & {
	readonly nodes: readonly NodeProto[];
};

function apart(taps: readonly Tap[], outputs: readonly string[]): Outputs {
	const columns = taps.map(({ units }) => ({ start: 0, width: units }));
	return { outputs, columns, nodes: [] };
}

function joinTaps(
	taps: readonly Tap[],
	pooled: readonly string[],
	output: string,
): Outputs {
	const starts = new Map<string, number>();
	let width = 0;
	for (const [index, name] of pooled.entries()) {
		if (starts.has(name)) continue;
		starts.set(name, width);
		width += taps[index]?.units ?? 0;
	}
	if (starts.size < 2) return apart(taps, pooled);
	return {
		outputs: taps.map(() => output),
		columns: pooled.map((name) => ({ start: starts.get(name) ?? 0, width })),
		nodes: [
			node({
				operator: "Concat",
				inputs: [...starts.keys()],
				outputs: [output],
				attributes: { axis: 1 },
			}),
		],
	};
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
