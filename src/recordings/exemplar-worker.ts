/** Worker thread: ranks the clips of every neuron of a layer, reading the recording in blocks. */
import { parentPort, workerData } from "node:worker_threads";
import { openNpyMatrix } from "../shared/npy.ts";
import { type RankedClips, rankClips } from "./exemplars.ts";

export type ExemplarTask = { readonly path: string; readonly count: number };
/** Consecutive units from `firstUnit`. The last message has `done`. */
export type ExemplarBlock = {
	readonly firstUnit: number;
	readonly neurons: readonly RankedClips[];
	readonly done: boolean;
};

const BLOCK_BYTES = 16 * 2 ** 20;

async function rankLayer(
	task: ExemplarTask,
	emit: (block: ExemplarBlock) => void,
): Promise<void> {
	const matrix = await openNpyMatrix(task.path);
	try {
		const { rows: units, columns: clips } = matrix;
		const blockUnits = Math.max(1, Math.floor(BLOCK_BYTES / (clips * 4)));
		for (let firstUnit = 0; firstUnit < units; firstUnit += blockUnits) {
			const count = Math.min(blockUnits, units - firstUnit);
			const values = await matrix.readRows(firstUnit, count);
			const neurons = Array.from({ length: count }, (_, row) =>
				rankClips(values.subarray(row * clips, (row + 1) * clips), task.count),
			);
			emit({ firstUnit, neurons, done: firstUnit + count >= units });
		}
	} finally {
		await matrix.close();
	}
}

const port = parentPort;
if (port !== null)
	void rankLayer(workerData as ExemplarTask, (block) =>
		port.postMessage(block),
	);
