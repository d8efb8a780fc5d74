/** Power mel spectrogram of a signal that may be shorter than what is analysed. */
import { filterEnergy, type MelFilterBank } from "./mel-filters.ts";
import { powerSpectrum } from "./real-fft.ts";

export type MelEnergyOptions = {
	readonly signal: Float32Array;
	/** Samples analysed: beyond the end of `signal` they are zeros, and never more of it is read. */
	readonly length: number;
	/** Frames. */
	readonly frames: number;
	/** Samples from frame to frame. */
	readonly hop: number;
	/** Sample at which the first frame starts; negative before the signal. */
	readonly start: number;
	/** As long as the FFT. */
	readonly window: Float64Array;
	/** What is before sample 0 and after sample `length` - 1. */
	readonly edges: "zeros" | "reflect";
	readonly filters: MelFilterBank;
};

/** Mel energies `[frames, filters]`, row-major. */
export function melEnergies(options: MelEnergyOptions): Float64Array {
	const { signal, frames, hop, start, window, filters } = options;
	const size = window.length;
	const spectrum = powerSpectrum(size);
	const frame = new Float64Array(size);
	const power = new Float64Array(size / 2 + 1);
	const energies = new Float64Array(frames * filters.length);
	const sound = Math.min(signal.length, options.length);
	for (let index = 0; index < frames; index += 1) {
		const from = start + index * hop;
		// Silence beyond the end has no energy; reflected sound is not silence.
		if (from >= sound && from + size <= options.length) continue;
		if (from >= 0 && from + size <= sound)
			for (let i = 0; i < size; i += 1)
				frame[i] = (signal[from + i] as number) * (window[i] as number);
		else
			for (let i = 0; i < size; i += 1)
				frame[i] = sampleAt(options, from + i) * (window[i] as number);
		spectrum(frame, power);
		for (const [bin, filter] of filters.entries())
			energies[index * filters.length + bin] = filterEnergy(filter, power);
	}
	return energies;
}

function sampleAt(options: MelEnergyOptions, index: number): number {
	const { signal, length, edges } = options;
	let at = index;
	if (edges === "reflect") {
		if (at < 0) at = -at;
		if (at >= length) at = 2 * (length - 1) - at;
	}
	if (at < 0 || at >= length || at >= signal.length) return 0;
	return signal[at] as number;
}

/** Hann window with denominator `length` (periodic), in the middle of `size` samples, zeros around it. */
export function periodicHann(length: number, size = length): Float64Array {
	const window = new Float64Array(size);
	const offset = (size - length) / 2;
	for (let i = 0; i < length; i += 1)
		window[offset + i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length);
	return window;
}
