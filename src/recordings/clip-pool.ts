/** A few worker threads that turn clips into features ahead of inference. */
import { Worker } from "node:worker_threads";
import { workerUrl } from "../shared/worker-url.ts";
import type { ClipReply, ClipRequest, ClipWorkerReady } from "./clip-worker.ts";

/** Code of a failure that is none of ours, as toErrorRecord gives it. */
const UNFORESEEN = "unexpected";

export type ClipPool = {
	/**
	 * Resolves for bad clips too (`excluded`). A clip over which a worker dies or fails in a way nobody foresaw is tried once more, in a new worker: memory
	 * that ran out may be there again. Rejects when a worker cannot even start.
	 */
	prepare(request: ClipRequest): Promise<ClipReply>;
	close(): Promise<void>;
};

type Job = {
	readonly request: ClipRequest;
	readonly resolve: (reply: ClipReply) => void;
	readonly reject: (error: Error) => void;
	/** It has failed before. */
	readonly again: boolean;
};

/**
 * Memory for short-lived objects of each thread. Audio and features lie outside of it; with V8's own limit (48 MB) every thread grows to that in time.
 */
const YOUNG_GENERATION_MB = 6;

/** `size`: threads, 1 and up. `script`: what they run. */
export function openClipPool(
	size: number,
	script: URL = workerUrl("./clip-worker.js", import.meta.url),
): ClipPool {
	const waiting: Job[] = [];
	const idle: Worker[] = [];
	const all = new Set<Worker>();
	const current = new Map<Worker, Job>();

	const start = (): Worker => {
		const worker = new Worker(script, {
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
			if (job !== undefined && !job.again && isUnforeseen(reply)) {
				// What it holds may be why.
				all.delete(worker);
				void worker.terminate();
				waiting.unshift({ ...job, again: true });
			} else {
				idle.push(worker);
				job?.resolve(reply);
			}
			dispatch();
		});
		const ended = (error: Error): void => {
			if (!all.delete(worker)) return;
			const place = idle.indexOf(worker);
			if (place >= 0) idle.splice(place, 1);
			const job = current.get(worker);
			current.delete(worker);
			if (!ready) {
				job?.reject(error);
				return;
			}
			if (job?.again)
				job.resolve({
					status: "excluded",
					code: "decoder_crashed",
					message: `${job.request.path} crashed the decoder twice: ${error.message}`,
				});
			else if (job !== undefined) waiting.unshift({ ...job, again: true });
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
				waiting.push({ request, resolve, reject, again: false });
				dispatch();
			}),
		close: async () => {
			const workers = [...all];
			all.clear();
			await Promise.all(workers.map((worker) => worker.terminate()));
		},
	};
}

/** Not a verdict about the clip's bytes. */
function isUnforeseen(reply: ClipReply): boolean {
	return reply.status === "excluded" && reply.code === UNFORESEEN;
}
