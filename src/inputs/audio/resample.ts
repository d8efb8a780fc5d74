/** Sample rate conversion with torchaudio's default kernel: Hann-windowed sinc, width 6, rolloff 0.99. */
import { type Phase, resamplingKernel } from "./resampling-kernel.ts";

/**
 * Resamples a mono signal. `y[m] = sum_n x[n] f sinc(u) cos^2(pi u / 12)`, `u = f (n - m in/out)`, `|u| <= 6`,
 * `f = 0.99 min(in, out) / in`, zero outside the signal: `torchaudio.functional.resample` with its defaults, in float64 sums.
 * Rates in Hz, whole numbers. Length `ceil(out * length / in)`. Equal rates return the signal itself, not a copy.
 * Throws RangeError for a rate that is not a whole number from 1 up.
 */
export function resample(
	signal: Float32Array,
	fromRate: number,
	toRate: number,
): Float32Array {
	for (const [name, rate] of Object.entries({ fromRate, toRate }))
		if (!Number.isSafeInteger(rate) || rate < 1)
			throw new RangeError(
				`Expected \`${name}\` to be a whole number of Hz from 1 up, got \`${rate}\``,
			);
	if (fromRate === toRate) return signal;
	const kernel = resamplingKernel(fromRate, toRate);
	const output = new Float32Array(
		Math.ceil((kernel.outputStep * signal.length) / kernel.inputStep),
	);
	let blockStart = 0;
	for (let m = 0; m < output.length; blockStart += kernel.inputStep)
		for (let p = 0; p < kernel.outputStep && m < output.length; p += 1, m += 1)
			output[m] = weightedSum(signal, blockStart, kernel.phase(p));
	return output;
}

/** Four sums at a time, added in a fixed order: the processor can overlap them, the result does not depend on it. */
function weightedSum(
	signal: Float32Array,
	blockStart: number,
	{ first, weights }: Phase,
): number {
	const start = blockStart + first;
	let k = Math.max(0, -start);
	const end = Math.min(weights.length, signal.length - start);
	let a = 0;
	let b = 0;
	let c = 0;
	let d = 0;
	for (; k + 3 < end; k += 4) {
		const n = start + k;
		a += (signal[n] as number) * (weights[k] as number);
		b += (signal[n + 1] as number) * (weights[k + 1] as number);
		c += (signal[n + 2] as number) * (weights[k + 2] as number);
		d += (signal[n + 3] as number) * (weights[k + 3] as number);
	}
	for (; k < end; k += 1)
		a += (signal[start + k] as number) * (weights[k] as number);
	return a + b + (c + d);
}
