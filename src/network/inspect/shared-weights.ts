/** Which layers use the same weights. */
import type { Graph } from "../../onnx/read-graph.ts";
import { isActivation } from "../unit-axis.ts";
import type { Candidate } from "./candidates.ts";

/**
 * For each candidate the indices of the others that read one of its weight matrices or kernels. Vectors (biases, scales) do not count:
 * exporters merge equal ones that belong to different modules.
 */
export function sharedWeights(
	graph: Graph,
	candidates: readonly Candidate[],
): readonly (readonly number[])[] {
	const users = new Map<string, number[]>();
	const weights = candidates.map((candidate, index) => {
		const names = weightsOf(graph, candidate);
		for (const name of names)
			users.set(name, [...(users.get(name) ?? []), index]);
		return names;
	});
	return weights.map((names, index) => {
		const others = new Set(names.flatMap((name) => users.get(name) ?? []));
		return [...others].filter((other) => other !== index);
	});
}

function weightsOf(graph: Graph, { nodes }: Candidate): readonly string[] {
	const names = nodes
		.flatMap(({ input = [] }) => input)
		.filter((name) => name !== "" && !isActivation(graph, name))
		.map((name) => initialiserBehind(graph, name))
		.filter((name) => (graph.initialisers.get(name)?.dims ?? []).length > 1);
	return [...new Set(names)];
}

function initialiserBehind(graph: Graph, tensor: string): string {
	let current = tensor;
	for (;;) {
		const node = graph.producers.get(current);
		const [source = ""] = node?.input ?? [];
		if (node === undefined || source === "") return current;
		current = source;
	}
}
