/** One call: served from the store, or sent within the concurrency limit and committed before anything else is done with it. */
import PQueue from "p-queue";
import {
	CallDeferredError,
	InterruptedError,
	LanguageModelError,
	throwIfInterrupted,
	toErrorRecord,
} from "../errors.ts";
import { type CallStore, callKey, type ReplySchema } from "./calls.ts";
import { createFailFast } from "./fail-fast.ts";
import type { Message } from "./port.ts";
import {
	type Failure,
	type ModelIdentity,
	type Provider,
	type ProviderAnswer,
	shorten,
} from "./provider.ts";
import type { Scrub } from "./secrets.ts";

export type Call = {
	readonly operation: string;
	readonly messages: readonly Message[];
	readonly schema: ReplySchema;
	readonly sampleIndex: number;
	/** Options were offered by a schema enum; kept in the stored request. */
	readonly choose?: "schema" | undefined;
};

type CallReply = {
	readonly id: number;
	readonly reply: string;
	/** Served from the store. */
	readonly cached: boolean;
};

export type Asker = {
	keyOf(call: Call): string;
	/** Throws LanguageModelError (its row is in the store, its id in `evidence.callIds`), InterruptedError, or what the store throws. */
	ask(call: Call, signal: AbortSignal): Promise<CallReply>;
};

export type AskerOptions = {
	/** Null: recorded calls only; a call that is not there throws `replay_miss`. */
	readonly provider: Provider | null;
	/** Who the calls are keyed for; the provider itself, or the one that is replayed. */
	readonly identity: ModelIdentity;
	readonly calls: CallStore;
	/** Requests in flight, at least 1. */
	readonly concurrency: number;
	/** Milliseconds of a clock that only goes forward. */
	readonly elapsed: () => number;
	readonly scrub: Scrub;
	/** Given every call that the store cannot serve, in place of sending it; `ask` then throws CallDeferredError. Called once per key. */
	readonly defer?: ((deferred: DeferredCall) => void) | undefined;
};

/** A call that was put aside. */
export type DeferredCall = { readonly key: string; readonly call: Call };

/** Longest raw text kept in an error; the stored call has all of it. */
const evidenceCharacters = 2000;

export function createAsker(options: AskerOptions): Asker {
	const { provider, identity, calls, elapsed, scrub } = options;
	const queue = new PQueue({ concurrency: options.concurrency });
	const failFast = createFailFast();
	const deferred = new Set<string>();

	const keyOf = ({ operation, messages, schema, sampleIndex }: Call): string =>
		callKey({
			provider: identity.provider,
			baseUrl: identity.baseUrl,
			model: identity.model,
			parameters: identity.parameters,
			operation,
			messages,
			schema: schema.json,
			sampleIndex,
		});

	const errorOf = (
		failure: Failure,
		call: Call,
		key: string,
		facts: Readonly<Record<string, unknown>>,
	): LanguageModelError =>
		new LanguageModelError(failure.message, {
			code: failure.code,
			hint: failure.hint,
			cause: failure.cause,
			evidence: {
				provider: identity.provider,
				model: identity.model,
				baseUrl: identity.baseUrl,
				operation: call.operation,
				callKey: key,
				reach: failure.reach,
				...facts,
			},
		});

	const throwIfStopped = (call: Call, key: string): void => {
		const failure = failFast.stopped();
		if (failure !== null)
			throw errorOf(failure, call, key, { sent: false, callIds: [] });
	};

	const send = async (
		sender: Provider,
		call: Call,
		key: string,
		signal: AbortSignal,
	): Promise<CallReply> => {
		throwIfInterrupted(signal);
		throwIfStopped(call, key);
		const started = elapsed();
		const answer = await sender.ask(call, signal);
		const milliseconds = Math.round(elapsed() - started);
		const facts = factsOf(answer);
		const error =
			answer.failure === null
				? null
				: errorOf(answer.failure, call, key, facts);
		const id = calls.recordCall({
			key,
			operation: call.operation,
			provider: identity.provider,
			baseUrl: identity.baseUrl,
			model: identity.model,
			request: scrub.json({
				messages: call.messages.map(({ role, content }) => ({ role, content })),
				schema: call.schema.json,
				parameters: identity.parameters,
				...(call.choose === undefined ? {} : { choose: call.choose }),
			}),
			sampleIndex: call.sampleIndex,
			outcome: answer.outcome,
			reply: answer.text,
			finishReason: answer.finishReason,
			requestId: answer.requestId,
			httpStatus: answer.httpStatus,
			inputTokens: answer.usage.inputTokens,
			outputTokens: answer.usage.outputTokens,
			milliseconds,
			error: error === null ? null : toErrorRecord(error),
		});
		failFast.note(answer);
		if (answer.failure !== null)
			throw errorOf(answer.failure, call, key, { ...facts, callIds: [id] });
		return { id, reply: answer.text ?? "", cached: false };
	};

	return {
		keyOf,
		ask: async (call, signal) => {
			throwIfInterrupted(signal);
			const key = keyOf(call);
			const stored = calls.findCall(key);
			if (stored !== undefined)
				return { id: stored.id, reply: stored.reply, cached: true };
			if (options.defer !== undefined) {
				if (!deferred.has(key)) options.defer({ key, call });
				deferred.add(key);
				throw new CallDeferredError(key);
			}
			if (provider === null) throw replayMiss(call, key, identity);
			throwIfStopped(call, key);
			try {
				return await queue.add(() => send(provider, call, key, signal), {
					signal,
				});
			} catch (error) {
				if (signal.aborted && !(error instanceof InterruptedError))
					throw new InterruptedError(signal.reason);
				throw error;
			}
		},
	};
}

function factsOf(answer: ProviderAnswer): Readonly<Record<string, unknown>> {
	return {
		httpStatus: answer.httpStatus,
		requestId: answer.requestId,
		finishReason: answer.finishReason,
		inputTokens: answer.usage.inputTokens,
		outputTokens: answer.usage.outputTokens,
		text:
			answer.text === null ? null : shorten(answer.text, evidenceCharacters),
	};
}

function replayMiss(
	call: Call,
	key: string,
	identity: ModelIdentity,
): LanguageModelError {
	return new LanguageModelError(
		`this ${call.operation} call is not in the store: expected a recorded reply of ${identity.provider} model "${identity.model}" at ${identity.baseUrl} under key ${key.slice(0, 12)}, got none`,
		{
			code: "replay_miss",
			hint: "Replay serves recorded calls only: use the prompts, captions, model and parameters they were recorded with, or ask the provider.",
			evidence: {
				provider: identity.provider,
				model: identity.model,
				baseUrl: identity.baseUrl,
				operation: call.operation,
				callKey: key,
				callIds: [],
			},
		},
	);
}
