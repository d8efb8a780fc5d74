/** The structure of a quantised graph as that of the graph it was made from. */
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { type Consumers, consumersOf } from "./consumers.ts";

/**
 * `graph` with activations' quantise-dequantise pairs and dynamic quantisation taken out: whoever read the dequantised or quantised tensor reads the
 * float tensor before it. Only for reading the structure: tensors keep their names, and the float ones are in the file. Dequantised weights stay.
 */
export function withoutQuantisation(graph: Graph): Graph {
	const sources = new Map<string, string>();
	const removed = new Set<NodeProto>();
	for (const node of graph.nodes) {
		const [input = ""] = node.input ?? [];
		const [output = ""] = node.output ?? [];
		const quantiser = graph.producers.get(input);
		const restored =
			node.opType === "DequantizeLinear" &&
			quantiser?.opType === "QuantizeLinear" &&
			!graph.outputs.includes(output);
		if (restored) {
			sources.set(output, quantiser.input?.[0] ?? "");
			removed.add(node);
		} else if (node.opType === "DynamicQuantizeLinear") {
			sources.set(output, input);
			removed.add(node);
		}
	}
	if (removed.size === 0) return graph;
	const sourceOf = (tensor: string): string => {
		let current = tensor;
		for (;;) {
			const source = sources.get(current);
			if (source === undefined) return current;
			current = source;
		}
	};
	const consumers = consumersOf(graph);
	const nodes = graph.nodes
		.filter((node) => !removed.has(node) && !isIdle(consumers, node, removed))
		.map((node) => ({ ...node, input: (node.input ?? []).map(sourceOf) }));
	const producers = new Map(
		nodes.flatMap((node) =>
			(node.output ?? []).map((name) => [name, node] as const),
		),
	);
	return { ...graph, nodes, producers };
}

/** A QuantizeLinear that only removed nodes read. */
function isIdle(
	consumers: Consumers,
	node: NodeProto,
	removed: ReadonlySet<NodeProto>,
): boolean {
	if (node.opType !== "QuantizeLinear") return false;
	const readers = consumers.get(node.output?.[0] ?? "") ?? [];
	return readers.every((reader) => removed.has(reader));
}
