/** The Store: every method with its contract. `openStore` (open.ts) makes one. */
import type { Json } from "../shared/hash.ts";
import type {
	ActivationStatus,
	BatchMethods,
	ClipWarning,
	ExcludedClip,
	ModuleName,
	NeuronExemplars,
	Outcome,
	ProbeSet,
} from "../types.ts";
import type { CacheMethods } from "./cache.ts";
import type {
	CallMethods,
	CapabilityMethods,
	JobMethods,
	LedgerMethods,
	ModelCheckMethods,
} from "./call-methods.ts";
import type { CopiedNeurons, DeriveRun, StartRun } from "./start-run.ts";
import type {
	CallView,
	ConceptKind,
	ConceptMatch,
	LayerStatuses,
	NeuronView,
	RecordingClipView,
	RunStatus,
	RunSummary,
	RunView,
} from "./views.ts";

export type * from "./cache.ts";
export type * from "./call-methods.ts";
export type { StartRun } from "./start-run.ts";
export type * from "./views.ts";

/** Vectors by embedder and text hash. */
export type EmbeddingMethods = {
	/** Those that are there. Fresh arrays: the caller may change them. */
	getEmbeddings(
		embedder: string,
		textHashes: readonly string[],
	): Map<string, Float32Array>;
	/** One transaction; an entry that exists is left as it is. */
	putEmbeddings(
		embedder: string,
		entries: readonly {
			readonly textHash: string;
			readonly vector: Float32Array;
		}[],
	): void;
};

/** Verdicts of the acoustic filter. `judge` is the content address of who judges: model and prompt. */
export type JudgementMethods = {
	/** Those that are there. */
	getJudgements(
		judge: string,
		lemmas: readonly string[],
	): Map<
		string,
		{ readonly acoustic: boolean; readonly callId: number | null }
	>;
	/** Who judged the adjectives of a run, most verdicts first; none when the lexicon did, or no adjective was judged. */
	judgesOfRun(run: string): string[];
	/** One transaction; a verdict that exists is left as it is. */
	putJudgements(
		judge: string,
		entries: readonly {
			readonly lemma: string;
			readonly acoustic: boolean;
			readonly callId: number | null;
		}[],
	): void;
};

export type StoredRecording = {
	/** Content address of the recorded values and of the probe set they are read with. */
	readonly id: string;
	/** SHA-256 of the ONNX file. */
	readonly networkHash: string;
	readonly probeSetHash: string;
	readonly identity: Json;
	/** Folder of the files. Kept relative when inside the store, so that a store can be moved. */
	readonly path: string;
	/** Clip ids in column order. */
	readonly clips: readonly string[];
	readonly excluded: readonly ExcludedClip[];
	readonly warnings: readonly ClipWarning[];
	readonly layers: readonly { readonly name: string; readonly units: number }[];
};

/** What descriptions are made from. All content-addressed: putting the same thing twice changes nothing. */
export type ProvenanceMethods = {
	putPrompts(
		prompts: readonly {
			readonly hash: string;
			readonly name: string;
			readonly version: string;
			readonly source: string;
		}[],
	): void;
	/** Returns the id `startRun` wants: one ONNX file may be described in several ways, and a run has used one of them. */
	putNetwork(network: {
		/** SHA-256 of the ONNX file. */
		readonly hash: string;
		readonly name: string;
		readonly descriptor: Json;
		readonly layers: Json;
	}): string;
	/** Where the files are, the name and what was left out are not part of the hash: the latest are kept. StoreError `path_relative`. */
	putProbeSet(probeSet: ProbeSet): void;
	/** The probe set must be there. StoreError `recording_conflict` when the id is there with other columns or layers; `clip_unknown`. */
	putRecording(recording: StoredRecording): void;
};

export type RunMethods = {
	/** Status becomes `running`. A run with this key is resumed: what it has stays, and it keeps the config of its first start. */
	startRun(run: StartRun): { readonly id: string; readonly resumed: boolean };
	/** As `startRun`, with the inputs of `source`; its neurons come by `copyNeurons`. StoreError `run_unknown`. */
	deriveRun(run: DeriveRun): { readonly id: string; readonly resumed: boolean };
	/**
	 * Copies a block of neurons of another run with their exemplars and some of their outcomes; one transaction. What is there stays. Returns the number
	 * of new neurons. StoreError `layer_unknown`.
	 */
	copyNeurons(run: string, block: CopiedNeurons): number;
	/** StoreError `run_unknown`. */
	finishRun(
		id: string,
		status: Exclude<RunStatus, "running">,
		counts: Json,
		timings: Json,
	): void;
	/**
	 * Only one process may work on a run. Returns the release function (idempotent).
	 * The operating system holds the lock: it is free the moment its process ends, however it ends.
	 * `pid` is only for the message. StoreError `run_locked`.
	 */
	lockRun(id: string, owner: { readonly pid: number }): () => void;
	/** StoreError `tag_invalid`, `tag_taken` (by another run). */
	tagRun(id: string, tag: string): void;
	/** Frees a tag. Returns the run that had it; null: none. */
	removeTag(tag: string): string | null;
	/**
	 * Takes the run's neurons, descriptions, evaluations and tags with it; calls, embeddings and recordings stay. A block of neurons at a time: one that is
	 * cut short leaves an `incomplete` run with the rest of them. Rejects with StoreError `run_unknown`, `run_locked`, InterruptedError.
	 */
	removeRun(
		id: string,
		options?: { readonly signal?: AbortSignal | undefined },
	): Promise<void>;
};

export type StoredDescription = {
	readonly layer: string;
	readonly unit: number;
	readonly module: ModuleName;
	/** Compared between runs by content: no time, duration or call id in it. */
	readonly outcome: Outcome<unknown>;
	readonly promptHash?: string;
	readonly model?: string;
	readonly callIds?: readonly number[];
};

export type DescriptionMethods = {
	/** One transaction. A neuron that is there is left as it is. StoreError `layer_unknown`. */
	putNeurons(run: string, entries: readonly NeuronExemplars[]): void;
	/** One transaction, all or nothing. A new attempt never overwrites an older one. StoreError `layer_unknown`, `neuron_unknown`. */
	putDescriptions(run: string, entries: readonly StoredDescription[]): void;
	/** Units whose latest attempt is described or skipped; failed ones are to be tried again. */
	settledUnits(run: string, layer: string, module: ModuleName): Set<number>;
	/** Neurons of the run that are not settled in that sense. */
	countUnsettled(run: string, module: ModuleName): number;
	/** Latest attempts by unit, units ascending. */
	readOutcomes(
		run: string,
		layer: string,
		module: ModuleName,
	): Map<number, Outcome<unknown>>;
	/** SHA-256 of what `readOutcomes` reads, hex. */
	hashOutcomes(run: string, layer: string, module: ModuleName): string;
	/** Keeps earlier results; the latest counts. */
	putEvaluation(run: string, name: string, result: Json): void;
	/** Latest result by name. */
	readEvaluations(run: string): Record<string, Json>;
};

export type ViewMethods = {
	/** Latest start first. */
	listRuns(): RunSummary[];
	/** By id, tag, start of an id (4 digits or more) or `latest`. StoreError `run_unknown` with a suggestion, `run_ambiguous`. */
	readRun(idOrTag: string): RunView;
	/** Calls behind the descriptions of a run, a layer or a neuron, all attempts; each once, in id order, a page at a time. */
	runCalls(run: string, layer?: string, unit?: number): Iterable<CallView>;
	/** The call with this id; undefined when there is none. */
	readCall(id: number): CallView | undefined;
	/** Neurons `from` to `from + count - 1` of the layer, counted in unit order over the neurons the run has. */
	readLayerNeurons(
		run: string,
		layer: string,
		page: { readonly from: number; readonly count: number },
	): NeuronView[];
	/** By unit, units ascending: all neurons the run has of the layer. */
	readStatuses(run: string, layer: string): Map<number, ActivationStatus>;
	/** StoreError `neuron_unknown`. */
	readNeuron(run: string, layer: string, unit: number): NeuronView;
	/** In network and unit order. Lower case, `_` is a space, spellings of one word are one. Latest attempts only. */
	neuronsWithConcept(
		run: string,
		lemma: string,
		kind?: ConceptKind,
	): ConceptMatch[];
	/** Clips `from` to `from + count - 1` of the run's recording, in the order of its columns. StoreError `run_unknown`. */
	readRecordingClips(
		run: string,
		page: { readonly from: number; readonly count: number },
	): RecordingClipView[];
	/** In network order. */
	countStatuses(run: string): LayerStatuses[];
	/** Neurons of the run with the mark `not_describable`, and those whose clarity triage could not compare with that of random clips. */
	countTriage(run: string): {
		readonly notDescribable: number;
		readonly unjudged: number;
	};
	/** A number that is another one whenever an outcome was stored since: whether something made from the run is still up to date. */
	outcomeRevision(run: string): number;
};

/**
 * One directory: `audio-dissect.db` and, beside it, `recordings/`.
 * Methods are synchronous and commit before they return. Every `run` argument is a run id. StoreError `store_busy` after 10 s of another
 * process writing, `store_full`, `store_io`, `store_corrupt`, `store_read_only`.
 */
export type Store = {
	/** Absolute. */
	readonly directory: string;
	/** Idempotent. */
	close(): void;
} & CallMethods &
	BatchMethods &
	CapabilityMethods &
	JobMethods &
	LedgerMethods &
	ModelCheckMethods &
	CacheMethods &
	EmbeddingMethods &
	JudgementMethods &
	ProvenanceMethods &
	RunMethods &
	DescriptionMethods &
	ViewMethods;
