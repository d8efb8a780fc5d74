/** Where time is in a tensor whose padding is left out. */
import { TargetNetworkError } from "../errors.ts";
import { showDims } from "../onnx/session-errors.ts";
import type { TimeAxis } from "../onnx/tap.ts";
import type { Pooling } from "../types.ts";
import type { WantedLayer } from "./expand-layers.ts";

/**
 * Null when every position counts, or there is but one that is looked at. `dims`: the tensor's axes in one run, the batch first; `unitAxis` from 1 up; `total`: steps of
 * the front end's axis of time. Throws TargetNetworkError `time_axis_unclear` (also for a batch that is folded with others), `time_axis_invalid`.
 */
export function resolveTimeAxis(options: {
	readonly layer: WantedLayer;
	readonly pooling: Pooling;
	readonly dims: readonly number[];
	readonly unitAxis: number;
	readonly folded: boolean;
	readonly total: number;
	/** Starts messages. */
	readonly subject: string;
}): TimeAxis | null {
	const { layer, pooling, dims, unitAxis, folded, total, subject } = options;
	const positionAxes = [...dims.keys()].filter(
		(axis) => axis > 0 && axis !== unitAxis,
	);
	if (
		layer.padding === "count" ||
		positionAxes.length === 0 ||
		pooling === "first" ||
		pooling === "none"
	)
		return null;
	const hint = `Set \`timeAxis\` of this layer (2 for [batch, channels, frames, bins]), or \`padding: count\`.`;
	if (folded)
		throw new TargetNetworkError(
			`${subject} has its positions folded into the batch (shape ${showDims(dims)}): which of them are padding cannot be told`,
			{
				code: "time_axis_unclear",
				hint: "Set `padding: count` for this layer.",
			},
		);
	const stated = layer.timeAxis;
	const fileAxis =
		stated === undefined || stated >= 0 ? stated : dims.length + stated;
	const axis =
		fileAxis === undefined
			? positionAxes[0]
			: fileAxis + (fileAxis < layer.batchAxis ? 1 : 0);
	if (stated === undefined && positionAxes.length > 1)
		throw new TargetNetworkError(
			`${subject} has several axes of positions (shape ${showDims(dims)}, units on axis ${unitAxis}): which one is time is not said, and padding is to be left out`,
			{ code: "time_axis_unclear", hint },
		);
	if (axis === undefined || !positionAxes.includes(axis))
		throw new TargetNetworkError(
			`${subject}: \`timeAxis\` must be one of the axes of positions ${positionAxes.join(", ")} of ${showDims(dims)}, got ${stated}`,
			{ code: "time_axis_invalid", hint },
		);
	const inner = positionAxes
		.filter((other) => other > axis)
		.reduce((product, other) => product * (dims[other] as number), 1);
	const steps = dims[axis] as number;
	const heard = layer.positions;
	const own =
		heard === undefined
			? // A step counts when it begins within the clip's share of the row: ceil(steps * length / total).
				{ times: steps, plus: total - 1, per: total }
			: // Only when all that it hears is the clip's: 1 + floor((length - window) / hop).
				{ times: 1, plus: heard.hop - heard.window, per: heard.hop };
	return { steps, inner, own };
}
