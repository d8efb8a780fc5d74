/** How the values of a neuron or of a concept over the clips enter a cosine. */
import { SMALLEST_CUBED_NORM } from "./constants.ts";

/**
 * float64 `[clips]`: `cosine`: `x / |x|`; `cos-cubed`: `(x - mean)^3 / max(|(x - mean)^3|, 1e-3)`. Sums in float64, in clip order.
 * All NaN when a value is not finite, or for the cosine of zeros.
 */
export function cosineColumn(
	values: Float32Array,
	similarity: "cosine" | "cos-cubed",
): Float64Array {
	if (!values.every(Number.isFinite))
		return new Float64Array(values.length).fill(Number.NaN);
	const column = Float64Array.from(values);
	if (similarity === "cosine") {
		const norm = Math.sqrt(dot(column, column));
		return column.map((value) => (norm > 0 ? value / norm : Number.NaN));
	}
	// Equal float32 values have exactly that mean here, so a constant column cubes to exact zeros.
	let sum = 0;
	for (const value of column) sum += value;
	const mean = sum / column.length;
	const cubed = column.map((value) => (value - mean) ** 3);
	const norm = Math.max(Math.sqrt(dot(cubed, cubed)), SMALLEST_CUBED_NORM);
	return cubed.map((value) => value / norm);
}

/** Dot product in float64, in index order. */
export function dot(a: Float64Array, b: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i += 1)
		sum += (a[i] as number) * (b[i] as number);
	return sum;
}
