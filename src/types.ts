/** The nouns of the project. Readonly, no behaviour. */

/** Any JSON value. `undefined` members of objects are left out, as in JSON.stringify. */
export type Json =
	| string
	| number
	| boolean
	| null
	| readonly Json[]
	| { readonly [key: string]: Json | undefined };

/** A further fact about a clip: pitch, language, source ... */
export type AttributeValue =
	| string
	| number
	| boolean
	| null
	| readonly (string | number | boolean | null)[];

/** One audio file of a probe set with its texts. */
export type Clip = {
	/** Unique in the probe set; the manifest's `id`, else its `clip` path. */
	readonly id: string;
	/** Absolute path of the audio file. */
	readonly path: string;
	readonly label: string | null;
	/** At least one, none of them blank. The first is the one shown. */
	readonly captions: readonly string[];
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** The original recording this clip was cut from, when the manifest says; clips of one recording are not independent. */
	readonly sourceRecording: string | null;
};

/** A clip whose audio bytes have been read: SHA-256 (hex) of the file. */
export type HashedClip = Clip & { readonly hash: string };

/** A clip left out, and why. Never silently dropped: every count of clips is printed beside its exclusions. */
export type ExcludedClip = {
	readonly id: string;
	readonly path: string;
	readonly code: string;
	readonly message: string;
};

/** Something odd about a clip that is kept all the same (a silent clip, say). */
export type ClipWarning = {
	readonly id: string;
	readonly code: string;
	readonly message: string;
};

/** Captioned, optionally labelled clips. */
export type ProbeSet = {
	readonly name: string;
	/** SHA-256 over ids, clip hashes, captions, labels, attributes in manifest order. */
	readonly hash: string;
	readonly clips: readonly HashedClip[];
	readonly excluded: readonly ExcludedClip[];
};

/** A closed list of concepts, in file order. */
export type ConceptSet = {
	readonly name: string;
	readonly hash: string;
	readonly concepts: readonly string[];
};

/**
 * How a `[position, unit]` activation becomes `[unit]`. `p95`: the 0.95 quantile over positions, linear interpolation; `firing`: the share of
 * positions strictly above 0; `none`: the tensor has no positions.
 */
export type Pooling = "mean" | "max" | "first" | "p95" | "firing" | "none";

/** How the pooled activations of a clip's rows (windows, frames, chunks) become one. */
export type WindowPooling = "mean" | "max";

/** A tapped tensor of the target network. */
export type Layer = {
	/** The name users see: `layer.0.intermediate.dense`; with `@pooling` for every pooling of a tensor but its first. */
	readonly name: string;
	readonly tensor: string;
	/** Axis of the tensor that indexes units (negative counts from the end). */
	readonly unitAxis: number;
	readonly pooling: Pooling;
	/** Over the rows of a clip, after `pooling`. */
	readonly windows: WindowPooling;
	readonly units: number;
	/** Tensor where the layer's units can be masked; null when the descriptor names none. */
	readonly maskPoint: string | null;
};

/** `layer#unit`. */
export type NeuronName = `${string}#${number}`;
export type Neuron = { readonly layer: string; readonly unit: number };

export type Side = "high" | "low";

/** A clip ranked for a neuron. `rank` counts from 1; `clip` indexes the recording's clip axis. */
export type Exemplar = {
	readonly rank: number;
	readonly clip: number;
	readonly activation: number;
};

/** Status of a neuron from its activations alone, before any spending. */
export type ActivationStatus =
	| { readonly status: "ok"; readonly marks: readonly "few_clips"[] }
	| {
			readonly status: "skipped";
			readonly reason: "constant" | "dead" | "non_finite";
			/** What was seen: the constant value, or how many clips gave NaN or infinity. */
			readonly evidence: {
				readonly value?: number;
				readonly nonFinite?: number;
				readonly clips: number;
			};
	  };

export type NeuronExemplars = {
	readonly neuron: Neuron;
	readonly status: ActivationStatus;
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
};

/** One sentence of a summary. `support` is known only to the extractive describer: the captions (by rank) that say it. */
export type SummarySentence = {
	readonly text: string;
	readonly support?: readonly number[];
};

/** What the exemplars of one side share. Empty sentences: they share nothing that could be named. */
export type Summary = {
	readonly side: Side;
	readonly sentences: readonly SummarySentence[];
	/** Dropped before calibration, with the reason. */
	readonly dropped: readonly {
		readonly text: string;
		readonly reason: "junk" | "too_short";
	}[];
};

/** Result of module A. */
export type ClosedSetResult = {
	readonly function: "cosine" | "cos-cubed";
	/** Best five, best first. */
	readonly ranked: readonly {
		readonly concept: string;
		readonly score: number;
	}[];
	/** Best minus second score; null with one concept. */
	readonly margin: number | null;
	/** 95th percentile over clip permutations of this neuron's best score; null when permutations = 0. */
	readonly null: {
		readonly permutations: number;
		readonly seed: number;
		readonly p95: number | null;
	};
	/** The best score exceeds `null.p95`; null when there is no null. False is reported as "no concept fits". */
	readonly aboveNull: boolean | null;
};

/** A sentence of the high summary after module B. */
export type CalibratedSentence = {
	readonly text: string;
	readonly kept: boolean;
	readonly support?: readonly number[];
	/** Largest cosine to a low sentence, null when undefined or there is no low sentence. */
	readonly cosine: number | null;
	/** The low sentence with that cosine. */
	readonly nearestLow: string | null;
};

/** Result of module B. */
export type CalibratedSummary = {
	readonly status:
		| "calibrated"
		| "nothing_distinguishes"
		| "low_empty"
		| "high_empty";
	readonly threshold: number;
	readonly sentences: readonly CalibratedSentence[];
	/** The low summary whole: the low side loses nothing. */
	readonly low: readonly SummarySentence[];
};

export type OpenSetKind = "adjective" | "noun" | "verb" | "preposition";

/** One open-set concept, by lemma. `support`: shown high exemplars whose caption contains it. */
export type OpenSetConcept = {
	readonly lemma: string;
	readonly support: number;
};

/** Result of module C. */
export type OpenSetResult = {
	readonly adjectives: readonly (OpenSetConcept & {
		/** Verdict of the acoustic filter; `unjudged`: the lexicon does not know the word. */
		readonly acoustic: "yes" | "no" | "unjudged";
	})[];
	readonly nouns: readonly OpenSetConcept[];
	readonly verbs: readonly OpenSetConcept[];
	readonly prepositions: readonly OpenSetConcept[];
	readonly negated: readonly string[];
	/** Word tokens of the calibrated summary. */
	readonly captionLength: number;
	/** One surviving sentence, never invented; null when none survived. */
	readonly description: string | null;
};

export type ModuleName =
	| "closed-set"
	| "summarize"
	| "summary-calibration"
	| "open-set-extraction";

/** An error as it is stored and shown. Never contains a secret. */
export type ErrorRecord = {
	readonly name: string;
	readonly code: string;
	readonly message: string;
	readonly hint?: string;
	/** Provider, HTTP status, request id, finish reason, raw text ... whatever was seen. */
	readonly evidence?: Readonly<Record<string, unknown>>;
};

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
	/** `{ messages, schema, parameters }`, and `choose: "schema"` when options were offered by a schema enum. */
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

/** The outcome of a module for a neuron. */
export type Outcome<T> =
	| { readonly status: "described"; readonly output: T }
	| {
			readonly status: "skipped";
			readonly reason: string;
			readonly evidence: unknown;
	  }
	| { readonly status: "failed"; readonly error: ErrorRecord };

/** Called often; the receiver decides how to show it. `total` null: not known yet. */
export type Progress = {
	readonly stage: string;
	readonly done: number;
	readonly total: number | null;
};
export type OnProgress = (progress: Progress) => void;

/** Options every long operation takes. */
export type LongOptions = {
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: OnProgress | undefined;
};
