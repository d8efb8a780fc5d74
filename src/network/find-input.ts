/** Finds an input that a descriptor names. */
import { TargetNetworkError } from "../errors.ts";
import type { Graph, GraphInput } from "../onnx/read-graph.ts";
import { didYouMean } from "../shared/suggest.ts";

/** `where` starts the message. Throws TargetNetworkError `input_unknown` with a suggestion. */
export function findInput(
	graph: Graph,
	name: string,
	where: string,
): GraphInput {
	const names = graph.inputs.map((input) => input.name);
	const input = graph.inputs.find((candidate) => candidate.name === name);
	if (input === undefined)
		throw new TargetNetworkError(
			`${where}${graph.path} has no input "${name}"; its inputs are ${names.join(", ")}`,
			{
				code: "input_unknown",
				hint: didYouMean(name, names) ?? "Name one of them.",
			},
		);
	return input;
}
