/** Exemplars: the clips that rank highest and lowest for a neuron, and whether the neuron can be described at all. */
import type { ActivationStatus, Exemplar } from "../types.ts";

/** Activations `[clips]` of one neuron, summarised. */
export type RankedClips = {
	readonly status: ActivationStatus;
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
};

/**
 * The `count` (1 and up) clips with the largest and with the smallest values of one neuron, `[clips]`.
 * Order: value descending (high) or ascending (low); equal values by lower clip index on both sides; -0 equals 0; NaN is
 * never selected, infinities are ordinary values. Length: min(count, values that are not NaN). The sides are independent
 * and may overlap. (AND; ties and NaN are settled here, the released code leaves them to `topk`.)
 */
export function topAndBottomClips(
	activations: ArrayLike<number>,
	count: number,
): { readonly high: Exemplar[]; readonly low: Exemplar[] } {
	return {
		high: extremes(activations, count, 1),
		low: extremes(activations, count, -1),
	};
}

/** Insertion into a short sorted list; a later clip goes in only when it is strictly better, so ties keep clip order. */
function extremes(
	activations: ArrayLike<number>,
	count: number,
	sign: 1 | -1,
): Exemplar[] {
	const clips: number[] = [];
	const keys: number[] = [];
	for (let clip = 0; clip < activations.length; clip += 1) {
		const key = sign * (activations[clip] as number);
		if (Number.isNaN(key)) continue;
		if (keys.length === count && !(key > (keys[count - 1] as number))) continue;
		let place = keys.length;
		while (place > 0 && key > (keys[place - 1] as number)) place -= 1;
		keys.splice(place, 0, key);
		clips.splice(place, 0, clip);
		if (keys.length > count) {
			keys.pop();
			clips.pop();
		}
	}
	return clips.map((clip, index) => ({
		rank: index + 1,
		clip,
		activation: activations[clip] as number,
	}));
}

/**
 * Exemplars as shown to a describer, with the neuron's status. With fewer than 2 x `count` clips each side gets
 * floor(clips / 2), so that no clip is on both, and the neuron is marked `few_clips`. Neurons that are constant, dead
 * (constant 0) or have a NaN or infinity are `skipped` with what was seen.
 */
export function rankClips(
	activations: ArrayLike<number>,
	count: number,
): RankedClips {
	const clips = activations.length;
	let minimum = Number.POSITIVE_INFINITY;
	let maximum = Number.NEGATIVE_INFINITY;
	let nonFinite = 0;
	for (let clip = 0; clip < clips; clip += 1) {
		const value = activations[clip] as number;
		if (!Number.isFinite(value)) nonFinite += 1;
		if (value < minimum) minimum = value;
		if (value > maximum) maximum = value;
	}
	if (nonFinite > 0)
		return {
			status: {
				status: "skipped",
				reason: "non_finite",
				evidence: { nonFinite, clips },
			},
			high: [],
			low: [],
		};
	if (minimum === maximum)
		return {
			status: {
				status: "skipped",
				reason: maximum === 0 ? "dead" : "constant",
				evidence: { value: maximum === 0 ? 0 : maximum, clips },
			},
			high: [],
			low: [],
		};
	const few = clips < 2 * count;
	const shown = few ? Math.floor(clips / 2) : count;
	return {
		status: { status: "ok", marks: few ? ["few_clips"] : [] },
		...topAndBottomClips(activations, shown),
	};
}
