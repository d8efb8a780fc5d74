/** One pass over a neuron's activations: its highest and lowest clips, clips of the active range for scoring, and counts. */
import { AT, COLUMNS, HELD_OUT, MOST_CLIPS, PER_SIDE } from "./layout.ts";
import {
	clipOfHighKey,
	clipOfLowKey,
	highKey,
	INFINITE,
	lowKey,
	orderOf,
} from "./rank-keys.ts";

/** Values that are looked at first, to guess what the active ones, a twentieth, exceed. */
const SAMPLE = 128;
/** The guess is the sample's value at this place from the top: an eighth of all values are then above it or equal, far more than a twentieth. */
const GUESS = 16;
/** With fewer clips everything is sorted. */
const FEW_CLIPS = 2 * SAMPLE;

export type KeptRanker = (
	/** `[clips]`, not changed. */
	activations: Float32Array,
	/** `[COLUMNS]`, filled. */
	into: Float32Array,
) => void;

/**
 * A ranker for neurons of `clips` activations (1 to 2^21). The order is that of `topAndBottomClips`: value descending (high) or ascending (low), equal values
 * by lower clip index, -0 equals 0, NaN nowhere, infinities ordinary.
 *
 * Active clips: of n values that are not NaN the floor(0.05 (n - 1)) + 1 highest, that is, those from the 0.95 quantile up, ties cut by lower clip index.
 * Held out: of the active clips that are on neither kept side, in that order, all L of them when L <= 20, else those at floor((j + 1/2) L / 20), j = 0..19: two
 * in each of ten quantile bins of the active range. No describer is shown one of them while it is shown at most 10 a side.
 */
export function createKeptRanker(clips: number): KeptRanker {
	if (!(clips >= 1 && clips <= MOST_CLIPS))
		throw new RangeError(
			`Expected 1 to ${MOST_CLIPS} clips to rank, got \`${clips}\``,
		);
	/** The active ones and the next, for the quantile. */
	const wanted = Math.max(PER_SIDE, Math.ceil((5 * (clips - 1)) / 100) + 1);
	/** Ascending. In `high` at least the wanted highest, `above` of them; in `low` at least the lowest `PER_SIDE`, `below`. */
	const high = new Float64Array(clips);
	const low = new Float64Array(Math.max(clips, PER_SIDE));
	const sample = new Float32Array(SAMPLE);
	const sampleBits = new Int32Array(sample.buffer);
	let above = 0;
	let below = 0;
	let positive = 0;
	let nonFinite = 0;

	/** Any values. */
	function rankAll(bits: Int32Array): void {
		above = 0;
		nonFinite = 0;
		positive = 0;
		for (let clip = 0; clip < clips; clip += 1) {
			const order = orderOf(bits[clip] as number);
			if (order >= INFINITE || order <= -INFINITE) {
				nonFinite += 1;
				if (order > INFINITE || order < -INFINITE) continue;
			}
			if (order > 0) positive += 1;
			high[above] = highKey(order, clip);
			low[above] = lowKey(order, clip);
			above += 1;
		}
		below = above;
		high.subarray(0, above).sort();
		low.subarray(0, below).sort();
	}

	/** Many values; false, and nothing ranked, when the guess was too high or one of them is not finite. */
	function rankGuessed(bits: Int32Array, floor: number): boolean {
		let count = 0;
		let lows = 0;
		let positives = 0;
		/** Negative as soon as one value is not finite. */
		let odd = 0;
		/** The order that a lower one has to be below; equal ones come later and do not go in. */
		let bottom = INFINITE + 1;
		for (let clip = 0; clip < clips; clip += 1) {
			const pattern = bits[clip] as number;
			const order = orderOf(pattern);
			odd |= ((pattern & 0x7fffffff) + 0x00800000) | 0;
			// Its sign, 1 above 0: no branch that is hard to predict.
			positives += -order >>> 31;
			if (order > floor) {
				high[count] = highKey(order, clip);
				count += 1;
			}
			if (order < bottom) {
				const key = lowKey(order, clip);
				let place = lows < PER_SIDE ? lows : PER_SIDE - 1;
				while (place > 0 && key < (low[place - 1] as number)) {
					low[place] = low[place - 1] as number;
					place -= 1;
				}
				low[place] = key;
				if (lows < PER_SIDE) lows += 1;
				if (lows === PER_SIDE)
					bottom = Math.floor((low[PER_SIDE - 1] as number) / MOST_CLIPS) | 0;
			}
		}
		if (odd < 0) return false;
		// The first of those that equal the floor: behind a ReLU most values are one and the same.
		for (let clip = 0; clip < clips && count < wanted; clip += 1)
			if (orderOf(bits[clip] as number) === floor) {
				high[count] = highKey(floor, clip);
				count += 1;
			}
		if (count < wanted) return false;
		high.subarray(0, count).sort();
		above = count;
		below = lows;
		positive = positives;
		nonFinite = 0;
		return true;
	}

	function rank(values: Float32Array, bits: Int32Array): void {
		if (clips >= FEW_CLIPS) {
			for (let index = 0; index < SAMPLE; index += 1)
				sample[index] = values[Math.floor((index * clips) / SAMPLE)] as number;
			sample.sort();
			const floor = orderOf(sampleBits[SAMPLE - GUESS] as number);
			if (rankGuessed(bits, floor)) return;
		}
		rankAll(bits);
	}

	/** The clip at a rank from 0, highest first. */
	const clipAt = (place: number): number =>
		clipOfHighKey(high[above - 1 - place] as number);
	const lowClipAt = (place: number): number =>
		clipOfLowKey(low[place] as number);

	return (activations, into) => {
		rank(
			activations,
			new Int32Array(activations.buffer, activations.byteOffset, clips),
		);
		into.fill(Number.NaN, 0, COLUMNS);
		const put = (
			[at, atActivations]: readonly [number, number],
			length: number,
			list: readonly number[],
		): void => {
			for (let index = 0; index < length; index += 1) {
				const clip = list[index] ?? -1;
				into[at + index] = clip;
				if (clip >= 0)
					into[atActivations + index] = activations[clip] as number;
			}
		};
		const numbers = nonFinite === 0 ? clips : above;
		const perSide = Math.min(PER_SIDE, numbers);
		const highest = Array.from({ length: perSide }, (_, place) =>
			clipAt(place),
		);
		const lowest = Array.from({ length: perSide }, (_, place) =>
			lowClipAt(place),
		);
		put([AT.highClips, AT.highActivations], PER_SIDE, highest);
		put([AT.lowClips, AT.lowActivations], PER_SIDE, lowest);
		put(
			[AT.heldOutClips, AT.heldOutActivations],
			HELD_OUT,
			heldOut(numbers, lowest, clipAt),
		);
		into[AT.nonFinite] = nonFinite;
		into[AT.positive] = positive;
		into[AT.p95] = quantile(
			numbers,
			(place) => activations[clipAt(place)] as number,
		);
	};
}

function heldOut(
	numbers: number,
	lowest: readonly number[],
	clipAt: (rank: number) => number,
): number[] {
	const active = Math.floor((5 * (numbers - 1)) / 100) + 1;
	const candidates: number[] = [];
	for (let place = PER_SIDE; place < active; place += 1) {
		const clip = clipAt(place);
		if (!lowest.includes(clip)) candidates.push(clip);
	}
	const { length } = candidates;
	if (length <= HELD_OUT) return candidates;
	return Array.from(
		{ length: HELD_OUT },
		(_, j) =>
			candidates[Math.floor(((2 * j + 1) * length) / (2 * HELD_OUT))] as number,
	);
}

/** numpy.quantile(values, 0.95) of `numbers` values; `at` gives the value at a rank from 0, highest first. */
function quantile(numbers: number, at: (rank: number) => number): number {
	if (numbers === 0) return Number.NaN;
	const hundredths = 95 * (numbers - 1);
	const whole = Math.floor(hundredths / 100);
	const lower = at(numbers - 1 - whole);
	const share = (hundredths % 100) / 100;
	if (share === 0) return lower;
	return lower + (at(numbers - 2 - whole) - lower) * share;
}
