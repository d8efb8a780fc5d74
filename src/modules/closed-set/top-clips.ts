/** The clips with the largest activations of a neuron: descending, equal activations by lower clip index, -0 equal to 0. */
import type { Moments } from "./engine.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { RUN_KEYS } from "./kernels/sort.ts";
import type { LayerPlan } from "./layer-plan.ts";

const KEY_BYTES = 8;
const LARGEST_FLOAT32 = 3.4028234663852886e38;
/** The first guess, in standard deviations above the mean: what about 2 % of the values of a normal distribution exceed. */
const FIRST_GUESS = 2;
/** How far a guess follows what the last neuron would have needed. */
const LEARNING = 0.1;
/** Corrections of a guess before the range is halved. */
const CORRECTIONS = 2;

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** An integer that is larger for a larger float32, and back: the bits of negative numbers in reverse order. */
function orderedOf(value: number): number {
	float[0] = value;
	const integer = bits[0] as number;
	return integer ^ ((integer >> 31) & 0x7fffffff);
}

function floatOf(ordered: number): number {
	bits[0] = ordered ^ ((ordered >> 31) & 0x7fffffff);
	return float[0] as number;
}

/**
 * Selects the `plan.top` best clips of one neuron after the other. `row`: the address of its activations, all finite (padding is overwritten with
 * -Infinity); `moments`: of them; `target`: where the clips go (32-bit indices).
 * A limit that little more than `top` values reach is guessed from the neurons before, which are alike in a layer. The guess costs or saves time; it
 * changes no result.
 */
export function createTopClipSelector(options: {
	readonly plan: LayerPlan;
	readonly kernels: Kernels;
	/** The whole memory as float32. */
	readonly floats: Float32Array;
	/** Of the scratch. */
	readonly base: number;
}): (row: number, moments: Moments, target: number) => void {
	const { plan, kernels, floats, base } = options;
	const { top, clips, rowValues, scratch } = plan;
	const keys = base + scratch.keys;
	const keysOf = (keysEnd: number): number => (keysEnd - keys) / KEY_BYTES;
	// So many by chance that neither too few nor too many are likely; sorting a few more is less work than another look at all values.
	const chance = Math.sqrt(top);
	const aim = top + 2 * chance;
	const most = top + 5 * chance + 8;
	let guess = FIRST_GUESS;

	/** Writes the keys of few values, at least the `top` best, and returns their end. `low` was reached by `found`. */
	const search = (
		row: number,
		low: number,
		found: number,
		{ mean, deviation }: Moments,
	): number => {
		const end = row + 4 * rowValues;
		// At least `top` values are >= lower, fewer are >= upper.
		let lower = orderedOf(-LARGEST_FLOAT32);
		let counted = clips;
		let upper = orderedOf(kernels.largest(row, end)) + 1;
		let reached = found;
		const narrowTo = (ordered: number, count: number): void => {
			reached = count;
			if (count >= top) {
				lower = ordered;
				counted = count;
			} else upper = ordered;
		};
		const tryAt = (ordered: number): void => {
			if (ordered > lower && ordered < upper)
				narrowTo(ordered, kernels.countAtLeast(row, end, floatOf(ordered)));
		};
		const first = orderedOf(low);
		if (first > lower && first < upper) narrowTo(first, found);
		let place = guess;
		for (let time = 0; time < CORRECTIONS && counted > most; time += 1) {
			// As for the tail of a normal distribution.
			place += Math.log(Math.max(reached, 0.5) / aim) / Math.max(1, place);
			tryAt(orderedOf(mean + place * deviation));
		}
		if (counted === clips) tryAt(orderedOf(mean));
		while (counted > most && upper - lower > 1)
			tryAt(Math.floor((lower + upper) / 2));
		if (deviation > 0)
			guess += LEARNING * ((floatOf(lower) - mean) / deviation - guess);
		// Many values equal to the last place: the first of them in clip order.
		const equal = upper - lower <= 1;
		return addressOf(
			kernels.collect(
				row,
				end,
				floatOf(equal ? upper : lower),
				floatOf(lower),
				equal ? top - kernels.countAtLeast(row, end, floatOf(upper)) : 0,
				keys,
			),
		);
	};

	return (row, moments, target) => {
		if (clips < rowValues)
			floats.fill(
				Number.NEGATIVE_INFINITY,
				row / 4 + clips,
				row / 4 + rowValues,
			);
		const low = Math.max(
			-LARGEST_FLOAT32,
			Math.fround(moments.mean + guess * moments.deviation),
		);
		let keysEnd = addressOf(
			kernels.collect(row, row + 4 * rowValues, low, low, 0, keys),
		);
		const found = keysOf(keysEnd);
		if (found < top || found > most) keysEnd = search(row, low, found, moments);
		else guess += LEARNING * Math.log(found / aim);
		const sorted = sortKeys(kernels, keys, keysEnd, base + scratch.spareKeys);
		kernels.indicesOf(sorted, sorted + KEY_BYTES * top, target);
	};
}

/** Kernels return addresses as signed numbers: from 2 GiB on they would be negative. */
function addressOf(returned: number): number {
	return returned >>> 0;
}

/** Where the keys of [from, end) are once sorted: there or at `spare`. */
function sortKeys(
	kernels: Kernels,
	from: number,
	end: number,
	spare: number,
): number {
	const length = addressOf(kernels.sortRuns(from, end)) - from;
	let source = from;
	let target = spare;
	for (let run = RUN_KEYS * KEY_BYTES; run < length; run *= 2) {
		for (let start = 0; start < length; start += 2 * run)
			kernels.mergeRuns(
				source + start,
				source + Math.min(length, start + run),
				source + Math.min(length, start + 2 * run),
				target + start,
			);
		[source, target] = [target, source];
	}
	return source;
}
