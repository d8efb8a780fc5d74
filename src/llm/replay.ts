/** What a replay has of a call that is served to nobody else: how it ended, so that a replayed run fails where the recorded one failed. */
import { LanguageModelError } from "../errors.ts";
import type { ErrorRecord } from "../types.ts";
import { replayMiss } from "./ask-errors.ts";
import type { Call, CallStore } from "./calls.ts";
import type { ModelIdentity } from "./provider.ts";

/**
 * The reply, when the newest request was answered and its reply rejected: it is read once more, and rejected for the same reason. Throws
 * LanguageModelError: the recorded failure, or `replay_miss` when the call was never asked.
 */
export function replayCall({
	call,
	key,
	identity,
	calls,
}: {
	readonly call: Call;
	readonly key: string;
	readonly identity: ModelIdentity;
	readonly calls: CallStore;
}): { readonly id: number; readonly reply: string; readonly cached: boolean } {
	const recorded = calls.findRecorded?.(key);
	if (recorded === undefined) throw replayMiss(call, key, identity);
	const { id, outcome, reply, error } = recorded;
	if (outcome === "ok" && reply !== null) return { id, reply, cached: true };
	throw recordedFailure(
		error ?? {
			name: "LanguageModelError",
			code: `reply_${outcome}`,
			message: `the recorded ${call.operation} call of ${identity.provider} model "${identity.model}" ended as ${outcome}`,
		},
		id,
	);
}

/** A stored failure as the error it was. It concerns one call: what it said about others, they have met themselves. */
export function recordedFailure(
	{ message, code, hint, evidence }: ErrorRecord,
	callId: number,
): LanguageModelError {
	return new LanguageModelError(message, {
		code,
		hint,
		evidence: { ...evidence, reach: "this_call", callIds: [callId] },
	});
}
