/** Front ends: one clip's waveform to the network's input, in plain JavaScript, so that it runs in any worker. */
import { DataError } from "../../errors.ts";
import { FRAME_LENGTH, logMel } from "./log-mel.ts";

/** Plain JSON; part of what a recording is addressed by. */
export type FrontEndSpec =
	| {
			/** Kaldi log-mel as AST's feature extractor: cut or padded with zeros to `frames`, then (v - mean) / (2 std). */
			readonly kind: "ast-log-mel";
			/** Hz. */
			readonly sampleRate: 16_000;
			/** Frames of 10 ms. */
			readonly frames: number;
			readonly melBins: number;
			/** Mean of the log-mel values of the network's training set. */
			readonly mean: number;
			/** Their standard deviation. */
			readonly std: number;
	  }
	| {
			/** The samples in [-1, 1], cut or padded with zeros at the end. */
			readonly kind: "waveform";
			/** Hz. */
			readonly sampleRate: number;
			readonly samples: number;
	  };

/** Axes of one clip's features, without the batch axis: `[frames, melBins]` or `[samples]`. */
export function frontEndDims(spec: FrontEndSpec): readonly number[] {
	return spec.kind === "ast-log-mel"
		? [spec.frames, spec.melBins]
		: [spec.samples];
}

/** Fewest samples a clip needs to give one frame. */
function fewestSamples(spec: FrontEndSpec): number {
	return spec.kind === "ast-log-mel" ? FRAME_LENGTH : 1;
}

/**
 * One clip's features, row-major, without the batch axis. `waveform` is mono at `spec.sampleRate` with samples in [-1, 1]; `clip` names it in messages.
 * Throws DataError `clip_too_short` when there is not one whole frame (400 samples; 1 for `waveform`).
 * @example computeFrontEnd(network.frontEnd, waveform, "clips/violin-01.flac") // Float32Array(192 * 128)
 */
export function computeFrontEnd(
	spec: FrontEndSpec,
	waveform: Float32Array,
	clip: string,
): Float32Array {
	const fewest = fewestSamples(spec);
	if (waveform.length < fewest)
		throw new DataError(
			`${clip} is shorter than one frame: expected at least ${fewest} samples at ${spec.sampleRate} Hz, got ${waveform.length}`,
			{
				code: "clip_too_short",
				hint: "Leave the clip out, or use a longer one.",
				evidence: { samples: waveform.length, fewest },
			},
		);
	if (spec.kind === "waveform") {
		const features = new Float32Array(spec.samples);
		features.set(waveform.subarray(0, spec.samples));
		return features;
	}
	const { frames, melBins, mean, std } = spec;
	const values = logMel({ signal: waveform, melBins, maxFrames: frames });
	const features = new Float32Array(frames * melBins).fill(-mean / (2 * std));
	for (let i = 0; i < values.length; i += 1)
		features[i] = ((values[i] as number) - mean) / (2 * std);
	return features;
}
