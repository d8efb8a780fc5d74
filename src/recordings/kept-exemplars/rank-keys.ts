/** Activations and clip indices as single numbers that sort like the ranking does. */
import { MOST_CLIPS } from "./layout.ts";

/** The order (see `orderOf`) of infinity; a larger one, or a smaller one than its negative, is NaN. */
export const INFINITE = 0x7f800000;

/** An integer that orders float32 values by their bits: sign and magnitude; both zeros are 0. */
export function orderOf(bits: number): number {
	const sign = bits >> 31;
	// `| 0` says that it stays an integer of 32 bits, which is several times as fast.
	return ((bits ^ (sign & 0x7fffffff)) - sign) | 0;
}

/** Larger for a larger value, and for a lower clip index among equal ones. Exact in float64, as `order` has 32 bits and a clip index 21. */
export function highKey(order: number, clip: number): number {
	return order * MOST_CLIPS + (MOST_CLIPS - 1 - clip);
}

/** Smaller for a smaller value, and for a lower clip index among equal ones. */
export function lowKey(order: number, clip: number): number {
	return order * MOST_CLIPS + clip;
}

export function clipOfHighKey(key: number): number {
	return MOST_CLIPS - 1 - clipOfLowKey(key);
}

export function clipOfLowKey(key: number): number {
	return ((key % MOST_CLIPS) + MOST_CLIPS) % MOST_CLIPS;
}
