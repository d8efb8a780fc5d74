/** A state of a recurrent network, checked against what the file declares. */
import { TargetNetworkError } from "../errors.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { DescribedState } from "./descriptor-schema.ts";
import { isFeedable, type StateInput } from "./feeds.ts";
import { findInput } from "./find-input.ts";

/** `batchAxisName`: first declared axis of the features. Throws TargetNetworkError `input_unknown`, `state_invalid`. */
export function resolveState(options: {
	readonly graph: Graph;
	readonly described: DescribedState;
	readonly where: string;
	readonly batchAxisName: string | number | undefined;
}): StateInput {
	const { graph, described, where, batchAxisName } = options;
	const { output } = described;
	const input = findInput(graph, described.input, where);
	const invalid = (problem: string, hint?: string): TargetNetworkError =>
		new TargetNetworkError(
			`${where}state "${input.name}" of ${graph.path} ${problem}`,
			{ code: "state_invalid", hint },
		);
	if (!graph.producers.has(output))
		throw new TargetNetworkError(
			`${where}${graph.path} has no output "${output}"; its outputs are ${graph.outputs.join(", ")}`,
			{
				code: "state_invalid",
				hint: didYouMean(output, graph.outputs) ?? "Name one of them.",
			},
		);
	const { elementType, dims } = input;
	if (!isFeedable(elementType))
		throw invalid(`has an element type that cannot be fed (${elementType})`);
	if (dims === null) throw invalid("has no declared shape");
	const axesWith = (dim: string | number): number[] =>
		[...dims.keys()].filter((axis) => dims[axis] === dim);
	const open = [...dims.keys()].filter(
		(axis) => typeof dims[axis] === "string",
	);
	// The axis named like the batch, else the open one, else, in a file with a fixed batch, the axis of its length.
	const named = batchAxisName === undefined ? [] : axesWith(batchAxisName);
	const found =
		typeof batchAxisName === "number"
			? named
			: named.length === 1
				? named
				: open.slice(0, 1);
	if (
		described.batchAxis === undefined &&
		typeof batchAxisName === "number" &&
		batchAxisName > 1 &&
		found.length !== 1
	)
		throw invalid(
			`has shape ${showDims(dims)}, which does not tell the axis of the ${batchAxisName} rows`,
			"Say which it is: `batchAxis: 0`.",
		);
	const single = batchAxisName === 1;
	const batchAxis = described.batchAxis ?? (single ? null : (found[0] ?? null));
	if (batchAxis !== null && batchAxis >= dims.length)
		throw invalid(
			`has ${dims.length} axes ${showDims(dims)}, batchAxis is ${batchAxis}`,
		);
	if (open.some((axis) => axis !== batchAxis))
		throw invalid(
			`has more open axes than the batch: ${showDims(dims)}`,
			"Export the network with a state of fixed size.",
		);
	return {
		input: input.name,
		output,
		elementType,
		dims: dims.map((dim, axis) => (axis === batchAxis ? 1 : Number(dim))),
		batchAxis,
	};
}
