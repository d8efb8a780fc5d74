/** Stores the results of one batch as they arrive: each a call with what it is charged, before anything is done with it. */
import { LanguageModelError } from "../../errors.ts";
import { hashJson } from "../../shared/hash.ts";
import type {
	BatchMethods,
	BatchResult,
	OnProgress,
	OpenBatch,
	UnansweredReason,
} from "../../types.ts";
import type { Prices } from "../prices.ts";
import { shorten } from "../provider.ts";
import type { BatchApi, RemoteBatch } from "./port.ts";
import { resultToStore } from "./result-to-store.ts";

/** What storing results needs of a store. */
export type BatchResultStore = Pick<
	BatchMethods,
	| "endBatch"
	| "openBatchRequest"
	| "hasBatchRequest"
	| "keepBatchStray"
	| "storeBatchResults"
>;

/** Results per transaction: what a kill loses is fetched again. */
const BLOCK = 20;

/** Times the results are downloaded at most, as long as each brings more than the one before. */
const DOWNLOADS = 3;

/** Replies stored, calls that failed, and requests without a reply by reason. */
export type Counts = {
	answered: number;
	failed: number;
	unanswered: Partial<Record<UnansweredReason, number>>;
	/** Lines of the results that are the result of none of the requests, and the first of them; they are kept. */
	strays: number;
	stray: string | null;
};

export function newCounts(): Counts {
	return { answered: 0, failed: 0, unanswered: {}, strays: 0, stray: null };
}

/**
 * Stores what the provider has of an ended batch, and ends it. `counts` is kept up to date, also when it throws: LanguageModelError
 * `batch_results_cut`, `batch_refused`, and as `look`; InterruptedError; what the store throws.
 */
export async function storeResults(
	of: {
		readonly batch: OpenBatch;
		readonly remote: RemoteBatch;
		readonly batches: BatchApi;
		readonly counts: Counts;
	},
	{
		store,
		prices,
		signal,
		onProgress,
	}: {
		readonly store: BatchResultStore;
		readonly prices: Prices;
		readonly signal: AbortSignal;
		readonly onProgress?: OnProgress | undefined;
	},
): Promise<void> {
	const { batch, remote, batches, counts } = of;
	let block: BatchResult[] = [];
	let done = batch.requests - batch.open;
	const keep = (line: string): void => {
		if (!store.keepBatchStray(batch.id, line)) return;
		counts.strays += 1;
		counts.stray ??= shorten(line, 200);
	};
	const flush = (): void => {
		const results = block;
		block = [];
		if (results.length === 0) return;
		store.storeBatchResults(batch.id, results);
		done += results.length;
		for (const result of results) {
			if ("unanswered" in result) add(counts, result.unanswered, 1);
			else if (result.record.outcome === "ok") counts.answered += 1;
			else counts.failed += 1;
		}
		onProgress?.({ stage: "batch results", done, total: batch.requests });
	};
	/** Each request's line of this download; one that says something else is kept as a stray. */
	const download = async (): Promise<void> => {
		const seen = new Map<string, string>();
		try {
			for await (const result of batches.results(remote, signal)) {
				const { line, customId } = result;
				if (customId === null) {
					keep(line);
					continue;
				}
				const said = hashJson(line);
				const before = seen.get(customId);
				seen.set(customId, before ?? said);
				const request =
					before === undefined
						? store.openBatchRequest(batch.id, customId)
						: undefined;
				if (request !== undefined) {
					block.push(resultToStore(result, request, batch, prices));
					if (block.length >= BLOCK) flush();
				} else if (
					before === undefined
						? !store.hasBatchRequest(batch.id, customId)
						: before !== said
				)
					keep(line);
			}
		} finally {
			flush();
		}
	};
	if (remote.refused === null)
		for (let times = 1; times <= DOWNLOADS; times += 1) {
			const before = done;
			try {
				await download();
				// What a whole file leaves out, it may have left out because it was cut between two lines.
				if (remote.rest !== "lost" || done >= batch.requests) break;
			} catch (error) {
				const goOn =
					error instanceof LanguageModelError &&
					error.code === "batch_results_cut" &&
					done > before &&
					times < DOWNLOADS;
				if (!goOn) throw error;
			}
		}
	const { status, rest, refused } = remote;
	add(
		counts,
		rest,
		store.endBatch(batch.id, {
			status: refused === null ? status : `${status}: ${refused}`,
			rest,
		}),
	);
	if (refused !== null) throw refusal(batch, refused);
}

function add(counts: Counts, reason: UnansweredReason, more: number): void {
	if (more > 0)
		counts.unanswered[reason] = (counts.unanswered[reason] ?? 0) + more;
}

function refusal(batch: OpenBatch, reason: string): LanguageModelError {
	return new LanguageModelError(
		`${batch.provider} at ${batch.baseUrl} refused a batch of ${batch.requests} requests: ${reason}`,
		{
			code: "batch_refused",
			hint: "Nothing of it was paid for. Check that the model can be asked in batches, then submit again with --batch.",
		},
	);
}
