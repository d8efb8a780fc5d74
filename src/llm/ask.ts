/** One call: served from the store, or sent within the concurrency limit and committed before anything else is done with it. */
import {
	CallDeferredError,
	type DissectionError,
	InterruptedError,
	type LanguageModelError,
	throwIfInterrupted,
	toErrorRecord,
} from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import {
	audioUnsupported,
	callError,
	factsOf,
	withoutSecrets,
} from "./ask-errors.ts";
import type { BatchApi, BatchProvider } from "./batch/port.ts";
import { type Call, type CallStore, callKey, storedRequest } from "./calls.ts";
import { sendCharged } from "./charged-request.ts";
import { createFailFast } from "./fail-fast.ts";
import type { Account } from "./ledger.ts";
import type { Limiter } from "./limits.ts";
import type { Tokens } from "./prices.ts";
import type { Failure, ModelIdentity, Provider } from "./provider.ts";
import { createCallRecorder } from "./record-calls.ts";
import { replayCall } from "./replay.ts";
import type { Scrub } from "./secrets.ts";
import { worstCase } from "./token-estimate.ts";

type CallReply = {
	readonly id: number;
	readonly reply: string;
	/** Served from the store. */
	readonly cached: boolean;
};

export type Asker = {
	keyOf(call: Call): string;
	/** `key`: the call's, when it is known already. Throws LanguageModelError (its row is in the store, its id in `evidence.callIds`), InterruptedError, or what the store throws. */
	ask(call: Call, signal: AbortSignal, key?: string): Promise<CallReply>;
};

export type AskerOptions = {
	/** Null: recorded calls only; a call that is not there throws `replay_miss`. */
	readonly provider: BatchProvider | null;
	/** Who the calls are keyed for; the provider itself, or the one that is replayed. */
	readonly identity: ModelIdentity;
	readonly calls: CallStore;
	/** Of the server; shared by all models on it. */
	readonly limiter: Limiter;
	/** Most a reply can have, tokens. */
	readonly maxOutputTokens: number;
	/** Where the calls are charged; absent: nowhere, and no budget holds. */
	readonly account?: Account | undefined;
	/** Milliseconds of a clock that only goes forward. */
	readonly elapsed: () => number;
	readonly scrub: Scrub;
	/** Given every call that the store cannot serve, in place of sending it; `ask` then throws CallDeferredError. Called once per key. */
	readonly defer?: ((deferred: DeferredCall) => void) | undefined;
	/** What is put aside is sent in batches, whose replies are read as text: calls that need log-probabilities are sent at once all the same. */
	readonly inBatches?: boolean | undefined;
	/** What to throw in place of sending or putting aside a call that the store cannot serve: it waits in a batch, or ended badly in one. Null: nothing. */
	readonly standing?: ((key: string) => DissectionError | null) | undefined;
};

/** A call that was put aside. */
export type DeferredCall = {
	readonly key: string;
	readonly call: Call;
	readonly identity: ModelIdentity;
	/** What is stored of it. */
	readonly request: Json;
	/** How it can be sent in a batch; null: it cannot. */
	readonly batches: BatchApi | null;
	/** What it can use at most, tokens; the input is an estimate. */
	readonly worst: Tokens;
};

export function createAsker(options: AskerOptions): Asker {
	const { provider, identity, calls, elapsed, scrub, limiter, account } =
		options;
	const failFast = createFailFast();
	const record = createCallRecorder(calls);
	const deferred = new Set<string>();
	/** How many times the estimated input tokens this model has reported at most, from 1. */
	let denser = 1;

	const keyOf = (call: Call): string =>
		callKey({ ...identity, ...call, schema: call.schema.json });

	const errorOf = (
		failure: Failure,
		call: Call,
		key: string,
		facts: Readonly<Record<string, unknown>>,
	): LanguageModelError => callError(failure, { call, key, identity }, facts);

	const worstOf = (call: Call): Tokens =>
		worstCase(call, options.maxOutputTokens, account?.audioTokensPerSecond);

	const throwIfStopped = (call: Call, key: string): void => {
		const failure = failFast.stopped();
		if (failure !== null)
			throw errorOf(failure, call, key, { sent: false, callIds: [] });
		account?.throwIfReached(key);
	};

	const send = async (
		sender: Provider,
		call: Call,
		key: string,
		signal: AbortSignal,
	): Promise<CallReply> => {
		const estimate = worstOf(call);
		const scaled = (): Tokens => ({
			...estimate,
			input: Math.ceil(estimate.input * denser),
			...(estimate.audio === undefined
				? {}
				: { audio: Math.ceil(estimate.audio * denser) }),
		});
		const permit = await limiter.acquire(
			scaled().input + estimate.output,
			signal,
		);
		try {
			throwIfStopped(call, key);
		} catch (error) {
			permit.cancel();
			throw error;
		}
		const { answer, id } = await sendCharged({
			key,
			// Again: replies of meanwhile may have changed it.
			worst: scaled(),
			account,
			signal,
			elapsed,
			send: async (request) =>
				withoutSecrets(
					call.ranked === undefined || sender.rank === undefined
						? await sender.ask(call, request)
						: await sender.rank.ask({ ...call, ...call.ranked }, request),
					scrub,
				),
			note: (reply) => {
				denser = Math.max(
					denser,
					(reply.usage.inputTokens ?? 0) / estimate.input,
				);
				failFast.note(reply);
			},
			store: (reply, { milliseconds, charge, now }) => {
				const { failure } = reply;
				const error =
					failure === null ? null : errorOf(failure, call, key, factsOf(reply));
				const row = {
					key,
					operation: call.operation,
					provider: identity.provider,
					baseUrl: identity.baseUrl,
					model: identity.model,
					request: scrub.json(storedRequest(call, identity.parameters)),
					sampleIndex: call.sampleIndex,
					outcome: reply.outcome,
					reply: reply.text,
					finishReason: reply.finishReason,
					requestId: reply.requestId,
					httpStatus: reply.httpStatus,
					inputTokens: reply.usage.inputTokens,
					outputTokens: reply.usage.outputTokens,
					milliseconds,
					error: error === null ? null : toErrorRecord(error),
				};
				return now ? calls.recordCall(row, charge) : record(row, charge);
			},
			release: (used) => {
				if (used === null) permit.cancel();
				else permit.release(used.input + used.output);
			},
		});
		if (answer.failure !== null)
			throw errorOf(answer.failure, call, key, {
				...factsOf(answer),
				callIds: [id],
			});
		return { id, reply: answer.text ?? "", cached: false };
	};

	return {
		keyOf,
		ask: async (call, signal, key = keyOf(call)) => {
			throwIfInterrupted(signal);
			const stored = calls.findCall(key);
			if (stored !== undefined) {
				account?.served(stored.id);
				return { id: stored.id, reply: stored.reply, cached: true };
			}
			const standing = options.standing?.(key) ?? null;
			if (standing !== null) throw standing;
			const now = options.inBatches === true && call.ranked !== undefined;
			if (options.defer !== undefined && !now) {
				if (!deferred.has(key))
					options.defer({
						key,
						call,
						identity,
						request: scrub.json(storedRequest(call, identity.parameters)),
						batches: provider?.batches ?? null,
						worst: worstOf(call),
					});
				deferred.add(key);
				throw new CallDeferredError(key);
			}
			if (provider === null) return replayCall({ call, key, identity, calls });
			if (call.audio !== undefined) {
				if (provider.takesAudio !== true) throw audioUnsupported(identity);
				account?.expectAudio();
			}
			throwIfStopped(call, key);
			try {
				return await send(provider, call, key, signal);
			} catch (error) {
				if (signal.aborted && !(error instanceof InterruptedError))
					throw new InterruptedError(signal.reason);
				throw error;
			}
		},
	};
}
