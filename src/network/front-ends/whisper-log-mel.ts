/** Whisper's log-mel spectrogram, as transformers' `WhisperFeatureExtractor` makes it. */
import { melEnergies, periodicHann } from "./mel-energies.ts";
import { slaneyFilters } from "./mel-filters.ts";
import type { FrontEndRows } from "./rows.ts";
import type { WhisperLogMel } from "./schema.ts";
import { planWindows } from "./windows.ts";

const FFT_SIZE = 400;
/** 10 ms, in samples. */
const HOP = 160;
const ENERGY_FLOOR = 1e-10;
/** In powers of ten below the loudest value of the row. */
const RANGE = 8;

/**
 * `[melBins, frames]` per row of frames * 160 samples, padded with zeros: periodic Hann window of 400 samples, frames centred with reflected
 * edges (the frame after the last is dropped), power, Slaney mel filters from 0 to 8 kHz, log10(max(e, 1e-10)), floor 8 below the row's
 * maximum, (v + 4) / 4.
 */
export function whisperLogMel(
	spec: WhisperLogMel,
	waveform: Float32Array,
): FrontEndRows {
	const { melBins, frames, long } = spec;
	const length = frames * HOP;
	const plan = planWindows({ length: waveform.length, window: length, long });
	const { starts, unheard, padding } = plan;
	const filters = slaneyFilters({
		sampleRate: spec.sampleRate,
		fftSize: FFT_SIZE,
		melBins,
		minHz: 0,
		maxHz: 8000,
	});
	const features = new Float32Array(starts.length * melBins * frames);
	for (const [row, start] of starts.entries()) {
		const energies = melEnergies({
			signal: waveform.subarray(start, start + length),
			length,
			frames,
			hop: HOP,
			start: -FFT_SIZE / 2,
			window: periodicHann(FFT_SIZE),
			edges: "reflect",
			filters,
		});
		let maximum = Number.NEGATIVE_INFINITY;
		for (let i = 0; i < energies.length; i += 1) {
			const value = Math.log10(Math.max(energies[i] as number, ENERGY_FLOOR));
			energies[i] = value;
			if (value > maximum) maximum = value;
		}
		const floor = maximum - RANGE;
		const base = row * melBins * frames;
		for (let frame = 0; frame < frames; frame += 1)
			for (let bin = 0; bin < melBins; bin += 1) {
				const value = energies[frame * melBins + bin] as number;
				features[base + bin * frames + frame] =
					(Math.max(value, floor) + 4) / 4;
			}
	}
	return {
		features,
		rows: starts.length,
		unheard,
		padding,
		// As WhisperFeatureExtractor's attention mask: every 160th sample of the samples'.
		lengths: plan.lengths.map((samples) => Math.ceil(samples / HOP)),
	};
}
