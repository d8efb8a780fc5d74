/** What the modules make of a neuron. Readonly, no behaviour. */
import type { Side } from "./data.ts";

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

/**
 * Why a neuron has no closed-set concept: `constant`, `non_finite`: its activations; `few_clips`: rank-reorder needs at least 40; `tied_top`: rank-reorder,
 * its top clips all have the same activation; `prior_undefined`: soft-WPMI needs two finite neurons in the layer; `no_score`: no concept has a finite score.
 */
export type ClosedSetReason =
	| "constant"
	| "non_finite"
	| "few_clips"
	| "tied_top"
	| "prior_undefined"
	| "no_score";

/** `unstable_mean`: rank-reorder, the mean score of a listed concept is within 1e-6 of 0 because scores of both signs cancel out. */
export type ClosedSetFlag = "unstable_mean";

/** How module A compares: with captions (`db`), with the sound itself (`tab`), or by a language model that reads the high summary (`icl`). */
export type ClosedSetMethod = "db" | "tab" | "icl";

/** What a neuron's activations over all clips say about the concepts. */
export type ComparedConcepts = {
	readonly function:
		| "cosine"
		| "cos-cubed"
		| "rank-reorder"
		| "wpmi"
		| "soft-wpmi";
	/**
	 * Best five, best first; a concept without a score (NaN) is not among them. Empty when there is a `reason`. `score`: null is -Infinity, behind every
	 * finite one (rank-reorder divides by the root of the concept's mean score, which is 0); the first is finite.
	 */
	readonly ranked: readonly {
		readonly concept: string;
		readonly score: number | null;
	}[];
	/** Best minus second score; null without a second finite one. */
	readonly margin: number | null;
	/** `p95`: what at most one in 20 neurons without any relation to the clips exceeds, from its best scores over clip permutations; null when permutations = 0. */
	readonly null: {
		readonly permutations: number;
		readonly seed: number;
		readonly p95: number | null;
	};
	/** The best score exceeds `null.p95`; null when there is no null. False is reported as "no concept fits". */
	readonly aboveNull: boolean | null;
	/** Why `ranked` is empty. */
	readonly reason?: ClosedSetReason;
	/** What to know about the scores; at least one when there. */
	readonly flags?: readonly ClosedSetFlag[];
};

/** What a language model picked from the concept set, given the high summary. */
export type InContextConcepts = {
	readonly method: "icl";
	readonly function: null;
	/** At most five, best first. `score`: the probability, in [0, 1]; null when the provider gives none. */
	readonly ranked: readonly {
		readonly concept: string;
		readonly score: number | null;
	}[];
	/** Best minus second probability; null without both. */
	readonly margin: number | null;
	/** The model says that none fits. `ranked` is then what it named or ranked all the same. */
	readonly noneFits: boolean;
	/** Probability that none fits; null when the provider gives none. */
	readonly noneScore: number | null;
	/** The concepts it was shown, nearest to the summary first; null: the whole set, in its order. */
	readonly shortlist: readonly string[] | null;
};

/** What is multiplied before a softmax over the concepts (an inverse temperature); null: there is no softmax. The one is inside the other. */
export type SoftmaxFactors = {
	/** Of the cosine of caption and concept, in the concept scores. */
	readonly conceptScores: number | null;
	/** Of the concept scores, in WPMI and soft-WPMI. */
	readonly similarity: number | null;
};

/** Result of module A. */
export type ClosedSetResult =
	| (ComparedConcepts & {
			readonly method: "db" | "tab";
			/** Absent in results of earlier versions. */
			readonly softmaxFactors?: SoftmaxFactors;
	  })
	| InContextConcepts;

/** A sentence of the high summary after module B. */
export type CalibratedSentence = {
	readonly text: string;
	readonly kept: boolean;
	/**
	 * Why it was struck; absent when it is kept. `shared`: its largest cosine is above the threshold; `model`: the language model says that
	 * the low side says it too; `junk`, `too_short`: dropped before anything was compared.
	 */
	readonly reason?: "shared" | "model" | "junk" | "too_short";
	readonly support?: readonly number[];
	/** Largest cosine to a low sentence, null when undefined or there is no low sentence. */
	readonly cosine: number | null;
	/** The low sentence with that cosine. */
	readonly nearestLow: string | null;
	/** Cosines to the low sentences, in their order; null where undefined. Absent when nothing was compared. */
	readonly cosines?: readonly (number | null)[];
	/**
	 * Mean cosine to the captions of the high exemplars minus that to those of the low ones; null when undefined. Absent in sentences that were dropped
	 * before and in results of earlier versions.
	 */
	readonly margin?: number | null;
};

/** Result of module B. */
export type CalibratedSummary = {
	readonly status:
		| "calibrated"
		| "nothing_distinguishes"
		| "low_empty"
		| "high_empty";
	/** Who struck: the threshold, or a language model. Absent in results of earlier versions: the threshold. */
	readonly method?: "embeddings" | "model";
	/** Of the cosine, in [-1, 1]. Strikes nothing when the method is `model`. */
	readonly threshold: number;
	/** Compared sentences in order, then those dropped before. */
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
	/** One surviving sentence, never invented: the one with the largest margin. Null when none survived. */
	readonly description: string | null;
	/** Why there is no description: the high side shares nothing, or all of it was struck. Absent when there is one. */
	readonly noDescription?: "high_empty" | "nothing_distinguishes";
};
