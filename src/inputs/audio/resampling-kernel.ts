/** The weights of the resampler, one set per phase, worked out when first needed and kept for the next clip. */

const WIDTH = 6;
const ROLLOFF = 0.99;
/** Rate pairs kept. A probe set has a handful; the oldest goes first. */
const KEPT_KERNELS = 8;

/** Weights of one output position: input samples from `first` on, counted from the start of the block. */
export type Phase = { readonly first: number; readonly weights: Float64Array };

/** `outputStep` output samples span exactly `inputStep` input samples (the rates over their greatest common divisor). */
export type ResamplingKernel = {
	readonly inputStep: number;
	readonly outputStep: number;
	/** `index` in 0..outputStep - 1. */
	readonly phase: (index: number) => Phase;
};

const kernels = new Map<string, ResamplingKernel>();

/** The kernel of a pair of rates (whole Hz). A pure function of them: kept, never changed. */
export function resamplingKernel(
	fromRate: number,
	toRate: number,
): ResamplingKernel {
	const divisor = greatestCommonDivisor(fromRate, toRate);
	const inputStep = fromRate / divisor;
	const outputStep = toRate / divisor;
	const key = `${inputStep}/${outputStep}`;
	const known = kernels.get(key);
	if (known !== undefined) return known;
	const phases: (Phase | undefined)[] = new Array(outputStep);
	const kernel: ResamplingKernel = {
		inputStep,
		outputStep,
		phase: (index) => {
			const made = phases[index];
			if (made !== undefined) return made;
			const phase = makePhase(index, inputStep, outputStep);
			phases[index] = phase;
			return phase;
		},
	};
	for (const oldest of kernels.keys()) {
		if (kernels.size < KEPT_KERNELS) break;
		kernels.delete(oldest);
	}
	kernels.set(key, kernel);
	return kernel;
}

function makePhase(
	index: number,
	inputStep: number,
	outputStep: number,
): Phase {
	const f = (ROLLOFF * Math.min(inputStep, outputStep)) / inputStep;
	const centre = (index * inputStep) / outputStep;
	const first = Math.ceil(centre - WIDTH / f);
	const last = Math.floor(centre + WIDTH / f);
	const weights = new Float64Array(last - first + 1);
	for (let k = 0; k < weights.length; k += 1) {
		// n - centre over a common denominator: the numerator is exact.
		const distance =
			((first + k) * outputStep - index * inputStep) / outputStep;
		const u = Math.min(WIDTH, Math.max(-WIDTH, f * distance));
		const sinc = u === 0 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u);
		weights[k] = f * sinc * Math.cos((Math.PI * u) / (2 * WIDTH)) ** 2;
	}
	return { first, weights };
}

function greatestCommonDivisor(a: number, b: number): number {
	return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
