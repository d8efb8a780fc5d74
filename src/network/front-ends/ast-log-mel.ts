/** Kaldi's log-mel filter bank as AST's feature extractor (and, with another window and scale, BEATs) feeds it. */
import { frameCount, logMel } from "./log-mel.ts";
import type { FrontEndRows } from "./rows.ts";
import type { AstLogMel } from "./schema.ts";
import { planWindows } from "./windows.ts";

/**
 * `[frames, melBins]` per row: cut or padded with zeros before (v - mean) / (2 std), so padding becomes -mean / (2 std).
 * Windows are cut from the frames of the whole clip.
 */
export function astLogMel(
	spec: AstLogMel,
	waveform: Float32Array,
): FrontEndRows {
	const { frames, melBins, mean, std, window, scale, long } = spec;
	const { starts, unheard, padding, lengths } = planWindows({
		length: frameCount(waveform.length),
		window: frames,
		long,
	});
	const rows = starts.length;
	const values = logMel({
		signal: waveform,
		melBins,
		maxFrames: (starts.at(-1) as number) + frames,
		window,
		gain: scale === "int16" ? 2 ** 15 : 1,
	});
	const size = frames * melBins;
	const features = new Float32Array(rows * size).fill(-mean / (2 * std));
	for (const [row, start] of starts.entries()) {
		const own = values.subarray(start * melBins, (start + frames) * melBins);
		for (let i = 0; i < own.length; i += 1)
			features[row * size + i] = ((own[i] as number) - mean) / (2 * std);
	}
	return { features, rows, unheard, padding, lengths };
}
