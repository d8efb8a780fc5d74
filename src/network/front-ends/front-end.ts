/** Front ends: one clip's waveform to the network's inputs, in plain JavaScript, so that it runs in any worker. */
import { DataError } from "../../errors.ts";
import { astLogMel } from "./ast-log-mel.ts";
import { clapFrames, clapMel } from "./clap-mel.ts";
import { CREPE_FRAME, crepeFrames } from "./crepe-frames.ts";
import { FRAME_LENGTH } from "./log-mel.ts";
import { MUSICNN_FRAMES, MUSICNN_MEL_BINS, musicnnMel } from "./musicnn-mel.ts";
import { featuresPath, precomputedFeatures } from "./precomputed.ts";
import type { FrontEndRows } from "./rows.ts";
import type { FrontEndSpec } from "./schema.ts";
import {
	SPEECH_EMBEDDING_FRAMES,
	SPEECH_EMBEDDING_MEL_BINS,
	speechEmbeddingMel,
} from "./speech-embedding-mel.ts";
import { waveformRows } from "./waveform.ts";
import { whisperLogMel } from "./whisper-log-mel.ts";

export type { FrontEndRows } from "./rows.ts";
export type { FrontEndSpec } from "./schema.ts";

/** Axes of one input, without the batch axis: `[frames, melBins]`, `[samples]` ... */
export function frontEndDims(spec: FrontEndSpec): readonly number[] {
	switch (spec.kind) {
		case "ast-log-mel":
			return [spec.frames, spec.melBins];
		case "waveform":
			return [spec.samples];
		case "whisper-log-mel":
			return [spec.melBins, spec.frames];
		case "clap-mel":
			return [1, clapFrames(spec), spec.melBins];
		case "crepe-frames":
			return [CREPE_FRAME];
		case "musicnn-mel":
			return [MUSICNN_FRAMES, MUSICNN_MEL_BINS];
		case "speech-embedding-mel":
			return [SPEECH_EMBEDDING_FRAMES, SPEECH_EMBEDDING_MEL_BINS, 1];
		case "features": {
			const { frames, bins, layout } = spec;
			const channel = layout.startsWith("channel-") ? [1] : [];
			return layout.endsWith("bins-frames")
				? [...channel, bins, frames]
				: [...channel, frames, bins];
		}
	}
}

/** Steps of one input along its axis of time: frames, or samples. `FrontEndRows.lengths` counts them. */
export function frontEndLength(spec: FrontEndSpec): number {
	switch (spec.kind) {
		case "waveform":
			return spec.samples;
		case "clap-mel":
			return clapFrames(spec);
		case "crepe-frames":
			return CREPE_FRAME;
		case "musicnn-mel":
			return MUSICNN_FRAMES;
		case "speech-embedding-mel":
			return SPEECH_EMBEDDING_FRAMES;
		default:
			return spec.frames;
	}
}

/** Hz that clips are resampled to; null: the front end does not look at the waveform. */
export function frontEndRate(spec: FrontEndSpec): number | null {
	return spec.kind === "features" ? null : spec.sampleRate;
}

/** Files besides the clip itself that its rows are made from. Their bytes belong to what a recording is addressed by. */
export function frontEndFiles(
	spec: FrontEndSpec,
	clip: string,
): readonly string[] {
	return spec.kind === "features" ? [featuresPath(spec, clip)] : [];
}

/** Fewest samples a clip needs. */
function fewestSamples(spec: FrontEndSpec): number {
	return spec.kind === "ast-log-mel" ? FRAME_LENGTH : 1;
}

/**
 * One clip's inputs. `waveform` is mono at `frontEndRate(spec)` with samples in [-1, 1]; `clip` is the clip's path, for messages and for features
 * beside it. A clip longer than one input becomes several rows or is cut, a shorter one is padded, as the front end says.
 * Throws DataError `clip_too_short` (no sample; with `ast-log-mel` fewer than the 400 of one frame), and for `features` those of `precomputedFeatures`.
 * @example computeFrontEnd(network.frontEnd, waveform, "clips/violin-01.flac") // { features: Float32Array(192 * 128), rows: 1, ... }
 */
export function computeFrontEnd(
	spec: FrontEndSpec,
	waveform: Float32Array,
	clip: string,
): FrontEndRows {
	const fewest = fewestSamples(spec);
	if (waveform.length < fewest)
		throw new DataError(
			`${clip} is shorter than one frame: expected at least ${fewest} ${fewest === 1 ? "sample" : "samples"}${rateText(spec)}, got ${waveform.length}`,
			{
				code: "clip_too_short",
				hint: "Leave the clip out, or use a longer one.",
				evidence: { samples: waveform.length, fewest },
			},
		);
	switch (spec.kind) {
		case "ast-log-mel":
			return astLogMel(spec, waveform);
		case "waveform":
			return waveformRows(spec, waveform);
		case "whisper-log-mel":
			return whisperLogMel(spec, waveform);
		case "clap-mel":
			return clapMel(spec, waveform);
		case "crepe-frames":
			return crepeFrames(spec, waveform);
		case "musicnn-mel":
			return musicnnMel(spec, waveform);
		case "speech-embedding-mel":
			return speechEmbeddingMel(spec, waveform);
		case "features":
			return precomputedFeatures(spec, clip);
	}
}

function rateText(spec: FrontEndSpec): string {
	const rate = frontEndRate(spec);
	return rate === null ? "" : ` at ${rate} Hz`;
}
