/** The probe set, the network and its neurons, and what all parts share. Readonly, no behaviour. */

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

/** Where a caption comes from that nobody wrote by hand. */
export type CaptionSource = {
	readonly provider: string;
	readonly model: string;
	readonly baseUrl: string;
	/** Of the prompt `caption`. */
	readonly promptHash: string;
	/** From 0; several captions of a clip by one model differ in it. */
	readonly sample: number;
};

/** One audio file of a probe set with its texts. */
export type Clip = {
	/** Unique in the probe set; the manifest's `id`, else its `clip` path. */
	readonly id: string;
	/** Absolute path of the audio file. */
	readonly path: string;
	readonly label: string | null;
	/** None of them blank; the first is the one shown. At least one, unless the probe set was loaded for recording alone. */
	readonly captions: readonly string[];
	/** Of each caption; null: written by hand. Absent when all of them are. */
	readonly captionSources?: readonly (CaptionSource | null)[] | undefined;
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

/** Whether positions at padding, which fills the network's input behind the end of a clip, count in what is pooled. */
export type PaddingRule = "count" | "exclude";

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
	/** Whether positions behind the end of a clip count in `pooling`; absent: not known (imported activations). */
	readonly padding?: PaddingRule;
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
	| {
			readonly status: "ok";
			/** `not_describable`: below the bar of triage, and not asked for by name. */
			readonly marks: readonly ("few_clips" | "not_describable")[];
			/** Absent when triage is off. */
			readonly triage?: TriageEvidence;
	  }
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

/** What the clarity of a neuron's high clips is computed from. */
export type ClaritySource = "captions" | "audio";

/** What a neuron must reach to be described. */
export type TriageBar = {
	/** Least share of clips with a pooled activation above 0, in [0, 1]. */
	readonly minimumFiringRate: number;
	/** Least share of random clip sets that are less clear, in [0, 1]. */
	readonly minimumClarity: number;
};

/** What triage goes by. */
export type TriageEvidence = {
	/** Share of clips whose pooled activation (the recording's own pooling) is above 0, in [0, 1]. */
	readonly firingRate: number;
	/** What clarity is of: the clips' captions or their sounds. Absent in runs of earlier versions: captions. */
	readonly by?: ClaritySource;
	/** The bars it was held against. Absent in runs of earlier versions. */
	readonly bar?: TriageBar;
	/** Mean cosine over the pairs of the high exemplars' captions or sounds, in [-1, 1]; null when undefined (fewer than two clips, no embedding). */
	readonly clarity: number | null;
	/** Share of random sets of as many clips that are less clear, those as clear half, in [0, 1]; null when undefined, or when all of them are equally clear. */
	readonly percentile: number | null;
	/** Mean and 95th percentile of the clarity of those sets. */
	readonly nullMean: number | null;
	readonly nullP95: number | null;
	/** Bars it is below: `clarity`, `firing_rate`, `firing_rate and clarity`; null: none. */
	readonly below: string | null;
};

export type NeuronExemplars = {
	readonly neuron: Neuron;
	readonly status: ActivationStatus;
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
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
