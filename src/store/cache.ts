/** What the cache verbs ask of a store: counts, everything as a stream, taking in what another store gave out, deleting. Types only. */
import type { CallOutcome, CallRecord, ModelServer } from "../types.ts";
import type { CallView } from "./views.ts";

/** The calls of one operation, model and outcome. */
type CallTally = {
	readonly operation: string;
	readonly provider: string;
	readonly baseUrl: string;
	readonly model: string;
	readonly outcome: CallOutcome;
	readonly calls: number;
	/** Of them, those whose reply is not served any more. */
	readonly rejected: number;
	/** Sums of what the provider reported; null when it never did. */
	readonly inputTokens: number | null;
	readonly outputTokens: number | null;
	/** Of requests, replies and errors, as stored. */
	readonly bytes: number;
};

export type CacheStats = {
	/** By operation, provider, server, model, outcome. */
	readonly calls: readonly CallTally[];
	readonly embeddings: readonly {
		readonly embedder: string;
		readonly vectors: number;
		/** Of the vectors. */
		readonly bytes: number;
	}[];
	/** Verdicts of the acoustic filter. */
	readonly judgements: number;
	/** Of the database with its write-ahead log, on disk. */
	readonly fileBytes: number;
};

/** A call with its time and what became of it, from another store. */
type CallFromElsewhere = CallRecord & {
	/** ISO time. */
	readonly at: string;
	readonly rejected: string | null;
};

/**
 * `new`: inserted. `known`: it was here already. `not_needed`: this store has a good reply of its own under the key, which stays the
 * one that is served; `id` is that reply's.
 */
export type ImportedCall = {
	readonly id: number;
	readonly is: "new" | "known" | "not_needed";
};

/** Of the calls of no run (no description is linked to them, no ledger has them), those that fit all of this. */
export type PruneRule = {
	/** Only those that are never served: refused, cut, failed, rejected. */
	readonly failed: boolean;
	/** ISO time: only those committed before it. */
	readonly before: string | null;
	/** Null: all but `caption`, which no run is linked to. */
	readonly operations: readonly string[] | null;
};

export type PruneResult = {
	readonly calls: number;
	/** Verdicts of the acoustic filter that rested on them. */
	readonly judgements: number;
	/** Of requests, replies and errors. */
	readonly bytes: number;
};

type StoredJudgement = {
	readonly judge: string;
	readonly lemma: string;
	readonly acoustic: boolean;
	/** Call id. */
	readonly callId: number;
};

export type CacheMethods = {
	cacheStats(): CacheStats;
	/** In id order; a page in memory at a time. */
	allCalls(): Iterable<CallView>;
	/** Those with a call. */
	allJudgements(): Iterable<StoredJudgement>;
	/** What was found out about servers. */
	allCapabilities(): readonly (ModelServer & {
		readonly capability: string;
		readonly value: string;
	})[];
	allEmbeddings(): Iterable<{
		readonly embedder: string;
		readonly textHash: string;
		readonly vector: Float32Array;
	}>;
	/** One transaction; one result per call, in order. The caller has checked the keys. Doing it again changes nothing. */
	importCalls(calls: readonly CallFromElsewhere[]): readonly ImportedCall[];
	/** What `pruneCalls` would delete. */
	countPrunable(rule: PruneRule): PruneResult;
	/**
	 * Deletes the calls and the verdicts that rest on them, in one transaction, and gives the space back to the disk.
	 * StoreError `run_locked` when a run is being worked on: it may be about to link one of them.
	 */
	pruneCalls(rule: PruneRule): PruneResult;
};
