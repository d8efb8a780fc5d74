/** Whether a candidate can be tapped, and how. */
import type { ProbedTensor } from "../../onnx/probe.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { FLOAT_TYPES, unfoldedDims } from "../resolve-taps.ts";
import { unitAxisOf } from "../unit-axis.ts";
import type { Candidate } from "./candidates.ts";
import { parametersOf } from "./parameters.ts";
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
	readonly second: ReadonlySet<string>;
}): Judged | Untappable {
	const { graph, candidate, shapes, batch, folded, second } = options;
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
	const isLayer = (tensor: string): boolean => {
		const { dims } = shapeOf(tensor);
		return (
			dims.length >= 2 &&
			// What has been moved is the layer only while its units are an axis: the last one.
			(tensor === candidate.tensor || dims.at(-1) === units)
		);
	};
	const places = [candidate.tensor, ...candidate.moved].filter(isLayer);
	const found =
		places.find(
			(tensor) => shapeOf(tensor).dims[0] === batch || folded.has(tensor),
		) ?? places.find((tensor) => second.has(tensor));
	if (found === undefined)
		return {
			code: "no_batch_axis",
			reason: "neither of the first two axes is the batch",
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
	const shown = folded.has(found)
		? unfoldedDims(dims, batch)
		: second.has(found)
			? [batch, ...dims.filter((_, at) => at !== 1)]
			: dims;
	// Units before the second axis move behind the batch.
	const unitAxis =
		second.has(found) && dims.length + fromEnd === 0
			? 1
			: shown.length + fromEnd;
	return {
		tensor: found,
		kind: candidate.kind,
		operator: graph.producers.get(candidate.tensor)?.opType ?? "",
		type,
		dims: ["batch", ...shown.slice(1)],
		folded: folded.has(found),
		batchAxis: second.has(found) ? 1 : 0,
		unitAxis,
		units: shown[unitAxis] as number,
		parameters: parametersOf(graph, candidate),
	};
}
