/** Forward edges of a graph: which nodes read a tensor. */
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";

/** Tensor name to the top-level nodes that read it, in file order. */
export type Consumers = ReadonlyMap<string, readonly NodeProto[]>;

export function consumersOf(graph: Graph): Consumers {
	const consumers = new Map<string, NodeProto[]>();
	for (const node of graph.nodes)
		for (const name of new Set(node.input ?? [])) {
			const known = consumers.get(name);
			if (known === undefined) consumers.set(name, [node]);
			else known.push(node);
		}
	return consumers;
}

/** The only reader of `tensor` when it is one of `operators`, else undefined. */
export function onlyConsumer(
	consumers: Consumers,
	tensor: string,
	operators: readonly string[],
): NodeProto | undefined {
	const [first, ...others] = consumers.get(tensor) ?? [];
	return others.length === 0 && operators.includes(first?.opType ?? "")
		? first
		: undefined;
}
