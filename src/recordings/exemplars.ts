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
	const high = extremes(count);
	const low = extremes(count);
	for (let clip = 0; clip < activations.length; clip += 1) {
		const value = activations[clip] as number;
		if (Number.isNaN(value)) continue;
		high.insert(value, clip);
		low.insert(-value, clip);
	}
	return { high: high.list(activations), low: low.list(activations) };
}

/** The clips with the `count` largest keys. A later clip goes before an earlier one only when it is strictly larger, so ties keep clip order. */
function extremes(count: number) {
	const clips = new Int32Array(count);
	const keys = new Float64Array(count);
	let kept = 0;
	return {
		insert(key: number, clip: number): void {
			if (kept === count && !(key > (keys[count - 1] as number))) return;
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
	return judgeClips({
		...topAndBottomClips(activations, Math.max(1, shownClips(clips, count))),
		nonFinite: Array.from(activations).filter(
			(value) => !Number.isFinite(value),
		).length,
		clips,
		count,
	});
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
