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
	const { high, low } = scan(activations, count);
	return { high, low };
}

/** One pass: both sides, and whether every value is finite. */
function scan(
	activations: ArrayLike<number>,
	count: number,
): {
	readonly high: Exemplar[];
	readonly low: Exemplar[];
	readonly finite: boolean;
} {
	const high = extremes(count);
	const low = extremes(count);
	/** Stays 0 while all values are finite and becomes NaN for good: cheaper than a test for each. */
	let spoilt = 0;
	let clip = 0;
	// The first `count` numbers go in, whatever they are.
	for (; clip < activations.length && high.isOpen(); clip += 1) {
		const value = activations[clip] as number;
		spoilt += value - value;
		if (Number.isNaN(value)) continue;
		high.insert(value, clip);
		low.insert(-value, clip);
	}
	// What a later one has to beat; nearly every one fails both.
	let top = high.last();
	let bottom = -low.last();
	for (; clip < activations.length; clip += 1) {
		const value = activations[clip] as number;
		spoilt += value - value;
		if (value > top) {
			high.insert(value, clip);
			top = high.last();
		}
		if (value < bottom) {
			low.insert(-value, clip);
			bottom = -low.last();
		}
	}
	return {
		high: high.list(activations),
		low: low.list(activations),
		finite: spoilt === 0,
	};
}

/** The clips with the `count` largest keys. A later clip goes before an earlier one only when it is strictly larger, so ties keep clip order. */
function extremes(count: number) {
	const clips = new Int32Array(count);
	const keys = new Float64Array(count);
	let kept = 0;
	return {
		isOpen: (): boolean => kept < count,
		/** The smallest key that is in. */
		last: (): number => keys[count - 1] as number,
		/** Puts a key in; when full, it has to be larger than the last one, which it pushes out. */
		insert(key: number, clip: number): void {
			let place = kept < count ? kept : count - 1;
			while (place > 0 && key > (keys[place - 1] as number)) {
				keys[place] = keys[place - 1] as number;
				clips[place] = clips[place - 1] as number;
				place -= 1;
			}
			keys[place] = key;
			clips[place] = clip;
			if (kept < count) kept += 1;
		},
		list: (activations: ArrayLike<number>): Exemplar[] =>
			Array.from(clips.subarray(0, kept), (clip, index) => ({
				rank: index + 1,
				clip,
				activation: activations[clip] as number,
			})),
	};
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
	const { high, low, finite } = scan(
		activations,
		Math.max(1, shownClips(clips, count)),
	);
	const nonFinite = finite
		? 0
		: Array.from(activations).filter((value) => !Number.isFinite(value)).length;
	return judgeClips({ high, low, nonFinite, clips, count });
}

/** Clips a side shows. */
function shownClips(clips: number, count: number): number {
	return clips < 2 * count ? Math.floor(clips / 2) : count;
}

/** The same from what has been ranked: at least min(`count`, floor(`clips` / 2)) and one of each side. `nonFinite`: clips with a NaN or infinity. */
export function judgeClips(neuron: {
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
	readonly nonFinite: number;
	readonly clips: number;
	readonly count: number;
}): RankedClips {
	const { high, low, nonFinite, clips, count } = neuron;
	if (nonFinite > 0) return skipped("non_finite", { nonFinite, clips });
	const few = clips < 2 * count;
	const shown = shownClips(clips, count);
	const [maximum, minimum] = [high[0]?.activation, low[0]?.activation];
	if (maximum === minimum)
		return maximum === 0
			? skipped("dead", { value: 0, clips })
			: skipped("constant", {
					...(maximum === undefined ? {} : { value: maximum }),
					clips,
				});
	return {
		status: { status: "ok", marks: few ? ["few_clips"] : [] },
		high: high.slice(0, shown),
		low: low.slice(0, shown),
	};
}

function skipped(
	reason: "constant" | "dead" | "non_finite",
	evidence: {
		readonly value?: number;
		readonly nonFinite?: number;
		readonly clips: number;
	},
): RankedClips {
	return { status: { status: "skipped", reason, evidence }, high: [], low: [] };
}

/** Share of the clips `[clips]` whose pooled activation is above 0, in [0, 1]; NaN counts as not above, no clips as 0. */
export function firingRate(activations: ArrayLike<number>): number {
	let above = 0;
	for (let clip = 0; clip < activations.length; clip += 1)
		if ((activations[clip] as number) > 0) above += 1;
	return activations.length === 0 ? 0 : above / activations.length;
}
