/** Ranks the clips of every neuron of a recorded layer, reading its file once, in worker threads. */
import { Worker } from "node:worker_threads";
import { npyMatrixShape } from "../shared/npy-matrix.ts";
import { defaultThreads } from "../shared/threads.ts";
import { workerUrl } from "../shared/worker-url.ts";
import type { Exemplar } from "../types.ts";
import type { ExemplarBlock, ExemplarTask } from "./exemplar-worker.ts";

/** What is known of a neuron before it is judged. */
type RankedNeuron = {
	/** As `topAndBottomClips` gives them when all activations are finite; else nothing that counts. */
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
	/** Clips whose activation is NaN or infinite. */
	readonly nonFinite: number;
	/** Clips whose activation is above 0. */
	readonly positive: number;
};
/** Consecutive neurons. */
export type RankedBlock = {
	readonly firstUnit: number;
	/** Of the recording. */
	readonly clips: number;
	readonly neurons: readonly RankedNeuron[];
};

/** What is read at a time: it stays in the cache of the processor until it is ranked. */
const BLOCK_BYTES = 2 ** 21;

/**
 * Blocks in unit order of a layer file, `[units, clips]`. `count`: clips listed a side, 1 and up. `threads` (default: the machine's cores, at most 8) and `blockBytes` change no result.
 * Rejects with DataError when the file cannot be read.
 */
export async function* scanExemplars(options: {
	readonly path: string;
	readonly count: number;
	readonly threads?: number;
	readonly blockBytes?: number;
}): AsyncGenerator<RankedBlock> {
	const { path, count, blockBytes = BLOCK_BYTES } = options;
	const { rows: units, columns: clips } = await npyMatrixShape(path);
	const rowBytes = Math.max(1, 4 * clips);
	const task: ExemplarTask = {
		path,
		units,
		clips,
		listed: Math.min(count, clips),
		blockUnits: Math.max(1, Math.floor(blockBytes / rowBytes)),
		next: new Int32Array(new SharedArrayBuffer(4)),
	};
	const blocks = new Map<number, ExemplarBlock>();
	let failure: unknown;
	let wake: () => void = () => {};
	const fail = (reason: unknown): void => {
		failure ??= reason;
		wake();
	};
	const workers = Array.from(
		{
			length: Math.min(
				options.threads ?? defaultThreads(),
				Math.ceil(units / task.blockUnits),
			),
		},
		() =>
			new Worker(workerUrl("./exemplar-worker.js", import.meta.url), {
				workerData: task,
				execArgv: [],
			}),
	);
	let running = workers.length;
	for (const worker of workers) {
		worker.on("message", (block: ExemplarBlock) => {
			blocks.set(block.firstUnit, block);
			wake();
		});
		worker.on("error", fail);
		worker.on("exit", (code) => {
			running -= 1;
			if (code !== 0 || running === 0)
				fail(new Error(`a thread that ranks clips ended with code ${code}`));
		});
	}
	try {
		for (let unit = 0; unit < units; ) {
			const block = blocks.get(unit);
			if (block === undefined) {
				if (failure !== undefined) throw failure;
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
				continue;
			}
			blocks.delete(unit);
			unit += block.positive.length;
			yield rankedBlock(block, task);
		}
	} finally {
		await Promise.all(workers.map((worker) => worker.terminate()));
	}
}

function rankedBlock(
	{ firstUnit, lists, nonFinite, positive }: ExemplarBlock,
	{ clips, listed }: ExemplarTask,
): RankedBlock {
	const activations = new Float32Array(lists);
	const indices = new Int32Array(lists);
	const side = (unit: number, low: 0 | 1): Exemplar[] => {
		const at = (4 * unit + low) * listed;
		return Array.from({ length: listed }, (_, place) => ({
			rank: place + 1,
			clip: indices[at + 2 * listed + place] as number,
			activation: activations[at + place] as number,
		}));
	};
	return {
		firstUnit,
		clips,
		neurons: Array.from(positive, (above, unit) => ({
			high: side(unit, 0),
			low: side(unit, 1),
			nonFinite: nonFinite[unit] as number,
			positive: above,
		})),
	};
}
