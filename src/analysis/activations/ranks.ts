/** Orders and mid-ranks. */

/**
 * The clips of `values` (float32, finite) from the lowest to the highest value; equal values by lower index. -0 equals 0.
 * One number holds the value (32 bits, in an order-keeping form) and the index (21 bits), so that the engine's own numeric sort does it.
 */
export function ascendingOrder(values: Float32Array): Int32Array {
	const { length } = values;
	if (length > 2 ** 21)
		throw new RangeError(
			`Expected at most ${2 ** 21} values, got \`${length}\``,
		);
	const plain = Float32Array.from(values, (value) => value + 0);
	const bits = new Uint32Array(plain.buffer);
	const keys = new Float64Array(length);
	for (let i = 0; i < length; i += 1) {
		const word = bits[i] as number;
		const ordered = word >= 0x80000000 ? 0xffffffff - word : word + 0x80000000;
		keys[i] = ordered * 2 ** 21 + i;
	}
	keys.sort();
	const order = new Int32Array(length);
	for (let place = 0; place < length; place += 1)
		order[place] = (keys[place] as number) % 2 ** 21;
	return order;
}

/** Mid-ranks from 1 of `values` (finite): equal values share the mean of their places (scipy.stats.rankdata). */
export function midRanks(values: ArrayLike<number>): Float64Array {
	const { length } = values;
	const order = Int32Array.from({ length }, (_, index) => index).sort(
		(a, b) => (values[a] as number) - (values[b] as number),
	);
	const ranks = new Float64Array(length);
	for (let start = 0; start < length; ) {
		const value = values[order[start] as number];
		let end = start + 1;
		while (end < length && values[order[end] as number] === value) end += 1;
		for (let place = start; place < end; place += 1)
			ranks[order[place] as number] = (start + 1 + end) / 2;
		start = end;
	}
	return ranks;
}
