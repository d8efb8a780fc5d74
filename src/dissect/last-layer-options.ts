/** What the concepts of a run's output layer are made from, and what they come to. */
import type { LanguageModel } from "../llm/port.ts";
import type { IdentifyPrompt } from "../modules/closed-set/in-context.ts";
import type { RunView, Store } from "../store/store.ts";
import type {
	ClosedSetMethod,
	ComparedConcepts,
	SoftmaxFactors,
} from "../types.ts";
import type { ClosedSetScoresOptions } from "./closed-set-scores.ts";

/** Concepts per output unit, best first. */
export type LastLayerRanking = {
	readonly method: ClosedSetMethod;
	readonly function: ComparedConcepts["function"] | null;
	/** Null for `icl`. */
	readonly softmaxFactors: SoftmaxFactors | null;
	/** In unit order. Empty: none could be ranked. Null: failed or not reached. */
	readonly ranked: readonly (readonly string[] | null)[];
	/** Why no unit has a concept at all; the scores are then undefined. */
	readonly reason: string | null;
};

export type LastLayerRankingsOptions = Omit<
	ClosedSetScoresOptions,
	"recording"
> & {
	readonly store: Store;
	readonly run: RunView;
	/** Name of the output layer. */
	readonly layer: string;
	readonly units: number;
	/** For `icl`; null: only what the run has stored. */
	readonly writer: {
		readonly model: LanguageModel;
		readonly prompt: IdentifyPrompt;
		/** Calls in flight, 1 and up. */
		readonly concurrency: number;
	} | null;
	readonly seed: number;
};
