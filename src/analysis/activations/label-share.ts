/** How much of a neuron's variance lies between labels, beside the same number with the labels shuffled. */
import { randomPermutation, seededRandom } from "../../shared/random.ts";
import { quantileOfSorted } from "../../shared/statistics.ts";
import type { LabelGroups } from "./label-means.ts";

/** Label shuffles made once and used for every neuron. */
export type LabelShuffles = {
	readonly permutations: number;
	readonly seed: number;
	/** What was shuffled: whole source recordings when each has one label, else clips. */
	readonly of: "source_recordings" | "clips";
	/** `[permutations, labelled clips]`: shuffled label of each labelled clip. */
	readonly labels: Int32Array;
	/** `[permutations, labels]`: one over the clips that the label has in the shuffle; 0 for none. */
	readonly inverse: Float64Array;
};

/** Shuffles the labels over source recordings (over clips when a recording has several labels, or every clip is its own recording). */
export function labelShuffles(options: {
	readonly groups: LabelGroups;
	readonly sourceOf: Int32Array;
	readonly permutations: number;
	/** Integer. */
	readonly seed: number;
}): LabelShuffles {
	const { groups, sourceOf, permutations, seed } = options;
	const { clips, labelOf, labels } = groups;
	const n = clips.length;
	// Sources of the labelled clips, numbered anew; each with its label when it has only one.
	const number = new Map<number, number>();
	const labelOfSource: number[] = [];
	let oneLabelEach = true;
	const unitOf = clips.map((clip, index) => {
		const source = sourceOf[clip] as number;
		const label = labelOf[index] as number;
		let unit = number.get(source);
		if (unit === undefined) {
			unit = labelOfSource.length;
			number.set(source, unit);
			labelOfSource.push(label);
		} else if (labelOfSource[unit] !== label) oneLabelEach = false;
		return unit;
	});
	const whole = oneLabelEach && labelOfSource.length < n;
	const units = whole ? labelOfSource.length : n;
	const random = seededRandom(seed);
	const shuffled = new Int32Array(permutations * n);
	const inverse = new Float64Array(permutations * labels);
	for (let shuffle = 0; shuffle < permutations; shuffle += 1) {
		const order = randomPermutation(units, random);
		for (let i = 0; i < n; i += 1) {
			const other = order[whole ? (unitOf[i] as number) : i] as number;
			const label = (whole ? labelOfSource[other] : labelOf[other]) as number;
			shuffled[shuffle * n + i] = label;
			const place = shuffle * labels + label;
			inverse[place] = (inverse[place] as number) + 1;
		}
	}
	return {
		permutations,
		seed,
		of: whole ? "source_recordings" : "clips",
		labels: shuffled,
		inverse: inverse.map((count) => (count === 0 ? 0 : 1 / count)),
	};
}

export type LabelShare = {
	/** Eta squared in [0, 1]: variance between labels over all variance of the labelled clips. */
	readonly value: number;
	/** Labelled clips. */
	readonly n: number;
	/** The same with shuffled labels: mean and 95th percentile over the shuffles. Eta squared is above 0 for any labels. */
	readonly null: {
		readonly kind: "shuffled_labels";
		readonly of: LabelShuffles["of"];
		readonly permutations: number;
		readonly seed: number;
		readonly mean: number;
		readonly p95: number;
	};
	/** (1 + shuffles that reach the value) / (1 + shuffles). */
	readonly p: number;
};

/**
 * Eta squared of a neuron: `sum_l n_l (m_l - m)^2 / sum_i (a_i - m)^2`. O(shuffles x clips).
 * Or the reason why there is none: `no_labels` (fewer than two), `one_clip_per_label`, `too_few_clips` (below 5), `constant_activation`.
 */
export function labelShare(
	activations: Float32Array,
	groups: LabelGroups,
	shuffles: LabelShuffles,
):
	| LabelShare
	| {
			readonly reason:
				| "no_labels"
				| "one_clip_per_label"
				| "too_few_clips"
				| "constant_activation";
	  } {
	const { clips, labelOf, labels, sizes } = groups;
	const n = clips.length;
	if (labels < 2) return { reason: "no_labels" };
	if (n < 5) return { reason: "too_few_clips" };
	if (n === labels) return { reason: "one_clip_per_label" };
	const { values, total } = centre(activations, clips);
	if (total === 0) return { reason: "constant_activation" };
	const sums = new Float64Array(labels);
	const between = (
		label: Int32Array,
		inverse: Float64Array,
		shuffle: number,
	): number => {
		sums.fill(0);
		const from = shuffle * n;
		for (let i = 0; i < n; i += 1) {
			const place = label[from + i] as number;
			sums[place] = (sums[place] as number) + (values[i] as number);
		}
		let result = 0;
		for (let place = 0; place < labels; place += 1)
			result +=
				(sums[place] as number) ** 2 *
				(inverse[shuffle * labels + place] as number);
		return result / total;
	};
	const value = between(
		labelOf,
		sizes.map((size) => 1 / size),
		0,
	);
	const { permutations } = shuffles;
	const nulls = new Float64Array(permutations);
	let mean = 0;
	let reached = 0;
	for (let shuffle = 0; shuffle < permutations; shuffle += 1) {
		const share = between(shuffles.labels, shuffles.inverse, shuffle);
		nulls[shuffle] = share;
		mean += share / permutations;
		// Sums in another order differ in the last digits; an equal share has been reached.
		if (share >= value - 1e-12) reached += 1;
	}
	return {
		value: Math.min(1, value),
		n,
		null: {
			kind: "shuffled_labels",
			of: shuffles.of,
			permutations,
			seed: shuffles.seed,
			mean,
			p95: quantileOfSorted(nulls.sort(), 0.95),
		},
		p: (1 + reached) / (1 + permutations),
	};
}

/** Values of `clips` less their mean, and the sum of their squares: exactly 0 when all are equal. */
function centre(
	activations: Float32Array,
	clips: Int32Array,
): { readonly values: Float64Array; readonly total: number } {
	const n = clips.length;
	const values = new Float64Array(n);
	const first = activations[clips[0] as number] as number;
	let sum = 0;
	// Less the first value before anything is added up: equal values give zeros, and large offsets cost no digits.
	for (let i = 0; i < n; i += 1) {
		const value = (activations[clips[i] as number] as number) - first;
		values[i] = value;
		sum += value;
	}
	const mean = sum / n;
	let total = 0;
	for (let i = 0; i < n; i += 1) {
		const value = (values[i] as number) - mean;
		values[i] = value;
		total += value * value;
	}
	return { values, total };
}
