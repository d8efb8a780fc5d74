/** musicnn's log-mel patches. */
import { melEnergies, periodicHann } from "./mel-energies.ts";
import { slaneyFilters } from "./mel-filters.ts";
import type { FrontEndRows } from "./rows.ts";
import type { MusicnnMel } from "./schema.ts";
import { planWindows } from "./windows.ts";

const FFT_SIZE = 512;
/** 16 ms, in samples. */
const HOP = 256;
/** Frames of one patch, 3 s. */
export const MUSICNN_FRAMES = 187;
export const MUSICNN_MEL_BINS = 96;

/**
 * `[187, 96]` per row, consecutive patches of the clip (what is left at the end is dropped, as in the original): power mel spectrogram, periodic
 * Hann window of 512 samples every 256, frames centred with zeros outside, 96 Slaney mel filters with Slaney's area norm from 0 to 8 kHz,
 * log10(1 + 10,000 m). A clip shorter than 47,872 samples is padded with zeros. The original computes m in float16 and overflows on loud clips:
 * here it does not.
 */
export function musicnnMel(
	spec: MusicnnMel,
	waveform: Float32Array,
): FrontEndRows {
	const patch = MUSICNN_FRAMES * HOP;
	const length = Math.max(waveform.length, patch);
	const plan = planWindows({
		length: 1 + Math.floor(length / HOP),
		window: MUSICNN_FRAMES,
		long: spec.long,
		leftover: "drop",
	});
	const rows = plan.starts.length;
	const energies = melEnergies({
		signal: waveform,
		length,
		frames: rows * MUSICNN_FRAMES,
		hop: HOP,
		start: -FFT_SIZE / 2,
		window: periodicHann(FFT_SIZE),
		edges: "zeros",
		filters: slaneyFilters({
			sampleRate: spec.sampleRate,
			fftSize: FFT_SIZE,
			melBins: MUSICNN_MEL_BINS,
			minHz: 0,
			maxHz: 8000,
		}),
	});
	const features = Float32Array.from(energies, (energy) =>
		Math.log10(1 + 10_000 * energy),
	);
	const heard = rows * patch;
	return {
		features,
		rows,
		unheard: Math.max(0, waveform.length - heard) / waveform.length,
		padding: Math.max(0, heard - waveform.length) / heard,
		// Frame t is centred on sample t * HOP.
		lengths: plan.starts.map((start) =>
			Math.min(MUSICNN_FRAMES, 1 + Math.floor(waveform.length / HOP) - start),
		),
	};
}
