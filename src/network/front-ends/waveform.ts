/** Samples as the network takes them, with the normalisation of wav2vec 2.0's feature extractor as an option. */
import type { FrontEndRows } from "./rows.ts";
import type { Waveform } from "./schema.ts";
import { planWindows } from "./windows.ts";

/** Added to the variance, as transformers' `Wav2Vec2FeatureExtractor` does. */
const VARIANCE_FLOOR = 1e-7;

/** `[samples]` per row; `lead` zeros come before the clip, a row that is not full ends in zeros. */
export function waveformRows(
	spec: Waveform,
	waveform: Float32Array,
): FrontEndRows {
	const { samples, hop = samples, lead, long, normalise } = spec;
	const plan = planWindows({
		length: lead + waveform.length,
		window: samples,
		hop,
		long,
		// Overlapping windows stand for a network that runs over a clip step by step: its steps stay where they are.
		leftover: hop === samples ? "align" : "pad",
	});
	const features = new Float32Array(plan.starts.length * samples);
	for (const [row, start] of plan.starts.entries()) {
		const from = start - lead;
		const sound = waveform.subarray(Math.max(0, from), from + samples);
		const offset = row * samples + Math.max(0, -from);
		features.set(sound, offset);
		if (normalise === "zero-mean-unit-variance")
			normaliseInPlace(features.subarray(offset, offset + sound.length));
	}
	const { unheard, padding, lengths } = plan;
	return { features, rows: plan.starts.length, unheard, padding, lengths };
}

/** (x - mean) / sqrt(variance + 1e-7), variance with divisor n. */
function normaliseInPlace(values: Float32Array): void {
	const n = values.length;
	let sum = 0;
	for (const value of values) sum += value;
	const mean = sum / n;
	let squares = 0;
	for (const value of values) squares += (value - mean) ** 2;
	const deviation = Math.sqrt(squares / n + VARIANCE_FLOOR);
	for (let i = 0; i < n; i += 1)
		values[i] = ((values[i] as number) - mean) / deviation;
}
