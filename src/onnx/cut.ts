/** Removes what kept tensors do not need: onnxruntime runs every node of a graph, wanted or not. */
import type { GraphProto, ModelProto, NodeProto } from "./proto/types.ts";
import { bodiesOf } from "./read-graph.ts";

/**
 * The model with only the nodes and initialisers that `keep` (tensor names) depends on, and no outputs: add them afterwards.
 * Null when every node is needed. Node order is kept; messages are shared with `model`, never changed.
 */
export function cutGraph(
	model: ModelProto,
	keep: readonly string[],
): ModelProto | null {
	const graph = model.graph ?? {};
	const nodes = graph.node ?? [];
	const producers = new Map<string, NodeProto>();
	for (const node of nodes)
		for (const output of node.output ?? []) producers.set(output, node);
	const needed = new Set(keep);
	const kept = new Set<NodeProto>();
	// A Set visits what is added while it is walked.
	for (const name of needed) {
		const node = producers.get(name);
		if (node === undefined || kept.has(node)) continue;
		kept.add(node);
		for (const input of node.input ?? []) needed.add(input);
		for (const body of bodiesOf(node)) addNamesOf(body, needed);
	}
	if (kept.size === nodes.length) return null;
	return {
		...model,
		graph: {
			...graph,
			node: nodes.filter((node) => kept.has(node)),
			initializer: (graph.initializer ?? []).filter(({ name = "" }) =>
				needed.has(name),
			),
			sparseInitializer: (graph.sparseInitializer ?? []).filter(({ values }) =>
				needed.has(values?.name ?? ""),
			),
			valueInfo: (graph.valueInfo ?? []).filter(({ name = "" }) =>
				needed.has(name),
			),
			output: [],
		},
	};
}

/** A body reads outer tensors by name, as inputs of its nodes or directly as its outputs. */
function addNamesOf(body: GraphProto, needed: Set<string>): void {
	for (const { name = "" } of body.output ?? []) needed.add(name);
	for (const node of body.node ?? []) {
		for (const name of node.input ?? []) needed.add(name);
		for (const nested of bodiesOf(node)) addNamesOf(nested, needed);
	}
}
