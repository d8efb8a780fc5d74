/** How much more a sentence says of the high clips than of the low ones. */
import { cosine } from "../../shared/statistics.ts";
import type { Side } from "../../types.ts";

/**
 * Mean cosine of a sentence to the captions of the high side minus that to the captions of the low side, in [-2, 2]. Undefined cosines (a
 * norm of zero, or not finite) do not count; null when a side has no other.
 */
export function marginOf(
	sentence: Float32Array,
	captions: Readonly<Record<Side, readonly Float32Array[]>>,
): number | null {
	const high = meanCosine(sentence, captions.high);
	const low = meanCosine(sentence, captions.low);
	return high === null || low === null ? null : high - low;
}

function meanCosine(
	vector: Float32Array,
	others: readonly Float32Array[],
): number | null {
	const values = others
		.map((other) => cosine(vector, other))
		.filter((value) => Number.isFinite(value));
	return values.length === 0
		? null
		: values.reduce((sum, value) => sum + value, 0) / values.length;
}
