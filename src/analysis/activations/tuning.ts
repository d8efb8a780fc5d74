/** Tuning: which values of an attribute a neuron answers to, also when that is a band in the middle, which a rank correlation cannot see. */
import { fisherUpper } from "./distributions.ts";
import { midRanks } from "./ranks.ts";

/** Clips a bin should have, and the most bins. */
const clipsPerBin = 10;
const mostBins = 20;

export type AttributeBins = {
	readonly bins: number;
	/** Bin per clip; -1: the clip does not have the attribute. */
	readonly binOf: Int16Array;
	readonly sizes: Float64Array;
	/** Median attribute value per bin, ascending. */
	readonly medians: Float64Array;
};

/**
 * Bins of about equal size (quantile bins; equal values are never split), at most 20, about 10 clips each. Null for fewer than two bins:
 * under 20 clips, or nearly all of them equal. `values`: one per clip, NaN where there is none.
 */
export function attributeBins(values: Float64Array): AttributeBins | null {
	const clips = [...values.keys()].filter(
		(clip) => !Number.isNaN(values[clip] as number),
	);
	const n = clips.length;
	const wanted = Math.min(mostBins, Math.floor(n / clipsPerBin));
	if (wanted < 2) return null;
	const ranks = midRanks(clips.map((clip) => values[clip] as number));
	const members = new Map<number, number[]>();
	for (const [index, clip] of clips.entries()) {
		// The mid-rank of a tie decides for all of it.
		const share = ((ranks[index] as number) - 0.5) / n;
		const bin = Math.min(wanted - 1, Math.floor(share * wanted));
		const list = members.get(bin);
		if (list === undefined) members.set(bin, [clip]);
		else list.push(clip);
	}
	const filled = [...members].sort(([a], [b]) => a - b);
	if (filled.length < 2) return null;
	const binOf = new Int16Array(values.length).fill(-1);
	for (const [bin, [, list]] of filled.entries())
		for (const clip of list) binOf[clip] = bin;
	return {
		bins: filled.length,
		binOf,
		sizes: Float64Array.from(filled, ([, list]) => list.length),
		medians: Float64Array.from(filled, ([, list]) => {
			const sorted = list
				.map((clip) => values[clip] as number)
				.sort((a, b) => a - b);
			const middle = (sorted.length - 1) / 2;
			return (
				((sorted[Math.floor(middle)] as number) +
					(sorted[Math.ceil(middle)] as number)) /
				2
			);
		}),
	};
}

export type Tuning = {
	/** Mean activation per bin. */
	readonly means: Float64Array;
	/** The bin with the highest mean; ties: the lower bin. */
	readonly peak: number;
	/**
	 * Share of the neuron's variance that the bins explain, corrected for their number (epsilon squared):
	 * `1 - (n - 1) / (n - bins) (1 - eta^2)`; about 0 for no relation, may be slightly negative.
	 */
	readonly share: number;
	/** P of no difference between bins by Fisher's F; an approximation where activations are far from normal. */
	readonly p: number;
};

/** Tuning of a neuron; null when it is constant over the clips that have the attribute, or bins leave no degrees of freedom. O(clips). */
export function tuningOf(
	activations: Float32Array,
	{ bins, binOf, sizes }: AttributeBins,
): Tuning | null {
	const sums = new Float64Array(bins);
	let n = 0;
	let sum = 0;
	let first = Number.NaN;
	let squares = 0;
	for (let clip = 0; clip < binOf.length; clip += 1) {
		const bin = binOf[clip] as number;
		if (bin < 0) continue;
		const value = activations[clip] as number;
		if (n === 0) first = value;
		// Less the first value: large offsets cost no digits, and equal values give exact zeros.
		const moved = value - first;
		sums[bin] = (sums[bin] as number) + moved;
		sum += moved;
		squares += moved * moved;
		n += 1;
	}
	const total = squares - (sum * sum) / n;
	if (!(squares > 0) || !(total > 0) || n <= bins) return null;
	let between = -(sum * sum) / n;
	const means = new Float64Array(bins);
	let peak = 0;
	for (let bin = 0; bin < bins; bin += 1) {
		const mean = (sums[bin] as number) / (sizes[bin] as number);
		between += (sums[bin] as number) * mean;
		means[bin] = mean + first;
		if ((means[bin] as number) > (means[peak] as number)) peak = bin;
	}
	const eta = Math.min(1, Math.max(0, between / total));
	const f = eta / (bins - 1) / ((1 - eta) / (n - bins));
	return {
		means,
		peak,
		share: 1 - ((n - 1) / (n - bins)) * (1 - eta),
		p: fisherUpper(f, bins - 1, n - bins),
	};
}
