/** Batches of calls: what is sent, what comes back, and what a store does for them. Readonly, no behaviour. */
import type { CallCharge, CallRecord, ModelServer } from "./calls.ts";
import type { ErrorRecord } from "./data.ts";

/** A call that is to be sent in a batch: all that is needed to store it when its result comes. */
export type BatchRequest = Pick<
	CallRecord,
	"key" | "operation" | "request" | "sampleIndex"
> & {
	/** What it can use at most, tokens; the input is an estimate. */
	readonly worst: { readonly input: number; readonly output: number };
	/** US dollars of `worst`; null: no known price. */
	readonly worstUsd: number | null;
};

/** A batch whose results have not all been stored. */
export type OpenBatch = ModelServer & {
	/** 16 hex digits; the provider knows the batch by it. */
	readonly id: string;
	/** The run that is charged; null: it was removed. */
	readonly run: string | null;
	/** The provider's name of it; null: it was about to be submitted, and nobody knows whether it arrived. */
	readonly remoteId: string | null;
	/** As the provider last put it. */
	readonly status: string | null;
	/** ISO time, before it was submitted. */
	readonly preparedAt: string;
	readonly requests: number;
	/** Those whose result is not stored. */
	readonly open: number;
};

/**
 * How a request of a batch ended without a reply: the provider did not come to it in time, somebody cancelled the batch, the provider
 * refused the whole batch, the results do not mention it, or it was never sent.
 */
export type UnansweredReason =
	| "expired"
	| "cancelled"
	| "refused"
	| "lost"
	| "not_sent";

/** The result of one request of a batch, to be stored. */
export type BatchResult =
	| {
			readonly customId: string;
			/** The store adds the milliseconds, from submission until now. */
			readonly record: Omit<CallRecord, "milliseconds">;
			readonly charge: CallCharge | undefined;
	  }
	| { readonly customId: string; readonly unanswered: UnansweredReason };

/** What became of the newest request with a key in a batch. `failed`: its call is stored, and cannot be served. */
export type BatchStanding =
	| { readonly state: "open" }
	| { readonly state: "unanswered"; readonly reason: UnansweredReason }
	| {
			readonly state: "failed";
			readonly callId: number;
			/** Null: the reply came, but was rejected later. */
			readonly error: ErrorRecord | null;
	  };

/** What a store does for batches. All methods are synchronous, and commit before they return. */
export type BatchMethods = {
	/**
	 * One transaction, before anything is submitted: the batch with its requests, and the name of each (57 characters: hex digits and a
	 * hyphen). Requests that wait in an open batch already are left out; null when none is left.
	 */
	prepareBatch(batch: {
		readonly run: string;
		readonly server: ModelServer;
		readonly requests: readonly BatchRequest[];
	}): {
		readonly id: string;
		readonly requests: readonly {
			readonly customId: string;
			readonly key: string;
		}[];
	} | null;
	/** The provider has it under this name (null: nobody knows whether it has); later also only for its status. */
	confirmBatch(
		id: string,
		remote: { readonly remoteId: string | null; readonly status: string },
	): void;
	/** Nothing more is expected of it: requests without a result are closed as `rest`. Returns how many those are. */
	endBatch(
		id: string,
		end: { readonly status: string; readonly rest: UnansweredReason },
	): number;
	/** In the order in which they were prepared. */
	openBatches(): OpenBatch[];
	/** The provider's names of all batches, also of those that have ended. */
	submittedBatches(): Set<string>;
	/** Undefined when the batch has no such request, or its result is stored already. */
	openBatchRequest(id: string, customId: string): BatchRequest | undefined;
	/** Whether the batch has such a request, open or not. */
	hasBatchRequest(id: string, customId: string): boolean;
	/** Keeps a line of a batch's results that is the result of none of its requests. False: it was kept before. */
	keepBatchStray(id: string, line: string): boolean;
	/** One transaction: each result with its call and charge; those whose result is stored already are left out. Returns how many were new. */
	storeBatchResults(id: string, results: readonly BatchResult[]): number;
	/** What became of the newest request with this key; null when there is none. Only for keys that `findCall` has no reply to. */
	batchStanding(key: string): BatchStanding | null;
	/** The most that open requests of a run can use, and that those can have used whose result is lost. `usd` counts those whose price was known. */
	waitingInBatches(run: string): {
		readonly calls: number;
		readonly tokens: number;
		readonly usd: number;
	};
	/** Only one process may submit or fetch. Free the moment its process ends. Returns the release function. StoreError `batches_locked`. */
	lockBatches(): () => void;
};
