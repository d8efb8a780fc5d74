/** Which axis of a layer's tensor indexes its units. */
import { TargetNetworkError } from "../errors.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import type { WantedLayer } from "./expand-layers.ts";
import { unitAxisOf } from "./unit-axis.ts";

/**
 * From 1 up: what the descriptor says, else what the structure says. `dims`: the tensor's axes in one run; `subject` starts messages.
 * Throws TargetNetworkError `unit_axis_unclear`, `unit_axis_invalid`.
 */
export function resolveUnitAxis(options: {
	readonly graph: Graph;
	readonly layer: WantedLayer;
	readonly dims: readonly number[];
	readonly subject: string;
}): number {
	const { graph, layer, dims, subject } = options;
	const rank = dims.length;
	const stated = layer.unitAxis;
	// Structure first; without it, the last axis of [batch, units] and [batch, positions, units] is the convention.
	const axis =
		stated ?? unitAxisOf(graph, layer.tensor) ?? (rank <= 3 ? -1 : undefined);
	if (axis === undefined)
		throw new TargetNetworkError(
			`${subject} has shape ${showDims(dims)} and its graph does not say which axis holds the units`,
			{
				code: "unit_axis_unclear",
				hint: "Set `unitAxis` of this layer: 1 for [batch, channels, height, width], -1 for [batch, ..., units].",
			},
		);
	const resolved = axis < 0 ? rank + axis : axis;
	if (resolved < 0 || resolved >= rank || resolved === layer.batchAxis)
		throw new TargetNetworkError(
			`${subject} has ${rank} axes ${showDims(dims)}: \`unitAxis\` must be ${layer.batchAxis === 0 ? `from 1 to ${rank - 1} or from -${rank - 1} to -1` : `one of them besides the batch's (${layer.batchAxis})`}, got ${axis}`,
			{
				code: "unit_axis_invalid",
				hint: "Correct `unitAxis` of the layer, or leave it out to have it found.",
			},
		);
	return resolved;
}
