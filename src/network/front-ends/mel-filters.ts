/** Mel filter banks of librosa and of transformers' `mel_filter_bank`: triangles over frequency, on Slaney's mel scale. */

/** Weights of one triangle on the FFT bins from `first` on; bins outside weigh nothing. */
export type MelFilter = {
	readonly first: number;
	readonly weights: Float64Array;
};

export type MelFilterBank = readonly MelFilter[];

/** Slaney's scale: linear below 1,000 Hz (15 mel there), logarithmic above, a factor 6.4 in 27 mel. */
const LINEAR_HZ_PER_MEL = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / LINEAR_HZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

function slaneyMel(hertz: number): number {
	return hertz < BREAK_HZ
		? hertz / LINEAR_HZ_PER_MEL
		: BREAK_MEL + Math.log(hertz / BREAK_HZ) / LOG_STEP;
}

function slaneyHertz(mel: number): number {
	return mel < BREAK_MEL
		? mel * LINEAR_HZ_PER_MEL
		: BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}

const banks = new Map<string, MelFilterBank>();

/**
 * `melBins` triangles between `minHz` and `maxHz`, evenly spaced on Slaney's mel scale, each with the area of a filter of 1 Hz
 * (weights times 2 / width in Hz), as `librosa.filters.mel(norm="slaney", htk=False)`. Over the bins 0..fftSize/2 of a spectrum.
 * A triangle narrower than the bins may hold none: its energy is 0.
 */
export function slaneyFilters(options: {
	/** Hz. */
	readonly sampleRate: number;
	readonly fftSize: number;
	readonly melBins: number;
	readonly minHz: number;
	readonly maxHz: number;
}): MelFilterBank {
	const { sampleRate, fftSize, melBins, minHz, maxHz } = options;
	const key = [sampleRate, fftSize, melBins, minHz, maxHz].join(" ");
	const known = banks.get(key);
	if (known !== undefined) return known;
	const low = slaneyMel(minHz);
	const step = (slaneyMel(maxHz) - low) / (melBins + 1);
	const edges = Array.from({ length: melBins + 2 }, (_, index) =>
		slaneyHertz(low + index * step),
	);
	const bank = Array.from({ length: melBins }, (_, bin): MelFilter => {
		const [left, centre, right] = edges.slice(bin, bin + 3) as [
			number,
			number,
			number,
		];
		const weights: number[] = [];
		let first = 0;
		for (let k = 0; k <= fftSize / 2; k += 1) {
			const hertz = (k * sampleRate) / fftSize;
			const rising = (hertz - left) / (centre - left);
			const falling = (right - hertz) / (right - centre);
			const weight = Math.min(rising, falling);
			if (weight <= 0) continue;
			if (weights.length === 0) first = k;
			weights.push((weight * 2) / (right - left));
		}
		return { first, weights: Float64Array.from(weights) };
	});
	banks.set(key, bank);
	return bank;
}

/** Energy in one triangle of a power spectrum. */
export function filterEnergy(filter: MelFilter, power: Float64Array): number {
	const { first, weights } = filter;
	let energy = 0;
	for (let i = 0; i < weights.length; i += 1)
		energy += (weights[i] as number) * (power[first + i] as number);
	return energy;
}
