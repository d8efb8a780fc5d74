/** Calls of language models, single and in batches, and what they are charged. Readonly, no behaviour. */
import type { ErrorRecord, Json } from "./data.ts";

/** `error`: no usable answer came (an HTTP status, a lost connection, a body that is not the protocol's). */
export type CallOutcome =
	| "ok"
	| "refused"
	| "truncated"
	| "filtered"
	| "empty"
	| "error";

/** One request and what came back. Insert-only; the store adds `attempt` (1, 2, ... per key) and the time. */
export type CallRecord = {
	readonly key: string;
	/** `summarize`, `acoustic-filter`. */
	readonly operation: string;
	readonly provider: string;
	readonly baseUrl: string;
	readonly model: string;
	/** `{ messages, schema, parameters }`; `format` when the reply was not held to the schema; for a choice `choose`, and `options` and `neutral` when it went by log-probabilities; `audio`. */
	readonly request: Json;
	readonly sampleIndex: number;
	readonly outcome: CallOutcome;
	/** Raw text of the reply, parsed only after reading. Null when there was none. */
	readonly reply: string | null;
	/** As the provider spells it. */
	readonly finishReason: string | null;
	readonly requestId: string | null;
	readonly httpStatus: number | null;
	readonly inputTokens: number | null;
	readonly outputTokens: number | null;
	/** From sending to the last byte, the SDK's retries included. */
	readonly milliseconds: number;
	readonly error: ErrorRecord | null;
};

/** How a request ended. */
export type RecordedCall = Pick<CallRecord, "outcome" | "reply" | "error"> & {
	readonly id: number;
};

/** A model on a server, as it is asked: what capabilities belong to. */
export type ModelServer = {
	readonly provider: string;
	/** `chat`, `responses`, `messages`. */
	readonly api: string;
	readonly baseUrl: string;
	readonly model: string;
};

/** What a run is charged for a call it sent: what counts against its budget. */
export type CallCharge = {
	/** Id of a run, or of a job. */
	readonly run: string;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** Of `inputTokens`: read from the provider's own cache of prompts, written to it, and sound. Absent: none. */
	readonly cachedTokens?: number | undefined;
	readonly cacheWriteTokens?: number | undefined;
	readonly audioTokens?: number | undefined;
	/** The provider did not report the tokens. */
	readonly estimated: boolean;
	/** US dollars; null: no known price. */
	readonly usd: number | null;
	/** Sent in a batch. Absent: no. */
	readonly batch?: boolean | undefined;
	/** Requests that were sent and ended without a reply, and the most they can have used, which is part of the figures above. Absent: none. */
	readonly unanswered?: Unanswered | undefined;
};

/** Requests that ended without a reply: the provider may have worked on them, and charges what nobody was told. */
export type Unanswered = {
	readonly requests: number;
	/** At most, input and output. */
	readonly tokens: number;
	/** US dollars at most; null: no known price. */
	readonly usd: number | null;
};

/** What is charged for work that is of no run: captions, the quiz, and what a server was asked before a run that then did not begin. */
export type JobKind = "caption" | "llm-check" | "probe";
