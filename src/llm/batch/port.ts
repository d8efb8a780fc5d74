/** What a provider with a batch API offers: the same bodies and readers as online, sent many at a time and answered hours later. */
import type { Json } from "../../shared/hash.ts";
import type { UnansweredReason } from "../../types.ts";
import type { LanguageModel } from "../port.ts";
import type {
	Failure,
	Provider,
	ProviderAnswer,
	ProviderRequest,
} from "../provider.ts";

/** A batch as the provider sees it. */
export type RemoteBatch = {
	readonly remoteId: string;
	/** In the provider's words. */
	readonly status: string;
	/** All results there will ever be can be fetched. */
	readonly ended: boolean;
	/** Requests answered or failed so far; null when it does not say. */
	readonly done: number | null;
	/** Why the provider refused all of it; null: it did not. */
	readonly refused: string | null;
	/** What became of requests that the results do not mention. */
	readonly rest: UnansweredReason;
	/** Where the results are. */
	readonly files: readonly string[];
};

/** The result of one request: what an online request would have been answered, or why there is none. */
export type RemoteResult = (
	| { readonly customId: string; readonly answer: ProviderAnswer }
	| {
			readonly customId: string;
			readonly unanswered: Extract<UnansweredReason, "expired" | "cancelled">;
	  }
	/** It names no request. */
	| { readonly customId: null }
) & {
	/** As it came, scrubbed of secrets. */
	readonly line: string;
};

/** What came of a submission. `notTaken`: the provider certainly has no such batch; else nobody knows, and it has to be looked for. */
type Submission =
	| { readonly batch: RemoteBatch }
	| { readonly failure: Failure; readonly notTaken: boolean };

/** What is known of a batch whose submission was cut off. */
export type LostBatch = {
	readonly id: string;
	/** ISO time, before the submission. */
	readonly since: string;
	readonly requests: number;
	/** Batches of the provider that are known to be others. */
	readonly others: ReadonlySet<string>;
};

export type BatchApi = {
	/** `chat`, `responses`, `messages`. */
	readonly api: string;
	/** Most that one batch takes. */
	readonly limits: { readonly requests: number; readonly bytes: number };
	/** The body the request would be sent with online. */
	body(request: ProviderRequest): Promise<Json>;
	/** A request as it stands in a submission, JSON. */
	line(customId: string, body: Json): string;
	/** Sends all lines as one batch that can be found again by `id`. Never repeated by itself: a second submission would be paid for. Throws InterruptedError. */
	submit(
		id: string,
		lines: readonly string[],
		signal: AbortSignal,
	): Promise<Submission>;
	/** Null: the provider does not have it. `unclear`: it may be one that has not ended yet. Throws LanguageModelError, InterruptedError. */
	find(
		lost: LostBatch,
		signal: AbortSignal,
	): Promise<RemoteBatch | "unclear" | null>;
	/** Null: the provider does not have it any more. Throws LanguageModelError, InterruptedError. */
	look(remoteId: string, signal: AbortSignal): Promise<RemoteBatch | null>;
	/** Streams the results, in any order. Throws LanguageModelError `batch_results_cut` when they end before their end, `batch_gone` when there are none any more, and as `look`. */
	results(
		batch: RemoteBatch,
		signal: AbortSignal,
	): AsyncGenerator<RemoteResult>;
};

/** A provider that may have a batch API. */
export type BatchProvider = Provider & {
	/** Absent when the provider, or the server at this address, has none. */
	readonly batches?: BatchApi | undefined;
};

/** A language model whose calls may be sent in batches, and whose key may be checked. */
export type BatchModel = LanguageModel &
	Pick<BatchProvider, "batches" | "checkKey">;
