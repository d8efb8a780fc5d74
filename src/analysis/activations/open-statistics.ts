/** The statistics of any neuron of a recording, computed in a worker thread. */
import { Worker } from "node:worker_threads";
import {
	DataError,
	DissectionError,
	InterruptedError,
	throwIfInterrupted,
} from "../../errors.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { ErrorRecord } from "../../types.ts";
import type {
	ActivationsReply,
	ActivationsRequest,
	ActivationsTask,
} from "./activations-worker.ts";
import type { ClipTable } from "./clip-table.ts";
import type { NeuronStatistics } from "./statistics-types.ts";

/** Label shuffles per neuron, and clip shuffles per recording. */
const labelPermutations = 200;
const clipPermutations = 1000;

export type ActivationStatistics = {
	/**
	 * Statistics of `units` (ascending) of the layer at `path` (`.npy`, `[units, clips]`), in their order; null for a neuron that is not finite.
	 * Calls are answered in order; the next may be asked before the last is answered. After an interrupt every call fails. Throws DataError `clips_mismatch`, those of `openNpyMatrix`; InterruptedError.
	 */
	of(
		path: string,
		units: readonly number[],
		signal?: AbortSignal | undefined,
	): Promise<readonly (NeuronStatistics | null)[]>;
	/** Ends the thread. */
	close(): Promise<void>;
};

/** Starts the thread; `seed` (integer) decides all shuffles. */
export function openStatistics(options: {
	readonly table: ClipTable;
	readonly seed: number;
}): ActivationStatistics {
	const { table, seed } = options;
	const worker = new Worker(
		workerUrl("./activations-worker.js", import.meta.url),
		{
			workerData: {
				table,
				options: { seed, labelPermutations, clipPermutations },
			} satisfies ActivationsTask,
		},
	);
	let failure: Error | undefined;
	const pending: {
		readonly resolve: (
			statistics: readonly (NeuronStatistics | null)[],
		) => void;
		readonly reject: (error: Error) => void;
	}[] = [];
	const fail = (error: Error): void => {
		failure ??= error;
		for (const { reject } of pending.splice(0)) reject(failure);
	};
	worker.on("message", (reply: ActivationsReply) => {
		// Answers come in the order of the questions.
		const asked = pending.shift();
		if ("error" in reply) asked?.reject(toError(reply.error));
		else asked?.resolve(reply.statistics);
	});
	worker.on("error", (cause) =>
		fail(
			new DissectionError(
				`the statistics of activations stopped: ${cause.message}`,
				{
					code: "statistics_stopped",
					hint: "Run the same command again, with less else in memory.",
					cause,
				},
			),
		),
	);
	// Nothing else keeps the process waiting for it.
	worker.unref();
	return {
		of: async (path, units, signal) => {
			throwIfInterrupted(signal);
			if (failure !== undefined) throw failure;
			const interrupt = (): void => fail(new InterruptedError(signal?.reason));
			signal?.addEventListener("abort", interrupt, { once: true });
			try {
				return await new Promise((resolve, reject) => {
					pending.push({ resolve, reject });
					worker.ref();
					worker.postMessage({ path, units } satisfies ActivationsRequest);
				});
			} finally {
				if (pending.length === 0) worker.unref();
				signal?.removeEventListener("abort", interrupt);
			}
		},
		// Nothing native runs in this thread, so it may be ended at any moment.
		close: async () => {
			await worker.terminate();
		},
	};
}

/** The worker's error as an error of this thread: what it reads is data, the rest is unexpected. */
function toError(record: ErrorRecord): Error {
	const { code, message, hint, evidence } = record;
	return record.name === "DataError"
		? new DataError(message, { code, hint, evidence })
		: new DissectionError(message, { code, hint, evidence });
}
