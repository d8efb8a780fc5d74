/** Seeded randomness: splitmix64-seeded xoshiro is more than is needed; 32-bit sfc32 passes PractRand and is short. */

/** A generator of numbers in [0, 1), fully determined by the seed (an integer). */
export function seededRandom(seed: number): () => number {
	if (!Number.isInteger(seed))
		throw new RangeError(`Expected \`seed\` to be an integer, got \`${seed}\``);
	let a = 0x9e3779b9 ^ seed;
	let b = 0x243f6a88 ^ Math.floor(seed / 2 ** 32);
	let c = 0xb7e15162;
	let counter = 1;
	const next = (): number => {
		const t = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = ((c << 21) | (c >>> 11)) + t;
		c |= 0;
		return (t >>> 0) / 2 ** 32;
	};
	for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
	return next;
}

/** A uniformly random order of 0..length-1 (Fisher-Yates). */
export function randomPermutation(
	length: number,
	random: () => number,
): Int32Array {
	const order = Int32Array.from({ length }, (_, index) => index);
	for (let i = length - 1; i > 0; i -= 1) {
		const j = Math.floor(random() * (i + 1));
		const swapped = order[i] as number;
		order[i] = order[j] as number;
		order[j] = swapped;
	}
	return order;
}
