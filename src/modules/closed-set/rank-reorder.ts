/** rank-reorder for one neuron and one concept, by its definition. */
import { RANK_REORDER } from "./constants.ts";

/**
 * `values`: the largest activations, descending; `scores`: the concept's scores on the same clips. With r the true rank of a score (0: smallest; equal
 * scores: the earlier clip has the lower rank) and s the activations ascending: `err = mean |t_i - s[r_i]|^3 / b`, `b = (1/n^2) sum_ij |t_i - t_j|^3`,
 * the result `-err / sqrt(mean score)`. NaN for no clips, one clip, equal activations or a negative mean; -Infinity for a mean of 0.
 */
export function rankReorderScore(
	values: readonly number[],
	scores: readonly number[],
): number {
	const { power, scaleP } = RANK_REORDER;
	const n = values.length;
	const order = Array.from(scores.keys()).sort(
		(a, b) => (scores[a] as number) - (scores[b] as number) || a - b,
	);
	const ascending = values.toReversed();
	let error = 0;
	for (const [rank, place] of order.entries())
		error +=
			Math.abs((values[place] as number) - (ascending[rank] as number)) **
			power;
	let baseline = 0;
	for (const a of values)
		for (const b of values) baseline += Math.abs(a - b) ** power;
	let mean = 0;
	for (const score of scores) mean += score;
	mean /= n;
	return 0 - error / n / (baseline / n ** 2) / mean ** scaleP;
}
