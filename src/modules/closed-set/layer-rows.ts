/** Activations of a block of neurons, read from the file into the memory of the kernels. */
import type { NpyMatrix } from "../../shared/npy-matrix.ts";
import type { LayerPlan } from "./layer-plan.ts";

/**
 * Address of the activations of the neuron at an index of the block: float32 `[rowValues]`, the clips that have scores and then zeros. They stay until
 * the next is asked for.
 */
export type RowSource = (index: number) => number;

/** Neighbouring rows read at a time, so that they are still in the processor's cache when they are used (256 KiB). */
const READ_VALUES = 2 ** 16;

/** The rows of `units`, in the scratch at `base`; each is read when it is first asked for, together with some that follow it. */
export function rowSource(options: {
	readonly plan: LayerPlan;
	readonly base: number;
	/** The whole memory as float32. */
	readonly floats: Float32Array;
	readonly matrix: NpyMatrix;
	readonly units: readonly number[];
}): RowSource {
	const { plan, base, floats, matrix, units } = options;
	const { kept, clips, rowValues, scratch } = plan;
	const { columns } = matrix;
	const block = (base + scratch.block) / 4;
	const row = (base + scratch.row) / 4;
	const most = Math.max(1, Math.floor(READ_VALUES / columns));
	let read = 0;
	const startOf = (index: number): number => {
		while (read <= index) {
			const from = units[read] as number;
			let count = 1;
			while (count < most && units[read + count] === from + count) count += 1;
			const start = block + read * columns;
			matrix.readRowsSync(
				from,
				count,
				floats.subarray(start, start + count * columns),
			);
			read += count;
		}
		return block + index * columns;
	};
	// As the kernels take them already.
	if (kept === null && clips === rowValues)
		return (index) => 4 * startOf(index);
	return (index) => {
		const start = startOf(index);
		if (kept === null) floats.copyWithin(row, start, start + clips);
		else
			for (let place = 0; place < clips; place += 1)
				floats[row + place] = floats[start + (kept[place] as number)] as number;
		floats.fill(0, row + clips, row + rowValues);
		return 4 * row;
	};
}
