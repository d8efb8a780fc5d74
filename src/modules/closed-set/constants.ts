/** The published numbers of the similarity functions (Wu, Lin, Weng 2024, "AND: Audio Network Dissection", and its released code). */

/** The five ways to compare a neuron's activations with a concept's scores over the clips. */
export const SIMILARITY_FUNCTIONS = [
	"cosine",
	"cos-cubed",
	"rank-reorder",
	"wpmi",
	"soft-wpmi",
] as const;
export type SimilarityFunction = (typeof SIMILARITY_FUNCTIONS)[number];

/** Concept scores from captions: factor of the cosine inside the softmax over concepts (CLIP's logit scale; an inverse temperature). */
export const CONCEPT_SOFTMAX_FACTOR = 100;

/** cos-cubed: the smallest norm a cubed column is divided by, so that a nearly constant neuron scores near 0 instead of its noise near 1. */
export const SMALLEST_CUBED_NORM = 1e-3;

/** rank-reorder: share of the clips that count, and the powers of the distance (|d|^power) and of the mean score. */
export const RANK_REORDER = {
	topFraction: 0.05,
	power: 3,
	scaleP: 0.5,
	/** A mean score nearer to 0 than this, of scores with both signs, says little: the score is flagged `unstable_mean`. */
	unstableMean: 1e-6,
} as const;

/** WPMI: clips that count, factor of the scores inside the softmax, weight of the prior. */
const WPMI = { topK: 28, a: 2, lambda: 0.6, eps: 1e-7 } as const;

/** soft-WPMI: as WPMI, with weights that fall from `pStart` towards `pEnd` over the clips. */
const SOFT_WPMI = {
	topK: 100,
	a: 10,
	lambda: 1,
	pStart: 0.998,
	pEnd: 0.97,
	eps: 1e-7,
} as const;

/** Clips of rank-reorder: a twentieth of them, rounded down. Below 40 clips that is less than two, and no score is defined. */
export function rankReorderClips(clips: number): number {
	return Math.trunc(RANK_REORDER.topFraction * clips);
}

/**
 * WPMI and soft-WPMI in one form: `l[u,c] = sum_j log(base_j + weight_j q_j)` over the `min(topK, clips)` top clips, `q = softmax(scale P)`,
 * `S = l - lambda * prior`. WPMI: `log(q + eps)`; soft-WPMI: `log(1 + w_j (q_j - 1) + eps)`.
 */
export type MutualInformation = {
	readonly scale: number;
	readonly lambda: number;
	readonly base: readonly number[];
	readonly weight: readonly number[];
};

export function mutualInformation(
	similarity: "wpmi" | "soft-wpmi",
	clips: number,
): MutualInformation {
	if (similarity === "wpmi") {
		const { topK, a, lambda, eps } = WPMI;
		const length = Math.min(topK, clips);
		return {
			scale: a,
			lambda,
			base: Array<number>(length).fill(eps),
			weight: Array<number>(length).fill(1),
		};
	}
	const { topK, a, lambda, pStart, pEnd, eps } = SOFT_WPMI;
	const length = Math.min(topK, clips);
	const weight = Array.from(
		{ length },
		(_, j) => pStart - (j / length) * (pStart - pEnd),
	);
	return {
		scale: a,
		lambda,
		base: weight.map((w) => 1 - w + eps),
		weight,
	};
}
