/** CLAP's mel spectrogram without fusion, as transformers' `ClapFeatureExtractor` makes it (`truncation: rand_trunc`). */
import { melEnergies, periodicHann } from "./mel-energies.ts";
import { slaneyFilters } from "./mel-filters.ts";
import type { FrontEndRows } from "./rows.ts";
import type { ClapMel } from "./schema.ts";
import { planWindows } from "./windows.ts";

const ENERGY_FLOOR = 1e-10;
/** LAION's int16 scale, both ways. */
const INT16 = 32_767;

/** Samples of one row. */
function clapSamples({ seconds, sampleRate }: ClapMel): number {
	return Math.round(seconds * sampleRate);
}

/** Frames of one row: centred, so one more than whole hops. */
export function clapFrames(spec: ClapMel): number {
	return 1 + Math.floor(clapSamples(spec) / spec.hop);
}

/**
 * `[1, frames, melBins]` per row: a shorter clip is repeated (whole times for `repeatpad`, then zeros), periodic Hann window, frames centred
 * with reflected edges, power, Slaney mel filters with Slaney's area norm, 10 log10(max(e, 1e-10)) dB. Where the extractor crops a longer
 * clip at random, `cut` takes its beginning and `windows` all of it.
 */
export function clapMel(spec: ClapMel, waveform: Float32Array): FrontEndRows {
	const { sampleRate, melBins, fftSize, hop, minHz, maxHz, long } = spec;
	const length = clapSamples(spec);
	const frames = clapFrames(spec);
	const signal = spec.int16 ? throughInt16(waveform) : waveform;
	const plan = planWindows({ length: signal.length, window: length, long });
	const filters = slaneyFilters({ sampleRate, fftSize, melBins, minHz, maxHz });
	const size = frames * melBins;
	const features = new Float32Array(plan.starts.length * size);
	let sound = 0;
	const lengths: number[] = [];
	for (const [row, start] of plan.starts.entries()) {
		const own = signal.subarray(start, start + length);
		const filled = fill(own, length, spec.padding);
		sound += filled.length;
		// Frame t is centred on sample t * hop.
		lengths.push(Math.min(frames, 1 + Math.floor(filled.length / hop)));
		const energies = melEnergies({
			signal: filled,
			length,
			frames,
			hop,
			start: -fftSize / 2,
			window: periodicHann(fftSize),
			edges: "reflect",
			filters,
		});
		for (let i = 0; i < size; i += 1)
			features[row * size + i] =
				10 * Math.log10(Math.max(energies[i] as number, ENERGY_FLOOR));
	}
	const rows = plan.starts.length;
	const padding = 1 - sound / (rows * length);
	return { features, rows, unheard: plan.unheard, padding, lengths };
}

/** A clip shorter than a row, repeated. What is left is zeros, which the analysis adds. */
function fill(
	signal: Float32Array,
	length: number,
	padding: ClapMel["padding"],
): Float32Array {
	if (signal.length >= length || padding === "pad") return signal;
	const whole = Math.floor(length / signal.length);
	const filled = new Float32Array(
		padding === "repeat" ? length : whole * signal.length,
	);
	for (let i = 0; i < filled.length; i += 1)
		filled[i] = signal[i % signal.length] as number;
	return filled;
}

/** What is left of samples that were stored as int16: clipped to [-1, 1], times 32,767, cut to whole numbers, and back. */
function throughInt16(signal: Float32Array): Float32Array {
	return signal.map(
		(value) =>
			Math.trunc(Math.fround(Math.min(1, Math.max(-1, value)) * INT16)) / INT16,
	);
}
