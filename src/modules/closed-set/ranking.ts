/** Which concepts come first. */

/** Concepts kept per neuron. */
export const RANKED_CONCEPTS = 5;

/**
 * Indices of the concepts, best first, at most `count`: score descending, equal scores by lower index, -Infinity after every finite score.
 * NaN is never ranked, so the list can be shorter, or empty.
 */
export function rankConcepts(
	scores: ArrayLike<number>,
	count = scores.length,
): number[] {
	const ranked: number[] = [];
	for (let index = 0; index < scores.length; index += 1)
		if (!Number.isNaN(scores[index])) ranked.push(index);
	return ranked
		.sort(
			(a, b) =>
				compareDescending(scores[a] as number, scores[b] as number) || a - b,
		)
		.slice(0, count);
}

/** Subtraction would make NaN of two equal infinities. */
function compareDescending(a: number, b: number): number {
	if (a === b) return 0;
	return a > b ? -1 : 1;
}

/** The best concepts of a neuron: the first `count` places. */
export type RankedConcepts = {
	readonly count: number;
	readonly concepts: Int32Array;
	readonly scores: Float64Array;
};

/**
 * Ranks the concepts of one neuron after the other. `values` propose: every concept of at least `limitOf(fifth best value)` is scored by `scoreOf`, which
 * decides. NaN is never ranked, infinite scores are left out, equal scores go to the lower index. The result is overwritten by the next call.
 */
export function createConceptRanker(): (
	values: ArrayLike<number>,
	limitOf: (fifth: number) => number,
	scoreOf: (concept: number) => number,
) => RankedConcepts {
	const last = RANKED_CONCEPTS - 1;
	const best = new Float64Array(RANKED_CONCEPTS);
	const scores = new Float64Array(RANKED_CONCEPTS);
	const concepts = new Int32Array(RANKED_CONCEPTS);
	return (values, limitOf, scoreOf) => {
		best.fill(Number.NEGATIVE_INFINITY);
		let fifth = Number.NEGATIVE_INFINITY;
		for (let index = 0; index < values.length; index += 1) {
			const value = values[index] as number;
			// NaN never compares greater.
			if (!(value > fifth)) continue;
			let place = last;
			while (place > 0 && value > (best[place - 1] as number)) {
				best[place] = best[place - 1] as number;
				place -= 1;
			}
			best[place] = value;
			fifth = best[last] as number;
		}
		const limit = limitOf(fifth);
		let count = 0;
		for (let index = 0; index < values.length; index += 1) {
			if (!((values[index] as number) >= limit)) continue;
			const score = scoreOf(index);
			if (!Number.isFinite(score)) continue;
			// Candidates come in index order: an equal one stays behind.
			let place = count;
			while (place > 0 && score > (scores[place - 1] as number)) place -= 1;
			if (place > last) continue;
			for (let move = Math.min(count, last); move > place; move -= 1) {
				scores[move] = scores[move - 1] as number;
				concepts[move] = concepts[move - 1] as number;
			}
			scores[place] = score;
			concepts[place] = index;
			count = Math.min(count + 1, RANKED_CONCEPTS);
		}
		return { count, concepts, scores };
	};
}
