/** Worker thread: ranks the clips of the neurons of a layer, block by block, beside other threads that do the same. */
import { parentPort, workerData } from "node:worker_threads";
import { createKernelMemory } from "../shared/kernels/compile.ts";
import { openNpyMatrix } from "../shared/npy-matrix.ts";
import { openExemplarKernel } from "./exemplar-kernel.ts";

export type ExemplarTask = {
	readonly path: string;
	/** Of the layer. */
	readonly units: number;
	readonly clips: number;
	/** Clips listed a side, at most all. */
	readonly listed: number;
	/** Neurons in a block; the last has fewer. */
	readonly blockUnits: number;
	/** One number, shared by the threads: the first neuron that none has taken. */
	readonly next: Int32Array<SharedArrayBuffer>;
};
/** Consecutive neurons. */
export type ExemplarBlock = {
	readonly firstUnit: number;
	/** `[units, 4, listed]`: highest activations, lowest activations (float32), the clips of the highest, of the lowest (int32). Void for a neuron with `nonFinite`. */
	readonly lists: ArrayBuffer;
	/** Per neuron: NaN or infinite activations. */
	readonly nonFinite: Int32Array;
	/** Per neuron: activations above 0. */
	readonly positive: Int32Array;
};

/** What the kernel reads before its lists. */
const BEFORE_LISTS = 16;

/** Takes blocks until there are no more. Rejects with DataError as `openNpyMatrix` and reading rows do. */
async function rankBlocks(
	{ path, units, clips, listed, blockUnits, next }: ExemplarTask,
	emit: (block: ExemplarBlock) => void,
): Promise<void> {
	const matrix = await openNpyMatrix(path);
	try {
		const rowBytes = 4 * clips;
		const listBytes = 4 * listed;
		const rows = BEFORE_LISTS + 4 * listBytes * blockUnits;
		const memory = createKernelMemory(rows + blockUnits * rowBytes);
		const { rankRow } = openExemplarKernel(memory);
		const values = new Float32Array(memory.buffer, rows, blockUnits * clips);
		for (;;) {
			const firstUnit = Atomics.add(next, 0, blockUnits);
			if (firstUnit >= units) return;
			const length = Math.min(blockUnits, units - firstUnit);
			matrix.readRowsSync(firstUnit, length, values);
			const positive = new Int32Array(length);
			const nonFinite = new Int32Array(length);
			for (let row = 0; row < length; row += 1) {
				const from = rows + row * rowBytes;
				const above = rankRow(
					from,
					from + rowBytes,
					BEFORE_LISTS + row * 4 * listBytes,
					listBytes,
				);
				positive[row] = above < 0 ? -1 - above : above;
				if (above < 0)
					nonFinite[row] = countNonFinite(
						values.subarray(row * clips, (row + 1) * clips),
					);
			}
			const lists = new Uint8Array(4 * listBytes * length);
			lists.set(new Uint8Array(memory.buffer, BEFORE_LISTS, lists.length));
			emit({
				firstUnit,
				lists: lists.buffer,
				nonFinite,
				positive,
			});
		}
	} finally {
		await matrix.close();
	}
}

function countNonFinite(values: Float32Array): number {
	let count = 0;
	for (const value of values) if (!Number.isFinite(value)) count += 1;
	return count;
}

const port = parentPort;
if (port !== null)
	void rankBlocks(workerData as ExemplarTask, (block) =>
		port.postMessage(block, [block.lists]),
	);
