/** What every stage of a dissection works with. */
import type { Operation } from "../config/model-settings.ts";
import type { EmbeddingModel, TextAudioModel } from "../embeddings/port.ts";
import type { CallDeferredError } from "../errors.ts";
import type { Ledger } from "../llm/ledger.ts";
import type { Capabilities, LanguageModel } from "../llm/port.ts";
import type { ModelIdentity } from "../llm/provider.ts";
import type { Tagger } from "../modules/open-set-extraction/tagger.ts";
import type { Prompts } from "../prompts/load.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Store } from "../store/store.ts";
import type {
	ClaritySource,
	ClosedSetMethod,
	ComparedConcepts,
	ConceptSet,
	LongOptions,
	TriageBar,
} from "../types.ts";

/** The numbers and choices of the method; every one of them can change results and is part of the run's key. */
export type MethodOptions = {
	/** Exemplars per side, 1 and up. */
	readonly exemplars: { readonly count: number };
	readonly closedSet: {
		/** `tab` needs a text-audio encoder, `icl` a language model. */
		readonly method: ClosedSetMethod;
		/** Null for `icl`, which compares no activations. */
		readonly function: ComparedConcepts["function"] | null;
		/** For `db`. `softmax`: softmax over concepts of 100 x cosine; `cosine`: the cosine itself. */
		readonly conceptScores: "softmax" | "cosine";
		/** What an encoder reads for a concept, with `{concept}` in its place; null: the concept alone. */
		readonly conceptTemplate: string | null;
		/** Clip permutations of the null, 0 and up (0: no null); `auto`: by the number of neurons. */
		readonly permutations: number | "auto";
	};
	/** Shortest sentence kept, in word tokens. */
	readonly summarize: { readonly minWords: number };
	/** `embeddings`: a high sentence is struck when its largest cosine exceeds the threshold; `model`: when the language model says so. */
	readonly summaryCalibration: {
		readonly method: "embeddings" | "model";
		readonly threshold: number;
	};
	/** The bar a neuron must reach to be described, and what its clarity is of (`audio` needs a text-audio encoder); null: every neuron is. */
	readonly triage: (TriageBar & { readonly clarity: ClaritySource }) | null;
	readonly seed: number;
};

/** A language model as the stages use it. */
export type WriterModel = {
	readonly model: LanguageModel;
	/** Everything about it that can change a reply: provider, base URL, model, parameters, form of the reply. Part of the run's key. */
	readonly identity: ModelIdentity & {
		readonly reply: LanguageModel["reply"];
		readonly structuredOutput: Capabilities["structuredOutput"];
		readonly logprobs: Capabilities["logprobs"];
	};
	/** Neurons worked on at the same time, 1 and up. */
	readonly concurrency: number;
};

/** Who writes: language models with their prompts, or null for the extractive describer and the lexicon everywhere. */
export type Writer = {
	/** The model for this use; null: none, it is done without. */
	modelFor(operation: Operation): WriterModel | null;
	/** Where their calls are charged; absent: nowhere. */
	readonly ledger?: Ledger | undefined;
	/** Called before hours of recording: throws when a provider does not know a key. Absent: nothing is checked. */
	readonly checkKeys?: (() => Promise<void>) | undefined;
} | null;

export type StageContext = LongOptions & {
	readonly store: Store;
	/** Run id. */
	readonly run: string;
	readonly recording: Recording;
	/** Names of the run's layers, in network order. */
	readonly layers: readonly string[];
	readonly conceptSet: ConceptSet;
	readonly embeddings: EmbeddingModel;
	readonly textAudio: TextAudioModel | null;
	readonly writer: Writer;
	readonly prompts: Prompts;
	readonly method: MethodOptions;
	/** One for all stages: its thread takes a third of a second to start. */
	readonly tagger: Tagger;
	/** A neuron waits for a call that was put aside, or that the budget had no room for. */
	noteDeferred(reason: CallDeferredError): void;
};
