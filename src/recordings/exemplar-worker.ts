/** Worker thread: ranks the clips of every neuron of a layer, reading the recording in blocks. */
import { parentPort, workerData } from "node:worker_threads";
import { openNpyMatrix } from "../shared/npy.ts";
import { firingRate, type RankedClips, rankClips } from "./exemplars.ts";

export type ExemplarTask = {
	readonly path: string;
	readonly count: number;
	/** Count the clips above 0 too. */
	readonly firingRates: boolean;
};
/** Consecutive units from `firstUnit`. The last message has `done`. */
export type ExemplarBlock = {
	readonly firstUnit: number;
	readonly neurons: readonly RankedClips[];
	/** Share of clips with a value above 0, one per neuron; null when not asked for. */
	readonly firingRates: readonly number[] | null;
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
			const rows = Array.from({ length: count }, (_, row) =>
				values.subarray(row * clips, (row + 1) * clips),
			);
			emit({
				firstUnit,
				neurons: rows.map((row) => rankClips(row, task.count)),
				firingRates: task.firingRates ? rows.map(firingRate) : null,
				done: firstUnit + count >= units,
			});
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
