/** Whether a tensor depends on the values that are fed, or only on their shapes and on constants. */
import type { Graph } from "./read-graph.ts";

/** Operators whose output shape follows from the values of all their inputs. */
const SHAPED_BY_VALUES = new Set(
	"NonZero Compress Unique NonMaxSuppression Range ConstantOfShape If Loop Scan SequenceAt ConcatFromSequence SplitToSequence StringSplit".split(
		" ",
	),
);
/** Operators whose output shape follows from the shape of the first input and the values of the others. */
const SHAPED_BY_PARAMETERS = new Set(
	"Reshape Slice Expand Tile Pad TopK OneHot Resize Upsample Squeeze Unsqueeze Split CenterCropPad ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL2 STFT DFT".split(
		" ",
	),
);
const RANDOM = new Set(
	"RandomNormal RandomUniform RandomNormalLike RandomUniformLike Bernoulli Multinomial".split(
		" ",
	),
);

/**
 * A function that tells whether a tensor's value can differ between clips. `varying`: the inputs whose values differ (their shapes do not).
 * Unknown operators count as functions of all their inputs; a node with a body counts as varying.
 */
export function createDependence(
	graph: Graph,
	varying: ReadonlySet<string>,
): (tensor: string) => boolean {
	const known = new Map<string, boolean>();

	function depends(tensor: string, on: "value" | "shape"): boolean {
		if (tensor === "" || graph.initialisers.has(tensor)) return false;
		const key = `${on} ${tensor}`;
		const found = known.get(key);
		if (found !== undefined) return found;
		const result = judge(tensor, on);
		known.set(key, result);
		return result;
	}

	function judge(tensor: string, on: "value" | "shape"): boolean {
		const node = graph.producers.get(tensor);
		if (node === undefined) return on === "value" && varying.has(tensor);
		const operator = node.opType ?? "";
		const [first = "", ...others] = node.input ?? [];
		const any = (tensors: readonly string[], of: "value" | "shape"): boolean =>
			tensors.some((input) => depends(input, of));
		if (["If", "Loop", "Scan"].includes(operator)) return true;
		if (RANDOM.has(operator)) return on === "value";
		if (on === "value")
			return operator === "Shape" || operator === "Size"
				? depends(first, "shape")
				: any([first, ...others], "value");
		if (SHAPED_BY_VALUES.has(operator)) return any([first, ...others], "value");
		if (SHAPED_BY_PARAMETERS.has(operator))
			return depends(first, "shape") || any(others, "value");
		return any([first, ...others], "shape");
	}

	return (tensor) => depends(tensor, "value");
}
