/** The clips with the largest activations of a neuron: descending, equal activations by lower clip index, -0 equal to 0. */
import type { Kernels } from "./kernels/kernels.ts";
import type { LayerPlan } from "./layer-plan.ts";

/** Shorter ranges are sorted by insertion. */
const RUN = 16;
const KEY_BYTES = 8;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

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
 * Writes the `plan.top` best clips of the finite row in the scratch at `base` to `target` (32-bit indices). `mean`: of the row, a first guess.
 * The row's padding is overwritten with -Infinity.
 */
export function selectTopClips(options: {
	readonly plan: LayerPlan;
	readonly kernels: Kernels;
	/** The whole memory as float32. */
	readonly floats: Float32Array;
	readonly base: number;
	readonly mean: number;
	readonly target: number;
}): void {
	const { plan, kernels, floats, base, mean, target } = options;
	const { top, clips, rowValues, scratch } = plan;
	const row = base + scratch.row;
	const end = row + 4 * rowValues;
	floats.fill(Number.NEGATIVE_INFINITY, row / 4 + clips, row / 4 + rowValues);
	const count = (ordered: number): number =>
		kernels.countAtLeast(row, end, floatOf(ordered));

	// At least `top` values are >= low, fewer are >= high.
	let low = orderedOf(mean);
	let found = count(low);
	if (found < top) {
		low = orderedOf(-LARGEST_FLOAT32);
		found = clips;
	}
	let high = orderedOf(kernels.largest(row, end)) + 1;
	// A few too many are sorted; hardly more work than to find the exact limit.
	const enough = top + (top >> 2) + 4;
	while (found > enough && high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		const counted = count(middle);
		if (counted >= top) {
			low = middle;
			found = counted;
		} else high = middle;
	}
	// Many values equal to the last place: the first of them in clip order.
	const equal = high - low <= 1;
	const keys = base + scratch.keys;
	const keysEnd = kernels.collect(
		row,
		end,
		floatOf(equal ? high : low),
		floatOf(low),
		equal ? top - count(high) : 0,
		keys,
	);
	const sorted = sortKeys(kernels, keys, keysEnd, base + scratch.spareKeys);
	kernels.indicesOf(sorted, sorted + KEY_BYTES * top, target);
}

/** Where the keys of [from, end) are once sorted: there or at `spare`. */
function sortKeys(
	kernels: Kernels,
	from: number,
	end: number,
	spare: number,
): number {
	const length = end - from;
	for (let start = from; start < end; start += RUN * KEY_BYTES)
		kernels.sortRun(start, Math.min(end, start + RUN * KEY_BYTES));
	let source = from;
	let target = spare;
	for (let run = RUN * KEY_BYTES; run < length; run *= 2) {
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
