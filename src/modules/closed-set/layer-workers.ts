/** Worker threads that score layers, one layer after the other. */
import { Worker } from "node:worker_threads";
import { DataError, DissectionError } from "../../errors.ts";
import {
	createSessionState,
	guardExit,
	markClosing,
} from "../../onnx/exit-guard.ts";
import { defaultThreads } from "../../shared/threads.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { ErrorRecord } from "../../types.ts";
import type {
	ClosedSetReply,
	ClosedSetRequest,
	ClosedSetWorkerData,
} from "./closed-set-worker.ts";
import type { LayerPlan } from "./layer-plan.ts";
import type { LayerJob, LayerReply } from "./layer-thread.ts";

/** Jobs given to a thread: the one it is at, and the next, so that it need not wait for it. */
const JOBS_AHEAD = 2;

/** Does the jobs of a layer, several at a time. */
export type LayerRunner = {
	/** Threads. */
	readonly size: number;
	/** Waits for a free thread. Rejects with what the job throws. */
	run(job: LayerJob): Promise<LayerReply>;
	/** Makes every job that is not done reject. */
	fail(error: unknown): void;
	/** The layer is done with; what is under way is cut short. */
	end(): void;
};

/** Threads for `identifyClosedSet`, so that they are started once and not for every layer. */
export type ClosedSetWorkers = {
	readonly threads: number;
	/** For one layer at a time, by `size` of the threads. */
	startLayer(plan: LayerPlan, size: number): LayerRunner;
	/** Ends the threads after what they are at. */
	close(): Promise<void>;
};

type Job = {
	readonly job: LayerJob;
	readonly resolve: (reply: LayerReply) => void;
	readonly reject: (error: unknown) => void;
};

/**
 * Starts worker threads for module A. `threads`: 1 and up, default: the machine's cores, at most 8. Throws RangeError for another number.
 *
 * @example
 * const workers = openClosedSetWorkers();
 * for (const path of layers) for await (const { unit, result } of identifyClosedSet({ activations: { path }, workers, ... })) ...
 * await workers.close();
 */
export function openClosedSetWorkers(
	options: { readonly threads?: number | undefined } = {},
): ClosedSetWorkers {
	const threads = requireThreads(options.threads);
	let broken: { readonly error: unknown } | undefined;
	let current: LayerRunner & { advance(): void };
	const workers = Array.from({ length: threads }, () =>
		startWorker({
			idle: () => current?.advance(),
			broken: (error) => {
				broken ??= { error };
				current?.fail(error);
			},
		}),
	);
	return {
		threads,
		startLayer: (plan, size) => {
			current = startRunner(plan, workers.slice(0, size));
			if (broken !== undefined) current.fail(broken.error);
			return current;
		},
		close: async () => {
			await Promise.all(workers.map((worker) => worker.close()));
		},
	};
}

/** The number asked for, or the default. Throws RangeError for anything but an integer from 1 up. */
export function requireThreads(threads = defaultThreads()): number {
	if (!Number.isInteger(threads) || threads < 1)
		throw new RangeError(
			`Expected \`threads\` to be an integer from 1 up, got \`${threads}\``,
		);
	return threads;
}

type RunningWorker = ReturnType<typeof startWorker>;

function startRunner(
	plan: LayerPlan,
	workers: readonly RunningWorker[],
): LayerRunner & { advance(): void } {
	const waiting: Job[] = [];
	let failure: { readonly error: unknown } | undefined;
	const cancelled = new Int32Array(new SharedArrayBuffer(4));
	for (const [index, worker] of workers.entries())
		worker.open({ plan, index, cancelled });
	const advance = (): void => {
		while (waiting.length > 0) {
			// The least busy first, so that every thread has something to do.
			const worker = workers.reduce((a, b) => (b.jobs() < a.jobs() ? b : a));
			if (worker.jobs() >= JOBS_AHEAD) return;
			worker.start(waiting.shift() as Job);
		}
	};
	return {
		size: workers.length,
		run: (job) =>
			new Promise((resolve, reject) => {
				if (failure !== undefined) return reject(failure.error);
				waiting.push({ job, resolve, reject });
				advance();
			}),
		fail: (error) => {
			failure ??= { error };
			for (const { reject } of waiting.splice(0)) reject(failure.error);
			for (const worker of workers) worker.drop(failure.error);
		},
		end: () => {
			Atomics.store(cancelled, 0, 1);
			waiting.length = 0;
		},
		advance,
	};
}

function startWorker(on: {
	readonly idle: () => void;
	readonly broken: (error: unknown) => void;
}) {
	const state = createSessionState();
	const worker = new Worker(
		workerUrl("./closed-set-worker.js", import.meta.url),
		{
			workerData: { state } satisfies ClosedSetWorkerData,
			// What a block leaves behind is collected soon: the blocks of a layer are many.
			resourceLimits: { maxYoungGenerationSizeMb: 4 },
		},
	);
	const unguard = guardExit(state);
	const exited = new Promise((resolve) => worker.once("exit", resolve));
	/** Answered in the order given. */
	const given: Job[] = [];
	worker.on("message", (reply: ClosedSetReply) => {
		const done = given.shift();
		if ("error" in reply) done?.reject(toError(reply.error));
		// Of a layer that nobody waits for any more.
		else if (reply.kind !== "dropped") done?.resolve(reply);
		on.idle();
	});
	worker.on("error", (cause) =>
		on.broken(
			new DissectionError(
				`closed-set identification stopped: ${cause.message}`,
				{
					code: "closed_set_stopped",
					hint: "Run the same command again, with less else in memory.",
					cause,
				},
			),
		),
	);
	const post = (request: ClosedSetRequest): void => worker.postMessage(request);
	return {
		open: (open: Extract<ClosedSetRequest, { kind: "open" }>["open"]) =>
			post({ kind: "open", open }),
		jobs: () => given.length,
		start: (job: Job) => {
			given.push(job);
			post(job.job);
		},
		drop: (error: unknown) => {
			for (const { reject } of given) reject(error);
		},
		close: async () => {
			markClosing(state);
			post({ kind: "close" });
			await exited;
			unguard();
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
