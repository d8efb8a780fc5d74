/** The rows of a clip (windows, frames, chunks) become one value per unit. */
import type { WindowPooling } from "../types.ts";

export type RowPooler = {
	/** Takes the next `count` rows: one array per layer, `[rows, units]` row-major, of which those from `firstRow` on are the clip's. */
	add(outputs: readonly Float32Array[], firstRow: number, count: number): void;
	/** The pooled values of all layers one after the other, `[units of all layers]`; the pooler starts anew. */
	finish(): Float32Array;
};

/**
 * `mean`: exact sums in float64, in row order, divided by the rows, to the nearest float32; `max`: the largest value; a NaN in any row makes either NaN.
 * One row is passed on bit for bit. The result does not depend on how the rows are split into calls.
 */
export function createRowPooler(
	layers: readonly {
		readonly units: number;
		readonly windows: WindowPooling;
	}[],
): RowPooler {
	const total = layers.reduce((sum, { units }) => sum + units, 0);
	const sums = new Float64Array(total);
	let first = new Float32Array(total);
	let rows = 0;

	function start(outputs: readonly Float32Array[], row: number): void {
		let offset = 0;
		for (const [index, { units }] of layers.entries()) {
			const output = outputs[index] as Float32Array;
			first.set(output.subarray(row * units, (row + 1) * units), offset);
			offset += units;
		}
		sums.set(first);
	}
	function accumulate(outputs: readonly Float32Array[], row: number): void {
		let offset = 0;
		for (const [index, { units, windows }] of layers.entries()) {
			const output = outputs[index] as Float32Array;
			const from = row * units;
			if (windows === "mean")
				for (let unit = 0; unit < units; unit += 1)
					sums[offset + unit] =
						(sums[offset + unit] as number) + (output[from + unit] as number);
			else
				for (let unit = 0; unit < units; unit += 1)
					sums[offset + unit] = Math.max(
						sums[offset + unit] as number,
						output[from + unit] as number,
					);
			offset += units;
		}
	}

	return {
		add(outputs, firstRow, count) {
			for (let row = firstRow; row < firstRow + count; row += 1) {
				if (rows === 0) start(outputs, row);
				else accumulate(outputs, row);
				rows += 1;
			}
		},
		finish() {
			const values = first;
			if (rows > 1) {
				let offset = 0;
				for (const { units, windows } of layers) {
					const share = windows === "mean" ? rows : 1;
					for (let unit = offset; unit < offset + units; unit += 1)
						values[unit] = (sums[unit] as number) / share;
					offset += units;
				}
			}
			first = new Float32Array(total);
			rows = 0;
			return values;
		},
	};
}
