/** What the store gives back: read-only pictures of runs, neurons and calls. Types only. */
import type { Json } from "../shared/hash.ts";
import type {
	ActivationStatus,
	AttributeValue,
	CalibratedSummary,
	CallRecord,
	CaptionSource,
	ClipWarning,
	ClosedSetResult,
	ExcludedClip,
	JobKind,
	ModuleName,
	OpenSetKind,
	OpenSetResult,
	Outcome,
	Pooling,
	Summary,
} from "../types.ts";

/** What a run used of one model for one kind of call. Tokens and price of the calls it sent, whatever came of them. */
export type LedgerRow = {
	/** `summarize`, `acoustic-filter`; `capability-probe`: to find out what a server can do; `embed`: embeddings. */
	readonly operation: string;
	readonly provider: string;
	readonly baseUrl: string;
	readonly model: string;
	/** The calls were sent in batches. */
	readonly batch: boolean;
	/** Sent. */
	readonly calls: number;
	/** Distinct calls of other runs, or from before the store kept a ledger, whose replies were used again. */
	readonly served: number;
	/** Of `calls`: refused, cut, failed, or rejected later. */
	readonly failed: number;
	/** Of `calls`: tokens estimated, because the provider did not report them. */
	readonly estimated: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** US dollars of the calls whose price was known when they were sent. */
	readonly usd: number;
	/** Of `usd`: for `failed` calls. */
	readonly failedUsd: number;
	/** Of `inputTokens`: read from the provider's own cache of prompts, and sound. */
	readonly cachedTokens: number;
	readonly audioTokens: number;
	/** Requests that ended without a reply. What they can have used at most is part of the other figures. */
	readonly unanswered: number;
	readonly unansweredTokens: number;
	/** US dollars; of those whose price was known. */
	readonly unansweredUsd: number;
	/** Of `calls`: no price was known. */
	readonly unpriced: number;
	readonly unpricedInputTokens: number;
	readonly unpricedOutputTokens: number;
	readonly unpricedCachedTokens: number;
	readonly unpricedCacheWriteTokens: number;
	readonly unpricedAudioTokens: number;
};

/** Work that is of no run: captions, the quiz of `llm check`, what a server was asked before a run that did not begin. */
export type JobView = {
	readonly id: string;
	readonly kind: JobKind;
	/** ISO time. */
	readonly startedAt: string;
};

/** `running` is also what a killed run says until it is started again. */
export type RunStatus = "running" | "complete" | "incomplete" | "interrupted";

export type RunSummary = {
	/** First 12 hex digits of the key. */
	readonly id: string;
	readonly status: RunStatus;
	/** ISO time of the first start. */
	readonly startedAt: string;
	/** ISO time of the last end; null while running. */
	readonly finishedAt: string | null;
	readonly tags: readonly string[];
	readonly network: string;
	readonly probeSet: string;
	readonly conceptSet: string;
	/** Neurons stored so far. */
	readonly neurons: number;
};

export type RunLayer = {
	readonly name: string;
	readonly units: number;
	readonly pooling: Pooling;
};

export type RunView = {
	readonly id: string;
	/** Content address of everything that can change the results. */
	readonly key: string;
	readonly status: RunStatus;
	readonly startedAt: string;
	readonly finishedAt: string | null;
	readonly tags: readonly string[];
	/** Config with every default, at the first start. */
	readonly resolved: Json;
	/** Config as the user wrote it, at the first start. */
	readonly asPassed: Json;
	readonly toolVersion: string;
	readonly seeds: Json;
	readonly network: {
		/** SHA-256 of the ONNX file. */
		readonly hash: string;
		readonly name: string;
		readonly descriptor: Json;
	};
	readonly probeSet: {
		readonly hash: string;
		readonly name: string;
		/** Clips recorded; with `excluded` they add up to the manifest. */
		readonly clips: number;
		/** Left out when the manifest was read, then those left out while recording. */
		readonly excluded: readonly ExcludedClip[];
		readonly warnings: readonly ClipWarning[];
	};
	/** `path` is absolute. */
	readonly recording: { readonly id: string; readonly path: string };
	readonly conceptSet: { readonly name: string; readonly hash: string };
	/** In network order. */
	readonly layers: readonly RunLayer[];
	/** The subset asked for; null: all neurons of the layers. */
	readonly neurons: Json | null;
	/** As given to `finishRun`; null before. */
	readonly counts: Json | null;
	readonly timings: Json | null;
	/** Id of the run this one was made from; null: of none. That run may be gone. */
	readonly source: string | null;
};

export type ClipView = {
	readonly id: string;
	/** Absolute path of the audio file. */
	readonly path: string;
	readonly label: string | null;
	readonly captions: readonly string[];
	/** Of each caption, null: written by hand; null or absent: all of them are. */
	readonly captionSources?: readonly (CaptionSource | null)[] | null;
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** SHA-256 of the file. */
	readonly hash: string;
};

/** A clip as a column of a recording. */
export type RecordingClipView = ClipView & {
	readonly sourceRecording: string | null;
};

export type ExemplarView = {
	/** From 1. */
	readonly rank: number;
	readonly activation: number;
	readonly clip: ClipView;
};

/** Where the latest attempt of a module came from. */
type Provenance = {
	readonly module: ModuleName;
	readonly promptHash: string | null;
	readonly model: string | null;
	readonly callIds: readonly number[];
	/** From 1. */
	readonly attempt: number;
};

/** A neuron with the latest attempt of every module; null: not reached yet. */
export type NeuronView = {
	readonly layer: string;
	readonly unit: number;
	readonly status: ActivationStatus;
	readonly high: readonly ExemplarView[];
	readonly low: readonly ExemplarView[];
	readonly closedSet: Outcome<ClosedSetResult> | null;
	readonly summaries: Outcome<{
		readonly high: Summary;
		readonly low: Summary;
	}> | null;
	readonly calibrated: Outcome<CalibratedSummary> | null;
	readonly openSet: Outcome<OpenSetResult> | null;
	/** In pipeline order. */
	readonly provenance: readonly Provenance[];
};

/** One request to a language model and what came of it. */
export type CallView = CallRecord & {
	readonly id: number;
	/** From 1, per key. */
	readonly attempt: number;
	/** ISO time of the commit. */
	readonly at: string;
	/** Why the reply is not served from the store any more; null: it is (when the outcome is `ok`). */
	readonly rejected: string | null;
};

/** `closed-set`: from module A; the others from module C. */
export type ConceptKind = OpenSetKind | "closed-set";

/** A neuron whose description has a concept. */
export type ConceptMatch = {
	readonly layer: string;
	readonly unit: number;
	readonly kind: ConceptKind;
	/** Place in the description's list of this kind, from 1. */
	readonly rank: number;
	/** Closed set only: the similarity. */
	readonly score: number | null;
	/** Open set only: exemplars whose caption has the word. */
	readonly support: number | null;
	/** Adjectives only: the verdict of the acoustic filter. Closed set: `yes` when the best concept fits (above the null, or named by the language model), `no` when not, `unjudged` without a null. */
	readonly acoustic: "yes" | "no" | "unjudged" | null;
};

export type StatusCounts = {
	readonly described: number;
	readonly skipped: number;
	readonly failed: number;
};

/** How far a layer is: counts of the latest attempts. */
export type LayerStatuses = {
	readonly layer: string;
	/** Neurons stored; a module's three counts add up to it once it has reached them all. */
	readonly neurons: number;
	/** Every module, also those that reached nothing. */
	readonly modules: Readonly<Record<ModuleName, StatusCounts>>;
};

/** What some calls used together. */
export type CallUsage = {
	readonly calls: number;
	/** Null when a provider did not say for one of them. */
	readonly inputTokens: number | null;
	readonly outputTokens: number | null;
	/** Of the input, sound, as far as the calls were charged for it. */
	readonly audioTokens: number;
	/** From sending to answer, waits and retries included, summed over the calls. */
	readonly milliseconds: number;
};
