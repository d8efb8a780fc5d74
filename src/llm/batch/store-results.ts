/** Stores the results of one batch as they arrive: each a call with what it is charged, before anything is done with it. */
import { LanguageModelError, toErrorRecord } from "../../errors.ts";
import type {
	BatchRequest,
	BatchResult,
	OnProgress,
	OpenBatch,
	UnansweredReason,
} from "../../types.ts";
import { callError, factsOf } from "../ask-errors.ts";
import { costOf, type Prices } from "../prices.ts";
import { usedBy } from "../token-estimate.ts";
import type { BatchApi, RemoteBatch, RemoteResult } from "./port.ts";

/** What storing results needs of a store; all methods commit before they return. */
export type BatchResultStore = {
	endBatch(
		id: string,
		end: { readonly status: string; readonly rest: UnansweredReason },
	): number;
	openBatchRequest(id: string, customId: string): BatchRequest | undefined;
	storeBatchResults(id: string, results: readonly BatchResult[]): number;
};

/** Results per transaction: what a kill loses is fetched again. */
const BLOCK = 20;

/** Replies stored, calls that failed, and requests without a reply by reason. */
export type Counts = {
	answered: number;
	failed: number;
	unanswered: Partial<Record<UnansweredReason, number>>;
};

export function newCounts(): Counts {
	return { answered: 0, failed: 0, unanswered: {} };
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
	const seen = new Set<string>();
	try {
		if (remote.refused === null)
			for await (const result of batches.results(remote, signal)) {
				if (seen.has(result.customId)) continue;
				const request = store.openBatchRequest(batch.id, result.customId);
				// Another batch's, or stored before an interruption.
				if (request === undefined) continue;
				seen.add(result.customId);
				block.push(toStore(result, request, batch, prices));
				if (block.length >= BLOCK) flush();
			}
	} finally {
		flush();
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

function toStore(
	result: RemoteResult,
	request: BatchRequest,
	batch: OpenBatch,
	prices: Prices,
): BatchResult {
	const { customId } = result;
	if ("unanswered" in result)
		return { customId, unanswered: result.unanswered };
	const { answer } = result;
	const { key, operation, sampleIndex, worst } = request;
	const { provider, baseUrl, model } = batch;
	const used = usedBy(answer, worst);
	const { price } = prices.of(batch);
	return {
		customId,
		record: {
			key,
			operation,
			provider,
			baseUrl,
			model,
			request: request.request,
			sampleIndex,
			outcome: answer.outcome,
			reply: answer.text,
			finishReason: answer.finishReason,
			requestId: answer.requestId,
			httpStatus: answer.httpStatus,
			inputTokens: answer.usage.inputTokens,
			outputTokens: answer.usage.outputTokens,
			error:
				answer.failure === null
					? null
					: toErrorRecord(
							callError(
								answer.failure,
								{
									call: { operation },
									key,
									identity: { provider, baseUrl, model },
								},
								factsOf(answer),
							),
						),
		},
		charge:
			batch.run === null
				? undefined
				: {
						run: batch.run,
						inputTokens: used.input,
						outputTokens: used.output,
						estimated: used.estimated,
						usd: price === null ? null : costOf(price, used, { batch: true }),
					},
	};
}
