/** What is inside the softmaxes that a closed-set score goes through, as every result states it. */
import type {
	ClosedSetMethod,
	ComparedConcepts,
	SoftmaxFactors,
} from "../../types.ts";
import type { ConceptScoreKind } from "./concept-scores.ts";
import { CONCEPT_SOFTMAX_FACTOR, mutualInformation } from "./constants.ts";

/**
 * The published ones (Wu, Lin, Weng 2024): 100 for concept scores from captions, 2 for WPMI, 10 for soft-WPMI. Scores from sounds, and those of the kind
 * `cosine`, go through no softmax of their own; the other similarity functions have none.
 */
export function softmaxFactors(options: {
	readonly method: Exclude<ClosedSetMethod, "icl">;
	/** For `db`. */
	readonly conceptScores: ConceptScoreKind;
	readonly function: ComparedConcepts["function"];
}): SoftmaxFactors {
	const { method, conceptScores, function: similarity } = options;
	return {
		conceptScores:
			method === "db" && conceptScores === "softmax"
				? CONCEPT_SOFTMAX_FACTOR
				: null,
		similarity:
			similarity === "wpmi" || similarity === "soft-wpmi"
				? mutualInformation(similarity, 1).scale
				: null,
	};
}
