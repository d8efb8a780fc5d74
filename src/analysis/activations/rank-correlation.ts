/** Spearman's rank correlation of a neuron with an attribute: value, 95 % interval, p. */
import { studentTwoSided } from "./distributions.ts";
import { midRanks } from "./ranks.ts";

/** Fewer clips than this give no correlation. */
export const minimumClips = 5;

/** An attribute prepared for any neuron. */
export type RankedAttribute = {
	/** Clips that have it. */
	readonly n: number;
	/** Distinct source recordings among them. */
	readonly sources: number;
	/** 1 for a clip that has it. */
	readonly has: Uint8Array;
	/** Mid-ranks less their mean, of length one (0 for clips that do not have it); all 0 when the attribute is constant. */
	readonly ranks: Float64Array;
	readonly constant: boolean;
};

/** Ranks an attribute once. `values`: one per clip, NaN where there is none. */
export function rankedAttribute(
	values: Float64Array,
	sourceOf: Int32Array,
): RankedAttribute {
	const clips = [...values.keys()].filter(
		(clip) => !Number.isNaN(values[clip] as number),
	);
	const n = clips.length;
	const has = new Uint8Array(values.length);
	const ranks = new Float64Array(values.length);
	const own = midRanks(clips.map((clip) => values[clip] as number));
	let squares = 0;
	for (const rank of own) squares += (rank - (n + 1) / 2) ** 2;
	for (const [index, clip] of clips.entries()) {
		has[clip] = 1;
		if (squares > 0)
			ranks[clip] = ((own[index] as number) - (n + 1) / 2) / Math.sqrt(squares);
	}
	return {
		n,
		sources: new Set(clips.map((clip) => sourceOf[clip])).size,
		has,
		ranks,
		constant: squares === 0,
	};
}

/**
 * Spearman's rho in [-1, 1] over the clips that have the attribute: Pearson's correlation of mid-ranks, so ties are exact
 * (scipy.stats.spearmanr). NaN when either side is constant there. `order`: all clips from the lowest activation to the highest
 * (`ascendingOrder`), so a neuron is sorted once for all attributes. O(clips).
 */
export function spearman(
	activations: Float32Array,
	order: Int32Array,
	attribute: RankedAttribute,
): number {
	const { has, ranks, n } = attribute;
	if (attribute.constant || n < 2) return Number.NaN;
	let seen = 0;
	let product = 0;
	let squares = 0;
	for (let place = 0; place < order.length; ) {
		const value = activations[order[place] as number] as number;
		let tied = 0;
		let sum = 0;
		do {
			const clip = order[place] as number;
			if (has[clip] === 1) {
				tied += 1;
				sum += ranks[clip] as number;
			}
			place += 1;
		} while (
			place < order.length &&
			activations[order[place] as number] === value
		);
		const rank = seen + (tied + 1) / 2 - (n + 1) / 2;
		product += rank * sum;
		squares += rank * rank * tied;
		seen += tied;
	}
	if (squares === 0) return Number.NaN;
	return Math.min(1, Math.max(-1, product / Math.sqrt(squares)));
}

/**
 * 95 % interval of rho: Fisher's z with Bonett and Wright's standard error, `tanh(atanh(rho) +- 1.959964 sqrt((1 + rho^2 / 2) / (n - 3)))`.
 * An approximation for continuous data, a little narrow with many ties; `n` counts source recordings, not clips, so that cuts of one
 * recording do not narrow it. Null for n < 5 and for |rho| = 1, where z is infinite.
 */
export function spearmanInterval(
	rho: number,
	n: number,
): readonly [number, number] | null {
	if (!(Math.abs(rho) < 1) || n < minimumClips) return null;
	const half = 1.959964 * Math.sqrt((1 + (rho * rho) / 2) / (n - 3));
	const z = Math.atanh(rho);
	return [Math.tanh(z - half), Math.tanh(z + half)];
}

/**
 * Two-sided p of rho = 0 by Student's t with n - 2 degrees (scipy's default), never below 2 / n!, the least that shuffling n clips can give.
 */
export function spearmanP(rho: number, n: number): number {
	if (Number.isNaN(rho) || n < 3) return Number.NaN;
	const t = rho * Math.sqrt((n - 2) / ((1 - rho) * (1 + rho)));
	let least = 2;
	for (let factor = 2; factor <= n && least > 1e-300; factor += 1)
		least /= factor;
	return Math.min(1, Math.max(studentTwoSided(t, n - 2), least));
}
