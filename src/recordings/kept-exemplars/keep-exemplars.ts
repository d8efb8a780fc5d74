/** Keeps the exemplars of a recording beside its layers while these are written: a thread of its own ranks a layer while the next one is put together. */
import { Worker } from "node:worker_threads";
import { StoreError } from "../../errors.ts";
import { workerUrl } from "../../shared/worker-url.ts";
import type { KeepReply, KeepRequest } from "./keep-worker.ts";

export type ExemplarKeeper = {
	/** Takes a layer file that is whole. */
	add(path: string): void;
	/** Resolves when all that were added are done. Rejects with StoreError `exemplars_unwritable`. */
	finish(): Promise<void>;
	/** Ends the thread, whatever it is at. */
	close(): Promise<void>;
};

/** Memory for short-lived objects: activations lie outside of it. */
const YOUNG_GENERATION_MB = 6;

export function openExemplarKeeper(): ExemplarKeeper {
	let worker: Worker | undefined;
	let left = 0;
	let failure: string | undefined;
	let wake: () => void = () => {};
	const fail = (reason: string): void => {
		failure ??= reason;
		wake();
	};
	const start = (): Worker => {
		const thread = new Worker(workerUrl("./keep-worker.js", import.meta.url), {
			execArgv: [],
			resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
		});
		thread.on("message", ({ error }: KeepReply) => {
			left -= 1;
			if (error === null) wake();
			else fail(error);
		});
		thread.on("error", (error) => fail(String(error)));
		thread.on("exit", (code) =>
			fail(`the thread that ranks clips ended with code ${code}`),
		);
		return thread;
	};
	return {
		add(path) {
			worker ??= start();
			left += 1;
			worker.postMessage({ path } satisfies KeepRequest);
		},
		async finish() {
			while (left > 0 && failure === undefined)
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			if (failure !== undefined)
				throw new StoreError(
					`the exemplars of the recording cannot be kept: ${failure}`,
					{
						code: "exemplars_unwritable",
						hint: "Run the same command again; what was recorded is kept.",
					},
				);
		},
		async close() {
			await worker?.terminate();
		},
	};
}
