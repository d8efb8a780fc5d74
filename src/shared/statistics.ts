/** Small statistics used in more than one folder. */

/** Wilson 95 % interval of `successes` out of `n` (Wilson 1927; z = 1.959964). Null when n = 0. */
export function wilsonInterval(
	successes: number,
	n: number,
): readonly [number, number] | null {
	if (n === 0) return null;
	const z = 1.959964;
	const p = successes / n;
	const centre = p + (z * z) / (2 * n);
	const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
	const scale = 1 + (z * z) / n;
	// At 0 and n of n the bounds are 0 and 1, which the last bit may miss.
	return [
		Math.max(0, (centre - half) / scale),
		Math.min(1, (centre + half) / scale),
	];
}

/** Linear-interpolation quantile (numpy's default) of values sorted ascending; NaN for no values. `q` in [0, 1]. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
	if (sorted.length === 0) return Number.NaN;
	const position = q * (sorted.length - 1);
	const below = Math.floor(position);
	const low = sorted[below] as number;
	const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
	return low + (position - below) * (high - low);
}

/** Cosine of two vectors of equal length, in [-1, 1]; NaN when either norm is zero or a value is not finite. Float64 sums. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let dot = 0;
	let normA = 0;
	let normB = 0;
	for (let i = 0; i < a.length; i += 1) {
		const x = a[i] as number;
		const y = b[i] as number;
		dot += x * y;
		normA += x * x;
		normB += y * y;
	}
	return dot / (Math.sqrt(normA) * Math.sqrt(normB));
}
