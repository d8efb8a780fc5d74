/** Streams the exemplars of a recorded layer: those kept beside it, else ranked in a worker thread. */
import { Worker } from "node:worker_threads";
import { throwIfInterrupted } from "../errors.ts";
import { workerUrl } from "../shared/worker-url.ts";
import type { LongOptions, NeuronExemplars } from "../types.ts";
import type { ExemplarBlock, ExemplarTask } from "./exemplar-worker.ts";
import { judgeClips } from "./exemplars.ts";
import {
	type KeptReader,
	openKeptExemplars,
} from "./kept-exemplars/read-kept.ts";
import type { RecordedLayer } from "./recording.ts";

/**
 * Blocks of neurons in unit order. `count`: exemplars per side, 1 and up. `firingRates`: also the share of clips each neuron is above 0
 * for, in [0, 1]; default false.
 */
export async function* selectExemplars(
	options: LongOptions & {
		readonly layer: RecordedLayer;
		readonly count: number;
		readonly firingRates?: boolean;
	},
): AsyncGenerator<
	readonly (NeuronExemplars & { readonly firingRate?: number })[]
> {
	const { layer, count, signal, firingRates = false } = options;
	throwIfInterrupted(signal);
	const kept = await openKeptExemplars(layer);
	if (kept !== null)
		try {
			if (count <= kept.perSide) {
				yield* judgeKept(kept, options);
				return;
			}
		} finally {
			await kept.close();
		}
	const task: ExemplarTask = { path: layer.path, count, firingRates };
	const worker = new Worker(
		workerUrl("./exemplar-worker.js", import.meta.url),
		{
			workerData: task,
			execArgv: [],
		},
	);
	const blocks: ExemplarBlock[] = [];
	let failure: unknown;
	let wake: () => void = () => {};
	worker.on("message", (block: ExemplarBlock) => {
		blocks.push(block);
		wake();
	});
	worker.on("error", (error) => {
		failure = error;
		wake();
	});
	worker.on("exit", (code) => {
		failure ??= new Error(
			`the thread that ranks clips ended with code ${code}`,
		);
		wake();
	});
	try {
		for (let done = false; !done; ) {
			const block = blocks.shift();
			if (block === undefined) {
				if (failure !== undefined) throw failure;
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
				continue;
			}
			throwIfInterrupted(signal);
			done = block.done;
			yield block.neurons.map((ranked, index) => {
				const firingRate = block.firingRates?.[index];
				return {
					neuron: { layer: layer.name, unit: block.firstUnit + index },
					...ranked,
					...(firingRate === undefined ? {} : { firingRate }),
				};
			});
		}
	} finally {
		await worker.terminate();
	}
}

/** Neurons in one block. */
const KEPT_BLOCK = 1024;

async function* judgeKept(
	kept: KeptReader,
	options: Parameters<typeof selectExemplars>[0],
): ReturnType<typeof selectExemplars> {
	const { layer, count, signal, firingRates = false } = options;
	const { clips } = kept;
	for (let first = 0; first < layer.units; first += KEPT_BLOCK) {
		throwIfInterrupted(signal);
		const neurons = await kept.read(
			first,
			Math.min(KEPT_BLOCK, layer.units - first),
		);
		yield neurons.map(({ high, low, nonFinite, positive }, index) => ({
			neuron: { layer: layer.name, unit: first + index },
			...judgeClips({ high, low, nonFinite, clips, count }),
			...(firingRates ? { firingRate: positive / clips } : {}),
		}));
	}
}
