/** Inputs that tell a network where a clip ends, checked against what the file declares. */
import { TargetNetworkError } from "../errors.ts";
import { DataType } from "../onnx/proto/types.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import type { DescribedLength } from "./descriptor-schema.ts";
import { isFeedable, type LengthInput } from "./feeds.ts";
import { findInput } from "./find-input.ts";

/**
 * `length`: steps of the front end's axis of time, which a mask with an open axis has too. `where` starts messages; `batchAxisName`: first declared axis
 * of the features. Throws TargetNetworkError `input_unknown`, `length_input_invalid`.
 */
export function resolveLength(options: {
	readonly graph: Graph;
	readonly name: string;
	readonly kind: DescribedLength;
	readonly length: number;
	readonly where: string;
	readonly batchAxisName: string | number | undefined;
}): LengthInput {
	const { graph, name, kind, length, where, batchAxisName } = options;
	const input = findInput(graph, name, where);
	const invalid = (problem: string, hint?: string): TargetNetworkError =>
		new TargetNetworkError(
			`${where}input "${name}" of ${graph.path} ${problem}`,
			{ code: "length_input_invalid", hint },
		);
	const { elementType } = input;
	if (!isFeedable(elementType))
		throw invalid(`has an element type that cannot be fed (${elementType})`);
	if (kind === "share" && elementType !== DataType.float)
		throw invalid(
			"takes no float numbers, and a share is one",
			"Say `length` when it takes a number of samples or frames.",
		);
	const isMask = kind === "mask" || kind === "padding-mask";
	const declared = input.dims ?? (isMask ? ["batch", length] : ["batch"]);
	const dims = declared.map((dim, axis) => {
		if (axis === 0 && (dim === batchAxisName || typeof dim === "string"))
			return "batch" as const;
		if (typeof dim === "number") return dim;
		if (dim === batchAxisName) return "batch" as const;
		return isMask && axis === declared.length - 1 ? length : 1;
	});
	const others = dims.filter((dim) => dim !== "batch" && dim !== 1);
	if (dims.slice(1).includes("batch"))
		throw invalid(`has its batch axis not first: ${showDims(declared)}`);
	if (others.length > (isMask ? 1 : 0))
		throw invalid(
			`has shape ${showDims(declared)}: ${isMask ? "a mask has one axis besides the batch" : `a ${kind} has one number a row`}`,
		);
	return { name, kind, elementType, dims };
}
