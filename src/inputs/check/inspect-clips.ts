/** Inspects many clips in worker threads, and survives decoders that crash. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { throwIfInterrupted } from "../../errors.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { LongOptions } from "../../types.ts";
import type { ClipInspection } from "./inspect-clip.ts";

/**
 * One inspection per path, in order. `threads` 1 and up. A file that brings a thread down is `decoder_crashed`, and the thread is replaced.
 * Rejects when a thread cannot start; InterruptedError.
 */
export async function inspectClips(
	paths: readonly string[],
	options: LongOptions & { readonly threads: number },
): Promise<ClipInspection[]> {
	const { threads, signal, onProgress } = options;
	const inspections = new Array<ClipInspection>(paths.length);
	let next = 0;
	let done = 0;
	const work = async (): Promise<void> => {
		let worker = await startWorker();
		try {
			while (next < paths.length) {
				throwIfInterrupted(signal);
				const index = next;
				next += 1;
				const path = paths[index] ?? "";
				const reply = await ask(worker, path);
				if (reply instanceof Error) {
					inspections[index] = {
						status: "unusable",
						code: "decoder_crashed",
						message: `${path} crashed the decoder: ${reply.message}`,
					};
					worker = await startWorker();
				} else inspections[index] = reply;
				done += 1;
				onProgress?.({ stage: "check clips", done, total: paths.length });
			}
		} finally {
			await worker.terminate();
		}
	};
	const workers = Array.from(
		{ length: Math.max(1, Math.min(threads, paths.length)) },
		work,
	);
	// All of them end before anything is thrown: a thread left behind would keep the process alive.
	const outcomes = await Promise.allSettled(workers);
	const failed = outcomes.find((outcome) => outcome.status === "rejected");
	if (failed !== undefined) throw failed.reason;
	return inspections;
}

async function startWorker(): Promise<Worker> {
	const worker = new Worker(workerUrl("./inspect-worker.js", import.meta.url), {
		execArgv: [],
	});
	await once(worker, "message");
	return worker;
}

function ask(worker: Worker, path: string): Promise<ClipInspection | Error> {
	return new Promise((resolve) => {
		const settle = (reply: ClipInspection | Error): void => {
			worker.off("message", settle);
			worker.off("error", settle);
			worker.off("exit", ended);
			resolve(reply);
		};
		const ended = (code: number): void =>
			settle(new Error(`the thread ended with code ${code}`));
		worker.on("message", settle);
		worker.on("error", settle);
		worker.on("exit", ended);
		worker.postMessage(path);
	});
}
