/** Streams the exemplars of a recorded layer, computed in a worker thread. */
import { Worker } from "node:worker_threads";
import { throwIfInterrupted } from "../errors.ts";
import { workerUrl } from "../shared/worker-url.ts";
import type { LongOptions, NeuronExemplars } from "../types.ts";
import type { ExemplarBlock, ExemplarTask } from "./exemplar-worker.ts";
import type { RecordedLayer } from "./recording.ts";

/** Blocks of neurons in unit order. `count`: exemplars per side, 1 and up. */
export async function* selectExemplars(
	options: LongOptions & {
		readonly layer: RecordedLayer;
		readonly count: number;
	},
): AsyncGenerator<readonly NeuronExemplars[]> {
	const { layer, count, signal } = options;
	throwIfInterrupted(signal);
	const task: ExemplarTask = { path: layer.path, count };
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
			yield block.neurons.map((ranked, index) => ({
				neuron: { layer: layer.name, unit: block.firstUnit + index },
				...ranked,
			}));
		}
	} finally {
		await worker.terminate();
	}
}
