/** Power spectra of real frames, by a complex FFT of half the length. */

/**
 * A function that writes the power spectrum |X[k]|^2, k = 0..size/2, of `frame` (`size` real samples) into `power` (size/2 + 1 values).
 * X[k] = sum_n x[n] exp(-2 pi i k n / size), no scaling. `size` is a power of two from 4 up.
 * The frame is packed as size/2 complex numbers (even samples real, odd imaginary), transformed by an in-place radix-2 FFT and unpacked
 * (the real-FFT identity: E[k] = (Z[k] + Z*[N-k]) / 2, O[k] = (Z[k] - Z*[N-k]) / 2i, X[k] = E[k] + exp(-2 pi i k / size) O[k]).
 */
export function powerSpectrum(
	size: number,
): (frame: Float64Array, power: Float64Array) => void {
	const half = size / 2;
	if (size < 4 || !Number.isInteger(Math.log2(size)))
		throw new RangeError(
			`Expected \`size\` to be a power of two from 4 up, got \`${size}\``,
		);
	const reversed = bitReversal(half);
	// exp(-2 pi i k / size) for k = 0..half: every second one is a root of unity of the half-length transform.
	const cosines = Float64Array.from({ length: half + 1 }, (_, k) =>
		Math.cos((-2 * Math.PI * k) / size),
	);
	const sines = Float64Array.from({ length: half + 1 }, (_, k) =>
		Math.sin((-2 * Math.PI * k) / size),
	);
	const re = new Float64Array(half);
	const im = new Float64Array(half);

	return (frame, power) => {
		for (let i = 0; i < half; i += 1) {
			const from = reversed[i] as number;
			re[i] = frame[2 * from] as number;
			im[i] = frame[2 * from + 1] as number;
		}
		for (let length = 2; length <= half; length *= 2) {
			const middle = length / 2;
			const stride = size / length;
			for (let j = 0; j < middle; j += 1) {
				const wr = cosines[j * stride] as number;
				const wi = sines[j * stride] as number;
				for (let a = j; a < half; a += length) {
					const b = a + middle;
					const xr = re[b] as number;
					const xi = im[b] as number;
					const tr = xr * wr - xi * wi;
					const ti = xr * wi + xi * wr;
					const ar = re[a] as number;
					const ai = im[a] as number;
					re[b] = ar - tr;
					im[b] = ai - ti;
					re[a] = ar + tr;
					im[a] = ai + ti;
				}
			}
		}
		for (let k = 0; k <= half; k += 1) {
			const a = k === half ? 0 : k;
			const b = k === 0 ? 0 : half - k;
			const ar = re[a] as number;
			const ai = im[a] as number;
			const br = re[b] as number;
			const bi = im[b] as number;
			const oddRe = (ai + bi) / 2;
			const oddIm = (br - ar) / 2;
			const wr = cosines[k] as number;
			const wi = sines[k] as number;
			const xr = (ar + br) / 2 + oddRe * wr - oddIm * wi;
			const xi = (ai - bi) / 2 + oddRe * wi + oddIm * wr;
			power[k] = xr * xr + xi * xi;
		}
	};
}

function bitReversal(length: number): Uint32Array {
	const bits = Math.log2(length);
	return Uint32Array.from({ length }, (_, index) => {
		let result = 0;
		for (let bit = 0; bit < bits; bit += 1)
			if (index & (1 << bit)) result |= 1 << (bits - 1 - bit);
		return result;
	});
}
