/** What a call that was put into a batch stands at, for those who ask for its reply. */
import {
	CallDeferredError,
	type DissectionError,
	LanguageModelError,
} from "../../errors.ts";
import type { BatchStanding } from "../../types.ts";
import { recordedFailure } from "../replay.ts";

/**
 * When calls are asked again. `online` and `submit`: whatever came of them. `poll`: only those that never were sent; what failed has
 * failed, and what the provider did not come to waits for the next submission.
 */
export type BatchMode = "online" | "submit" | "poll";

/**
 * The `standing` of an asker: calls in open batches wait, in every mode, so that none is paid for twice. With `poll`, a call whose result
 * is a failure fails with it, as it would online.
 */
export function batchStandings(
	store: { batchStanding(key: string): BatchStanding | null },
	mode: BatchMode,
): (key: string) => DissectionError | null {
	return (key) => {
		const standing = store.batchStanding(key);
		if (standing === null) return null;
		if (standing.state === "open")
			return new CallDeferredError(
				key,
				"the call is in a batch and has no reply yet",
			);
		if (mode !== "poll") return null;
		if (standing.state === "unanswered")
			return standing.reason === "not_sent"
				? null
				: new CallDeferredError(
						key,
						`the call was in a batch and has no reply (${standing.reason}): it has to be submitted again`,
					);
		return failure(key, standing);
	};
}

function failure(
	key: string,
	{ error, callId }: Extract<BatchStanding, { state: "failed" }>,
): LanguageModelError {
	if (error === null)
		return new LanguageModelError(
			"the reply that came in a batch is invalid and was rejected",
			{
				code: "reply_invalid",
				hint: "Submit it again with --batch, or try a larger model.",
				evidence: { callKey: key, callIds: [callId] },
			},
		);
	return recordedFailure(error, callId);
}
