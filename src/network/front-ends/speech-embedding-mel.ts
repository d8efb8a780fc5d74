/** The mel windows of Google's speech embedding, as openWakeWord's melspectrogram.onnx makes them. */
import { melEnergies, periodicHann } from "./mel-energies.ts";
import { slaneyFilters } from "./mel-filters.ts";
import type { FrontEndRows } from "./rows.ts";
import type { SpeechEmbeddingMel } from "./schema.ts";
import { planWindows } from "./windows.ts";

const FFT_SIZE = 512;
const WINDOW = 400;
/** 10 ms, in samples. */
const HOP = 160;
/** Mel frames of one row, and from row to row. */
export const SPEECH_EMBEDDING_FRAMES = 76;
const ROW_HOP = 8;
export const SPEECH_EMBEDDING_MEL_BINS = 32;
/** The network was trained on int16 samples. */
const INT16 = 32_767;
const ENERGY_FLOOR = 1e-10;
/** dB below the clip's loudest value. */
const RANGE = 80;

/**
 * `[76, 32, 1]` per row, one every 8 mel frames (80 ms); what is left at the end is dropped, as in the original. Samples times 32,767; frames of 512
 * every 160, not centred, whole ones only, Hann window of 400 in their middle; power; 32 Slaney mel filters with Slaney's area norm from 60 to
 * 3,800 Hz; 10 log10(max(e, 1e-10)) dB, floor 80 dB below the clip's maximum; v / 10 + 2. A clip with fewer than 76 frames (12,512 samples) is
 * padded with zeros at the end.
 */
export function speechEmbeddingMel(
	spec: SpeechEmbeddingMel,
	waveform: Float32Array,
): FrontEndRows {
	const shortest = FFT_SIZE + (SPEECH_EMBEDDING_FRAMES - 1) * HOP;
	const length = Math.max(waveform.length, shortest);
	const frames = 1 + Math.floor((length - FFT_SIZE) / HOP);
	const values = logMelFrames(spec, waveform, length, frames);
	const { starts } = planWindows({
		length: frames,
		window: SPEECH_EMBEDDING_FRAMES,
		hop: ROW_HOP,
		long: "windows",
		leftover: "drop",
	});
	const size = SPEECH_EMBEDDING_FRAMES * SPEECH_EMBEDDING_MEL_BINS;
	const features = new Float32Array(starts.length * size);
	for (const [row, start] of starts.entries()) {
		const from = start * SPEECH_EMBEDDING_MEL_BINS;
		features.set(values.subarray(from, from + size), row * size);
	}
	const last = (starts.at(-1) as number) + SPEECH_EMBEDDING_FRAMES;
	const heard = FFT_SIZE + (last - 1) * HOP;
	return {
		features,
		rows: starts.length,
		unheard: Math.max(0, waveform.length - heard) / waveform.length,
		padding: Math.max(0, length - waveform.length) / length,
		// Frame t begins at sample t * HOP.
		lengths: starts.map((start) =>
			Math.min(
				SPEECH_EMBEDDING_FRAMES,
				Math.ceil(waveform.length / HOP) - start,
			),
		),
	};
}

/** `[frames, 32]`. */
function logMelFrames(
	spec: SpeechEmbeddingMel,
	waveform: Float32Array,
	length: number,
	frames: number,
): Float32Array {
	const energies = melEnergies({
		signal: waveform,
		length,
		frames,
		hop: HOP,
		start: 0,
		window: periodicHann(WINDOW, FFT_SIZE),
		edges: "zeros",
		filters: slaneyFilters({
			sampleRate: spec.sampleRate,
			fftSize: FFT_SIZE,
			melBins: SPEECH_EMBEDDING_MEL_BINS,
			minHz: 60,
			maxHz: 3800,
		}),
	});
	let maximum = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < energies.length; i += 1) {
		const energy = (energies[i] as number) * INT16 ** 2;
		const value = 10 * Math.log10(Math.max(energy, ENERGY_FLOOR));
		energies[i] = value;
		if (value > maximum) maximum = value;
	}
	const floor = maximum - RANGE;
	return Float32Array.from(
		energies,
		(value) => Math.max(value, floor) / 10 + 2,
	);
}
