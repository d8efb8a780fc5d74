/** A few worker threads that turn clips into features ahead of inference. */
import { Worker } from "node:worker_threads";
import { workerUrl } from "../shared/worker-url.ts";
import type { ClipReply, ClipRequest, ClipWorkerReady } from "./clip-worker.ts";

export type ClipPool = {
	/**
	 * Resolves for bad clips too (`excluded`); a worker that dies over a clip excludes it and is replaced. Rejects when a
	 * worker cannot even start.
	 */
	prepare(request: ClipRequest): Promise<ClipReply>;
	close(): Promise<void>;
};

type Job = {
	readonly request: ClipRequest;
	readonly resolve: (reply: ClipReply) => void;
	readonly reject: (error: Error) => void;
};

/**
 * Memory for short-lived objects of each thread. Audio and features lie outside of it; with V8's own limit (48 MB) every thread grows to that in time.
 */
const YOUNG_GENERATION_MB = 6;

/** `size`: threads, 1 and up. */
export function openClipPool(size: number): ClipPool {
	const waiting: Job[] = [];
	const idle: Worker[] = [];
	const all = new Set<Worker>();
	const current = new Map<Worker, Job>();

	const start = (): Worker => {
		const worker = new Worker(workerUrl("./clip-worker.js", import.meta.url), {
			execArgv: [],
			resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
		});
		all.add(worker);
		let ready = false;
		worker.on("message", (reply: ClipReply | ClipWorkerReady) => {
			if (reply === "ready") {
				ready = true;
				return;
			}
			const job = current.get(worker);
			current.delete(worker);
			idle.push(worker);
			job?.resolve(reply);
			dispatch();
		});
		const ended = (error: Error): void => {
			if (!all.delete(worker)) return;
			const job = current.get(worker);
			current.delete(worker);
			if (!ready) {
				job?.reject(error);
				return;
			}
			job?.resolve({
				status: "excluded",
				code: "decoder_crashed",
				message: `${job.request.path} crashed the decoder: ${error.message}`,
			});
			if (waiting.length > 0) idle.push(start());
			dispatch();
		};
		worker.on("error", ended);
		worker.on("exit", (code) =>
			ended(new Error(`its thread ended with code ${code}`)),
		);
		return worker;
	};

	const dispatch = (): void => {
		while (waiting.length > 0) {
			const worker = idle.pop() ?? (all.size < size ? start() : undefined);
			if (worker === undefined) return;
			const job = waiting.shift() as Job;
			current.set(worker, job);
			worker.postMessage(job.request);
		}
	};

	return {
		prepare: (request) =>
			new Promise((resolve, reject) => {
				waiting.push({ request, resolve, reject });
				dispatch();
			}),
		close: async () => {
			const workers = [...all];
			all.clear();
			await Promise.all(workers.map((worker) => worker.terminate()));
		},
	};
}
