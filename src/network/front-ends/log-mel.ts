/**
 * Log-mel filter bank of Kaldi (`compute-fbank-feats`), as torchaudio's `compliance.kaldi.fbank` and AST's feature extractor use it.
 * Float64 inside, float32 out.
 */
import { filterEnergy, type MelFilter } from "./mel-filters.ts";
import { powerSpectrum } from "./real-fft.ts";

const SAMPLE_RATE = 16_000;
/** 25 ms, in samples. */
export const FRAME_LENGTH = 400;
/** 10 ms, in samples. */
const FRAME_SHIFT = 160;
const FFT_SIZE = 512;
const PRE_EMPHASIS = 0.97;
const LOWEST_HZ = 20;
/** Float32 epsilon: the floor of an energy before its logarithm. */
const ENERGY_FLOOR = 2 ** -23;
/** Kaldi's own window is a Hann window to this power. */
const POVEY_POWER = 0.85;

export type KaldiWindow = "hann" | "povey";

/** Whole frames in `samples` samples; 0 below 400. */
export function frameCount(samples: number): number {
	if (samples < FRAME_LENGTH) return 0;
	return 1 + Math.floor((samples - FRAME_LENGTH) / FRAME_SHIFT);
}

/**
 * Natural-log mel energies `[frames, melBins]` (row-major float32) of a 16 kHz signal with samples in [-1, 1].
 * Frames of 400 samples every 160, whole frames only (fewer than 400 samples: no frames); `maxFrames` stops early.
 * Per frame: subtract the mean; x[i] - 0.97 x[i-1] (the first against itself); symmetric Hann window (denominator 399); zero-pad to 512; power
 * spectrum; `melBins` triangles, linear in mel = 1127 ln(1 + f / 700) from 20 Hz to 8 kHz; ln(max(energy, 2^-23)). No dither.
 * `window` povey (Kaldi's and torchaudio's own default): the Hann window to the power 0.85. `gain` multiplies the samples first
 * (32,768: Kaldi's int16 scale).
 */
export function logMel(options: {
	readonly signal: Float32Array;
	readonly melBins?: number;
	readonly maxFrames?: number;
	readonly window?: KaldiWindow;
	readonly gain?: number;
}): Float32Array {
	const {
		signal,
		melBins = 128,
		maxFrames = Number.POSITIVE_INFINITY,
		gain = 1,
	} = options;
	const frames = Math.min(frameCount(signal.length), maxFrames);
	const filters = melFilters(melBins);
	const spectrum = fft();
	const window = kaldiWindow(options.window ?? "hann");
	const frame = new Float64Array(FFT_SIZE);
	const power = new Float64Array(FFT_SIZE / 2 + 1);
	const result = new Float32Array(frames * melBins);
	for (let index = 0; index < frames; index += 1) {
		prepareFrame(signal, index * FRAME_SHIFT, window, frame);
		spectrum(frame, power);
		for (let bin = 0; bin < melBins; bin += 1) {
			const energy =
				gain * gain * filterEnergy(filters[bin] as MelFilter, power);
			result[index * melBins + bin] = Math.log(Math.max(energy, ENERGY_FLOOR));
		}
	}
	return result;
}

/** Writes the windowed frame that starts at `start` into `frame`; what is beyond its 400 samples stays zero. */
function prepareFrame(
	signal: Float32Array,
	start: number,
	window: Float64Array,
	frame: Float64Array,
): void {
	let sum = 0;
	for (let i = 0; i < FRAME_LENGTH; i += 1) sum += signal[start + i] as number;
	const mean = sum / FRAME_LENGTH;
	let previous = (signal[start] as number) - mean;
	for (let i = 0; i < FRAME_LENGTH; i += 1) {
		const value = (signal[start + i] as number) - mean;
		frame[i] = (value - PRE_EMPHASIS * previous) * (window[i] as number);
		previous = value;
	}
}

function toMel(hertz: number): number {
	return 1127 * Math.log(1 + hertz / 700);
}

const filterBanks = new Map<number, readonly MelFilter[]>();

/** Kaldi's triangles: linear in mel on both sides; the Nyquist bin weighs nothing. Computed once per `melBins`. */
function melFilters(melBins: number): readonly MelFilter[] {
	const known = filterBanks.get(melBins);
	if (known !== undefined) return known;
	if (!Number.isInteger(melBins) || melBins < 1)
		throw new RangeError(
			`Expected \`melBins\` to be an integer from 1 up, got \`${melBins}\``,
		);
	const low = toMel(LOWEST_HZ);
	const step = (toMel(SAMPLE_RATE / 2) - low) / (melBins + 1);
	const bank = Array.from({ length: melBins }, (_, bin): MelFilter => {
		const left = low + bin * step;
		const weights: number[] = [];
		let first = 0;
		for (let i = 0; i < FFT_SIZE / 2; i += 1) {
			const mel = toMel((i * SAMPLE_RATE) / FFT_SIZE);
			const rising = (mel - left) / step;
			const falling = (left + 2 * step - mel) / step;
			const weight = Math.min(rising, falling);
			if (weight <= 0) continue;
			if (weights.length === 0) first = i;
			weights.push(weight);
		}
		return { first, weights: Float64Array.from(weights) };
	});
	filterBanks.set(melBins, bank);
	return bank;
}

let sharedFft: ReturnType<typeof powerSpectrum> | undefined;
function fft(): ReturnType<typeof powerSpectrum> {
	sharedFft ??= powerSpectrum(FFT_SIZE);
	return sharedFft;
}

const windows = new Map<KaldiWindow, Float64Array>();
function kaldiWindow(name: KaldiWindow): Float64Array {
	const known = windows.get(name);
	if (known !== undefined) return known;
	const window = Float64Array.from({ length: FRAME_LENGTH }, (_, i) => {
		const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (FRAME_LENGTH - 1));
		return name === "povey" ? hann ** POVEY_POWER : hann;
	});
	windows.set(name, window);
	return window;
}
