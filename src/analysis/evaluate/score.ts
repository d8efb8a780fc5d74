/** What every score carries: value, how many it rests on, interval, chance, and the same score with labels shuffled. */
import { randomPermutation, seededRandom } from "../../shared/random.ts";
import { quantileOfSorted } from "../../shared/statistics.ts";

/** Seeded permutations of the labels behind a null, and resamples behind a bootstrap interval. */
const SHUFFLES = 1000;

export type Score = {
	readonly metric: string;
	/** Null when undefined, with `reason`. */
	readonly value: number | null;
	readonly reason?: "no_labels" | "no_valid_units" | "no_class_in_concept_set";
	/** Units counted, and units left out because their result failed or has nothing that could be scored. */
	readonly nValid: number;
	readonly nFailed: number;
	/** Of `nFailed`: units whose result names no concept, so that there is nothing to compare. Absent where that is a miss. */
	readonly nWithout?: number;
	/** nValid / (nValid + nFailed); null for none. Below 0.9 the value is of a selection. */
	readonly coverage: number | null;
	/** 95 % interval. Proportions: Wilson. Means: percentile bootstrap over units, 1,000 seeded resamples. */
	readonly ci95: readonly [number, number] | null;
	/** Expected by blind guessing; null when there is no such number. */
	readonly chance: number | null;
	/** Mean of the score over 1,000 seeded permutations of the class names over the units. */
	readonly null: {
		readonly value: number | null;
		readonly kind: "shuffled_labels";
	};
	readonly seed: number;
	/** `seen`: judged on the clips the concepts were found with. */
	readonly split: "seen";
};

/**
 * Mean over permutations of the mean over units of `value(unit, other)`: what `unit` scores with the label of `other`.
 * Null for no units.
 */
export function shuffledMean(
	units: number,
	seed: number,
	value: (unit: number, other: number) => number,
): number | null {
	if (units === 0) return null;
	const random = seededRandom(seed);
	let sum = 0;
	for (let shuffle = 0; shuffle < SHUFFLES; shuffle += 1)
		for (const [unit, other] of randomPermutation(units, random).entries())
			sum += value(unit, other);
	return sum / (SHUFFLES * units);
}

/** Percentile bootstrap of a mean, 95 %. Null for fewer than two values. */
export function bootstrapInterval(
	values: readonly number[],
	seed: number,
): readonly [number, number] | null {
	const n = values.length;
	if (n < 2) return null;
	const random = seededRandom(seed);
	const means = new Float64Array(SHUFFLES);
	for (let resample = 0; resample < SHUFFLES; resample += 1) {
		let sum = 0;
		for (let draw = 0; draw < n; draw += 1)
			sum += values[Math.floor(random() * n)] as number;
		means[resample] = sum / n;
	}
	means.sort();
	return [quantileOfSorted(means, 0.025), quantileOfSorted(means, 0.975)];
}

/** Mean, or null for no values. */
export function mean(values: readonly number[]): number | null {
	if (values.length === 0) return null;
	let sum = 0;
	for (const value of values) sum += value;
	return sum / values.length;
}
