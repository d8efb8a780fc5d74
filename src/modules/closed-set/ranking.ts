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
 * Ranks the concepts of one neuron after the other. The `concepts` values from `start` on propose: every concept of at least `limitOf(fifth best value)` is
 * a candidate, and `scoreAll`, which decides, writes the scores of the first `count` candidates (ascending) to `exact`. NaN is never ranked, -Infinity comes
 * after every finite score, equal scores go to the lower index. The result is overwritten by the next call.
 */
export function createConceptRanker(options: {
	readonly concepts: number;
	readonly limitOf: (fifth: number) => number;
	readonly scoreAll: (
		candidates: Int32Array,
		count: number,
		exact: Float64Array,
	) => void;
}): (values: Float32Array | Float64Array, start: number) => RankedConcepts {
	const { concepts: width, limitOf, scoreAll } = options;
	const candidates = new Int32Array(width);
	const exact = new Float64Array(width);
	const last = RANKED_CONCEPTS - 1;
	const scores = new Float64Array(RANKED_CONCEPTS);
	const concepts = new Int32Array(RANKED_CONCEPTS);
	return (values, start) => {
		const limit = limitOf(fifthLargest(values, start, start + width));
		let proposed = 0;
		for (let concept = 0; concept < width; concept += 1)
			if ((values[start + concept] as number) >= limit) {
				candidates[proposed] = concept;
				proposed += 1;
			}
		scoreAll(candidates, proposed, exact);
		let count = 0;
		for (let index = 0; index < proposed; index += 1) {
			const score = exact[index] as number;
			if (Number.isNaN(score)) continue;
			// Candidates come in index order: an equal one stays behind.
			let place = count;
			while (place > 0 && score > (scores[place - 1] as number)) place -= 1;
			if (place > last) continue;
			for (let move = Math.min(count, last); move > place; move -= 1) {
				scores[move] = scores[move - 1] as number;
				concepts[move] = concepts[move - 1] as number;
			}
			scores[place] = score;
			concepts[place] = candidates[index] as number;
			count = Math.min(count + 1, RANKED_CONCEPTS);
		}
		return { count, concepts, scores };
	};
}

/** The fifth largest of the values in [start, end), NaN aside; -Infinity when there are fewer. Five variables: an array would take twice the time. */
function fifthLargest(
	values: Float32Array | Float64Array,
	start: number,
	end: number,
): number {
	let first = Number.NEGATIVE_INFINITY;
	let second = first;
	let third = first;
	let fourth = first;
	let fifth = first;
	for (let index = start; index < end; index += 1) {
		const value = values[index] as number;
		// NaN never compares greater.
		if (!(value > fifth)) continue;
		fifth = value;
		if (value > fourth) {
			fifth = fourth;
			fourth = value;
		}
		if (value > third) {
			fourth = third;
			third = value;
		}
		if (value > second) {
			third = second;
			second = value;
		}
		if (value > first) {
			second = first;
			first = value;
		}
	}
	return fifth;
}
