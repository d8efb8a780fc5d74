/** Power spectra of real frames of any even length, by a complex FFT of half the length. */
import { complexFft } from "./complex-fft.ts";

/**
 * A function that writes the power spectrum |X[k]|^2, k = 0..size/2, of `frame` (`size` real samples) into `power` (size/2 + 1 values).
 * X[k] = sum_n x[n] exp(-2 pi i k n / size), no scaling. `size` is even, from 4 up; products of 2, 3 and 5 are fast.
 * The frame is packed as size/2 complex numbers (even samples real, odd imaginary), transformed and unpacked
 * (the real-FFT identity: E[k] = (Z[k] + Z*[N-k]) / 2, O[k] = (Z[k] - Z*[N-k]) / 2i, X[k] = E[k] + exp(-2 pi i k / size) O[k]).
 */
export function powerSpectrum(
	size: number,
): (frame: Float64Array, power: Float64Array) => void {
	if (!Number.isInteger(size) || size < 4 || size % 2 !== 0)
		throw new RangeError(
			`Expected \`size\` to be an even number from 4 up, got \`${size}\``,
		);
	const half = size / 2;
	const transform = complexFft(half);
	const cosines = Float64Array.from({ length: half + 1 }, (_, k) =>
		Math.cos((-2 * Math.PI * k) / size),
	);
	const sines = Float64Array.from({ length: half + 1 }, (_, k) =>
		Math.sin((-2 * Math.PI * k) / size),
	);
	const packedRe = new Float64Array(half);
	const packedIm = new Float64Array(half);

	return (frame, power) => {
		for (let i = 0; i < half; i += 1) {
			packedRe[i] = frame[2 * i] as number;
			packedIm[i] = frame[2 * i + 1] as number;
		}
		const { re, im } = transform(packedRe, packedIm);
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
