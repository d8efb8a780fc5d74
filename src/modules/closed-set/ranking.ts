/** Which concepts come first. */

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
