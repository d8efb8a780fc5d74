/** One exchange: a call, the check of its reply, and the one question that follows a reply that cannot be used. */
import { LanguageModelError } from "../errors.ts";
import type { Asker } from "./ask.ts";
import type { Call, CallStore } from "./calls.ts";
import type { Answer } from "./port.ts";
import { type ModelIdentity, shorten } from "./provider.ts";
import { type Reading, reAskMessages } from "./reply.ts";

/** How a reply is read; the same for every caller whose call has the same key. */
export type Reader<T> = (text: string) => Reading<T>;

/** A reply that passed the check, as text: each of the joined callers reads it again. */
export type Accepted = Pick<Answer<never>, "callIds" | "cached"> & {
	readonly text: string;
};

/** Codes that a second try with the same words would meet again. */
const settled = new Set([
	"reply_refused",
	"reply_truncated",
	"reply_filtered",
	"reply_empty",
]);

/**
 * Asks, reads, and asks once more when the reply cannot be used; never when log-probabilities were asked for, which have no words to
 * correct. Throws LanguageModelError `reply_invalid` (both calls are not served again), and what `asker` throws.
 */
export async function exchange(options: {
	readonly call: Call;
	/** Of `call`. */
	readonly key: string;
	readonly read: Reader<unknown>;
	/** What the second question asks for. */
	readonly wanted: "json" | "text";
	readonly asker: Asker;
	readonly calls: CallStore;
	readonly identity: ModelIdentity;
	readonly signal: AbortSignal;
}): Promise<Accepted> {
	const { call, key, read, asker, calls, signal } = options;
	const first = await asker.ask(call, signal, key);
	const checked = read(first.reply);
	if (!("problem" in checked))
		return { text: first.reply, callIds: [first.id], cached: first.cached };
	if (call.ranked !== undefined)
		throw invalid(options, [first.id], [checked.problem], first.reply);
	const again: Call = {
		...call,
		messages: reAskMessages(
			call.messages,
			first.reply,
			checked.problem,
			options.wanted,
			call.format === "schema" ? null : call.schema.json,
		),
	};
	const second = await asker.ask(again, signal).catch((error: unknown) => {
		throw afterFirst(error, first.id, checked.problem, calls);
	});
	const rechecked = read(second.reply);
	const callIds = [first.id, second.id];
	if (!("problem" in rechecked))
		return {
			text: second.reply,
			callIds,
			cached: first.cached && second.cached,
		};
	throw invalid(
		options,
		callIds,
		[checked.problem, rechecked.problem],
		second.reply,
	);
}

/** The error of replies that cannot be used; they are not served again. */
function invalid(
	{ call, key, calls, identity }: Parameters<typeof exchange>[0],
	callIds: readonly number[],
	problems: readonly string[],
	text: string,
): LanguageModelError {
	const last = problems.at(-1) ?? "";
	const twice = problems.length > 1;
	calls.rejectCalls(callIds, `invalid${twice ? " twice" : ""}: ${last}`);
	return new LanguageModelError(
		twice
			? `two replies of ${identity.provider} model "${identity.model}" to a ${call.operation} request are invalid: expected JSON that fits the schema "${call.schema.name}"; of the second, ${last}`
			: `the reply of ${identity.provider} model "${identity.model}" to a ${call.operation} request is invalid: expected a log-probability for each option; ${last}`,
		{
			code: "reply_invalid",
			hint: "Try a larger model, or a server that enforces JSON schemas; the next run asks again.",
			evidence: {
				provider: identity.provider,
				model: identity.model,
				baseUrl: identity.baseUrl,
				operation: call.operation,
				callKey: key,
				callIds,
				problems,
				text: shorten(text, 2000),
			},
		},
	);
}

/** What to throw when the second try failed. When its outcome would come again, the first reply is no longer served either, so that the next run starts the exchange anew. */
function afterFirst(
	error: unknown,
	firstId: number,
	problem: string,
	calls: CallStore,
): unknown {
	if (!(error instanceof LanguageModelError)) return error;
	if (settled.has(error.code))
		calls.rejectCalls(
			[firstId],
			`invalid (${problem}), and the second try ended as ${error.code}`,
		);
	const later = error.evidence?.callIds;
	return new LanguageModelError(error.message, {
		code: error.code,
		hint: error.hint,
		cause: error.cause,
		evidence: {
			...error.evidence,
			callIds: [firstId, ...(Array.isArray(later) ? later : [])],
			problems: [problem],
		},
	});
}
