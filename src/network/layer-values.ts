/** A layer's activations out of what a run of the tapped network gives. */
import { TargetNetworkError } from "../errors.ts";
import type { TappedGraph } from "../onnx/tap-graph.ts";
import type { Tensor } from "../onnx/tensor.ts";
import type { TapPlan } from "./tap-plan.ts";

/**
 * `[rows, units]` row-major of the layer with this index: a view of the output when the values stand in one piece there, else a copy.
 * Throws TargetNetworkError `layer_shape_changed`.
 */
export function layerValues(options: {
	readonly tapped: Pick<TappedGraph, "outputs" | "columns">;
	readonly layers: TapPlan["layers"];
	readonly results: Readonly<Record<string, Tensor>>;
	readonly index: number;
	readonly rows: number;
}): Float32Array {
	const { tapped, layers, results, index, rows } = options;
	const { name, tap } = layers[index] as TapPlan["layers"][number];
	const output = tapped.outputs[index] as string;
	const { start, width } = tapped.columns[
		index
	] as TappedGraph["columns"][number];
	const result = results[output];
	if (
		!(result?.data instanceof Float32Array) ||
		result.data.length !== rows * width
	)
		throw new TargetNetworkError(
			`layer "${name}": expected [${rows}, ${width}] activations, got [${result?.dims.join(", ") ?? ""}]`,
			{
				code: "layer_shape_changed",
				hint: "Check `batchAxis` and `unitAxis` of the layer: its tensor changes shape with the input.",
			},
		);
	const all = result.data;
	const { units } = tap;
	if (rows === 1 || width === units)
		return all.subarray(start, start + rows * units);
	const values = new Float32Array(rows * units);
	for (let row = 0; row < rows; row += 1) {
		const from = row * width + start;
		values.set(all.subarray(from, from + units), row * units);
	}
	return values;
}
