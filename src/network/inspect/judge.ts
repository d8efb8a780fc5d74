/** Whether a candidate can be tapped, and how. */
import type { ProbedTensor } from "../../onnx/probe.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { FLOAT_TYPES, unfoldedDims } from "../resolve-taps.ts";
import { unitAxisOf } from "../unit-axis.ts";
import { type Candidate, parametersOf } from "./candidates.ts";
import type { TappableLayer } from "./tappable-layer.ts";
import type { Untappable } from "./untappable.ts";

type Judged = Omit<
	TappableLayer,
	"name" | "suggested" | "role" | "sharesWeightsWith"
>;

/** The layer that a candidate gives, or the reason why it gives none. A candidate without the batch first is looked for where its values are moved to. */
export function judge(options: {
	readonly graph: Graph;
	readonly candidate: Candidate;
	readonly shapes: ReadonlyMap<string, ProbedTensor>;
	readonly batch: number;
	readonly folded: ReadonlySet<string>;
}): Judged | Untappable {
	const { graph, candidate, shapes, batch, folded } = options;
	const shapeOf = (tensor: string): ProbedTensor =>
		shapes.get(tensor) as ProbedTensor;
	const tensors = [candidate.tensor];
	const own = shapeOf(candidate.tensor);
	if (!FLOAT_TYPES.includes(own.type))
		return { code: "not_float", reason: `values of type ${own.type}`, tensors };
	const axisOf = (tensor: string): number | null =>
		unitAxisOf(graph, tensor) ?? (shapeOf(tensor).dims.length === 2 ? 1 : null);
	const ownAxis = axisOf(candidate.tensor);
	const units = ownAxis === null ? undefined : own.dims.at(ownAxis);
	const found = [candidate.tensor, ...candidate.moved].find((tensor) => {
		const { dims } = shapeOf(tensor);
		return (
			dims.length >= 2 &&
			(dims[0] === batch || folded.has(tensor)) &&
			// What has been moved is the layer only while its units are an axis: the last one.
			(tensor === candidate.tensor || dims.at(-1) === units)
		);
	});
	if (found === undefined)
		return {
			code: "no_batch_axis",
			reason: "the first axis is not the batch",
			tensors,
		};
	const axis = found === candidate.tensor ? ownAxis : -1;
	if (axis === null)
		return {
			code: "unit_axis_unclear",
			reason:
				"the structure does not say which axis holds units; a descriptor can (unitAxis)",
			tensors,
		};
	const { type, dims } = shapeOf(found);
	const fromEnd = axis < 0 ? axis : axis - dims.length;
	const shown = folded.has(found) ? unfoldedDims(dims, batch) : dims;
	const unitAxis = shown.length + fromEnd;
	return {
		tensor: found,
		kind: candidate.kind,
		operator: graph.producers.get(candidate.tensor)?.opType ?? "",
		type,
		dims: ["batch", ...shown.slice(1)],
		folded: folded.has(found),
		unitAxis,
		units: shown[unitAxis] as number,
		parameters: parametersOf(graph, candidate),
	};
}
