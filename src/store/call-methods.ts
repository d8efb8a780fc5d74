/** The store's methods about language model calls: single, in batches, charged to runs, and what was found out about who answers. */
import type { Json } from "../shared/hash.ts";
import type {
	CallCharge,
	CallRecord,
	JobKind,
	ModelServer,
	RecordedCall,
} from "../types.ts";
import type { CallUsage, JobView, LedgerRow } from "./views.ts";

/** Replies that cost money: insert-only, kept until they are pruned. */
export type CallMethods = {
	/** Newest call of this key with outcome `ok` that has not been rejected. */
	findCall(
		key: string,
	): { readonly id: number; readonly reply: string } | undefined;
	/** Newest call of this key, whatever its outcome, rejected or not. */
	findRecorded(key: string): RecordedCall | undefined;
	/** Commits before it returns (on disk: survives a power loss), the call and its charge together. Returns the call id. StoreError `run_unknown`. */
	recordCall(record: CallRecord, charge?: CallCharge): number;
	/** As `recordCall` for each, in one transaction: all or none. Ids in the same order. */
	recordCalls(
		entries: readonly {
			readonly record: CallRecord;
			readonly charge?: CallCharge | undefined;
		}[],
	): number[];
	/** These replies are never served again; one transaction. The rows stay. */
	rejectCalls(ids: readonly number[], reason: string): void;
};

/** Work that is of no run, with a ledger and a budget of its own. */
export type JobMethods = {
	/**
	 * The job about `key` (hex, at least 12 digits), made when it is not there: what it was charged before counts. Returns its id, kind and
	 * 12 digits of the key, which is what the ledger wants for a run.
	 */
	putJob(job: { readonly kind: JobKind; readonly key: string }): string;
	/** As `putJob`, and only one process may work on it; free the moment its process ends. StoreError `job_locked`. */
	beginJob(job: { readonly kind: JobKind; readonly key: string }): {
		readonly id: string;
		/** Idempotent. */
		readonly release: () => void;
	};
	/** By id, or the latest of a kind; null: there is none. */
	findJob(name: string): JobView | null;
	/** Latest first. */
	listJobs(): JobView[];
};

/** What runs and jobs used of the calls. Every `run` may be the id of a job. */
export type LedgerMethods = {
	/** One transaction: what these calls, which are stored already, are charged. StoreError `run_unknown`. */
	chargeCalls(
		entries: readonly { readonly call: number; readonly charge: CallCharge }[],
	): void;
	/** One transaction: replies of these calls were used by the run. Calls that the run itself has sent stay as they are. */
	noteServed(run: string, callIds: readonly number[]): void;
	/** Mean output tokens of the good replies to calls of that kind; null when there are none, or none said. */
	meanOutputTokens(of: {
		readonly operation: string;
		readonly provider: string;
		readonly baseUrl: string;
		readonly model: string;
	}): number | null;
	/** Ids of the runs and jobs that have sent calls with this key, or were served them. */
	runsOfCall(key: string): readonly string[];
	/** By operation, model, and whether in batches, in the order of their names. */
	readLedger(run: string): LedgerRow[];
};

/** What a language model is asked through, and what it was found to be able to do. */
export type CapabilityMethods = {
	/** Value by capability; those that were found out. */
	readCapabilities(server: ModelServer): ReadonlyMap<string, string>;
	/** A later finding replaces an earlier one. */
	putCapability(server: ModelServer, capability: string, value: string): void;
};

/** Results of the quiz about language models. */
export type ModelCheckMethods = {
	/** Undefined: not asked yet. */
	getModelCheck(key: string): Json | undefined;
	/** A result that exists is left as it is. `ways`: see `waysOfCalls`. */
	putModelCheck(key: string, result: Json, ways: readonly string[]): void;
	/** What these calls used together; ids that are not there do not count. */
	usageOfCalls(ids: readonly number[]): CallUsage;
	/** How these calls were asked, with how many: `schema`, `json`, `text`, `top_logprobs`, `log_probabilities`. */
	waysOfCalls(ids: readonly number[]): Readonly<Record<string, number>>;
};
