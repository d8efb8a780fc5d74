/** What every stage of a dissection works with. */
import type { EmbeddingModel } from "../embeddings/port.ts";
import type { LanguageModel } from "../llm/port.ts";
import type { Prompts } from "../prompts/load.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Json } from "../shared/hash.ts";
import type { Store } from "../store/store.ts";
import type { ClosedSetResult, ConceptSet, LongOptions } from "../types.ts";

/** The numbers and choices of the method; every one of them can change results and is part of the run's key. */
export type MethodOptions = {
	/** Exemplars per side, 1 and up. */
	readonly exemplars: { readonly count: number };
	readonly closedSet: {
		readonly function: ClosedSetResult["function"];
		/** `softmax`: softmax over concepts of 100 x cosine; `cosine`: the cosine itself. */
		readonly conceptScores: "softmax" | "cosine";
		/** Clip permutations of the null, 0 and up (0: no null). */
		readonly permutations: number;
	};
	/** Shortest sentence kept, in word tokens. */
	readonly summarize: { readonly minWords: number };
	/** A high sentence is struck when its largest cosine exceeds this. */
	readonly summaryCalibration: { readonly threshold: number };
	readonly seed: number;
};

/** Who writes: a language model with its prompts, or null for the extractive describer. */
export type Writer = {
	readonly model: LanguageModel;
	/** Everything about it that can change a reply: provider, base URL, model, parameters. Part of the run's key. */
	readonly identity: Json;
	/** Calls in flight, 1 and up. */
	readonly concurrency: number;
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
	readonly writer: Writer;
	readonly prompts: Prompts;
	readonly method: MethodOptions;
	/** A neuron waits for a call that was put aside. */
	noteDeferred(): void;
};
