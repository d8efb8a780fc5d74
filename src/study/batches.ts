/** A dissection in batches: what an interruption left is looked for, results are fetched, the stages go on, what they wait for is submitted. */
import { setMaxListeners } from "node:events";
import type { Config } from "../config/config.ts";
import type { Writer } from "../dissect/context.ts";
import type { DeferredCalls } from "../dissect/dry-run-calls.ts";
import type { DissectResult } from "../dissect.ts";
import {
	type BatchReport,
	type BatchServer,
	fetchBatches,
} from "../llm/batch/fetch.ts";
import { type SubmitResult, submitBatches } from "../llm/batch/submit.ts";
import { loadPrices } from "../llm/prices.ts";
import type { Store } from "../store/store.ts";
import type { LongOptions, OpenBatch } from "../types.ts";

export type DissectInBatchesOptions = LongOptions & {
	readonly config: Config;
	/** Of a study that was opened with `batch` and with `deferred.defer`. */
	readonly store: Store;
	readonly batchServers: readonly BatchServer[];
	readonly writer: Writer;
	readonly deferred: DeferredCalls;
	/** Results are fetched first, and what failed is not asked again. Else all that is not in an open batch is submitted. */
	readonly poll: boolean;
	/** `dissect` of the study. */
	readonly dissect: () => Promise<DissectResult>;
};

export type DissectedInBatches = {
	/** Batches that were open before. */
	readonly fetched: readonly BatchReport[];
	readonly submitted: SubmitResult["batches"];
	/** Open now. */
	readonly open: readonly OpenBatch[];
	/** Calls that the budget has no room for. */
	readonly beyondBudget: number;
	/** Null: nothing has changed since the last time, so no stage was begun. */
	readonly dissected: DissectResult | null;
};

/**
 * One step of a dissection in batches; the same call again goes on wherever it was interrupted, and submits nothing twice. Throws StoreError
 * `batches_locked`; LanguageModelError `batch_unconfirmed` and others when a batch could not be submitted; InterruptedError; and what
 * `dissect` throws.
 */
export async function dissectInBatches(
	options: DissectInBatchesOptions,
): Promise<DissectedInBatches> {
	const { config, store, batchServers, deferred, poll, onProgress } = options;
	const signal = options.signal ?? new AbortController().signal;
	// The SDKs leave a listener for each request; Node takes more than ten for a leak.
	setMaxListeners(0, signal);
	const release = store.lockBatches();
	try {
		const prices = await loadPrices(config.prices);
		const fetched = await fetchBatches({
			store,
			servers: batchServers,
			prices,
			results: poll,
			signal,
			onProgress,
		});
		// Batches of another config's model are not what this run waits for.
		const own = fetched.filter(
			({ problem }) => problem?.code !== "batch_of_other_model",
		);
		if (poll && own.length > 0 && own.every(isUnchanged))
			return {
				fetched,
				submitted: [],
				open: store.openBatches(),
				beyondBudget: 0,
				dissected: null,
			};
		const dissected = await options.dissect();
		const { batches, beyondBudget } = await submitBatches({
			calls: deferred.take(),
			store,
			run: dissected.run,
			budget: config.budget,
			spent: options.writer?.ledger?.spent() ?? { usd: 0, tokens: 0, calls: 0 },
			prices,
			signal,
		});
		return {
			fetched,
			submitted: batches,
			open: store.openBatches(),
			beyondBudget,
			dissected,
		};
	} finally {
		release();
	}
}

function isUnchanged(report: BatchReport): boolean {
	const stored =
		report.answered +
		report.failed +
		Object.values(report.unanswered).reduce((sum, count) => sum + count, 0);
	return (
		stored === 0 && (report.state === "waiting" || report.state === "problem")
	);
}
