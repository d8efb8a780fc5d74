/** How strong the best of many correlations gets by chance: clips shuffled, all attributes looked at. */
import { randomPermutation, seededRandom } from "../../shared/random.ts";
import {
	minimumClips,
	type RankedAttribute,
	spearman,
	spearmanP,
} from "./rank-correlation.ts";

/** The least p of a shuffled neuron over all attributes, per shuffle, ascending. */
export type ChanceLevel = {
	readonly permutations: number;
	readonly seed: number;
	readonly leastP: Float64Array;
};

/**
 * Shuffles the clips of a neuron without ties (its ranks are all that matters, so one set of shuffles serves every neuron of the recording;
 * for neurons with ties it is an approximation). O(permutations x attributes x clips), once.
 */
export function chanceLevel(options: {
	readonly attributes: readonly RankedAttribute[];
	readonly clips: number;
	readonly permutations: number;
	/** Integer. */
	readonly seed: number;
}): ChanceLevel {
	const { attributes, clips, permutations, seed } = options;
	const usable = attributes.filter(
		({ sources, constant }) => sources >= minimumClips && !constant,
	);
	const random = seededRandom(seed);
	const activations = Float32Array.from({ length: clips }, (_, rank) => rank);
	const shuffled = new Float32Array(clips);
	const leastP = new Float64Array(permutations).fill(1);
	for (let shuffle = 0; shuffle < permutations; shuffle += 1) {
		const order = randomPermutation(clips, random);
		for (let place = 0; place < clips; place += 1)
			shuffled[order[place] as number] = activations[place] as number;
		for (const attribute of usable) {
			const rho = spearman(shuffled, order, attribute);
			const p = spearmanP(rho, attribute.sources);
			if (p < (leastP[shuffle] as number)) leastP[shuffle] = p;
		}
	}
	return { permutations, seed, leastP: leastP.sort() };
}

/**
 * The p of one correlation when all attributes were looked at: (1 + shuffles whose least p is at most `p`) / (1 + shuffles)
 * (Westfall and Young's single-step minP). NaN stays NaN.
 */
export function correctedP(p: number, { leastP }: ChanceLevel): number {
	if (Number.isNaN(p)) return Number.NaN;
	let low = 0;
	let high = leastP.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((leastP[middle] as number) <= p) low = middle + 1;
		else high = middle;
	}
	return (1 + low) / (1 + leastP.length);
}
