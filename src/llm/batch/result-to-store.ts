/** A result of a batch as it is stored: the call it is, and what its run is charged. */
import { toErrorRecord } from "../../errors.ts";
import type { BatchRequest, BatchResult, OpenBatch } from "../../types.ts";
import { callError, factsOf } from "../ask-errors.ts";
import { costOf, type Prices } from "../prices.ts";
import { usedBy } from "../token-estimate.ts";
import type { RemoteResult } from "./port.ts";

/** What the provider does not say of its use counts as the most it can be; a request without an answer costs nothing. */
export function resultToStore(
	result: Exclude<RemoteResult, { readonly customId: null }>,
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
						cachedTokens: used.cached,
						cacheWriteTokens: used.cacheWrite,
						audioTokens: used.audio,
						estimated: used.estimated,
						batch: true,
						usd: price === null ? null : costOf(price, used, { batch: true }),
					},
	};
}
