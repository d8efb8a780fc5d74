/** Features that another program computed: an .npy file beside each clip. */
import { readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { DataError } from "../../errors.ts";
import {
	bytesPerValue,
	type NpyType,
	toFloats,
} from "../../shared/elements.ts";
import { parseNpyHeader } from "../../shared/npy.ts";
import type { FrontEndRows } from "./rows.ts";
import type { PrecomputedFeatures } from "./schema.ts";
import { planWindows } from "./windows.ts";

const TYPES: readonly NpyType[] = ["float32", "float16", "float64"];

/** The file with the features of `clip` (a path): its extension replaced by the suffix. */
export function featuresPath(spec: PrecomputedFeatures, clip: string): string {
	return join(dirname(clip), `${basename(clip, extname(clip))}${spec.suffix}`);
}

/**
 * One input per window of `frames` frames, in the layout of the descriptor. Read synchronously: this runs in a clip's own worker.
 * Throws DataError: `features_missing`, `features_shape` (not `[frames, bins]`), and those of `parseNpyHeader`.
 */
export function precomputedFeatures(
	spec: PrecomputedFeatures,
	clip: string,
): FrontEndRows {
	const { frames, bins, pad, long } = spec;
	const path = featuresPath(spec, clip);
	const values = readArray(path, bins, clip);
	const plan = planWindows({
		length: values.length / bins,
		window: frames,
		long,
	});
	const size = frames * bins;
	const features = new Float32Array(plan.starts.length * size).fill(pad);
	const binsFirst =
		spec.layout === "bins-frames" || spec.layout === "channel-bins-frames";
	for (const [row, start] of plan.starts.entries()) {
		const own = values.subarray(start * bins, (start + frames) * bins);
		if (binsFirst)
			for (let i = 0; i < own.length; i += 1)
				features[row * size + (i % bins) * frames + Math.floor(i / bins)] = own[
					i
				] as number;
		else features.set(own, row * size);
	}
	const { unheard, padding, lengths } = plan;
	return { features, rows: plan.starts.length, unheard, padding, lengths };
}

function readArray(path: string, bins: number, clip: string): Float32Array {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (error) {
		throw new DataError(
			`${clip} has no precomputed features: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "features_missing",
				hint: "Write them with numpy.save beside the clip, or set `frontEnd.suffix`.",
				cause: error,
			},
		);
	}
	const { shape, type, dataOffset } = parseNpyHeader(bytes, path, TYPES);
	const [rows = 0, columns] = shape;
	if (shape.length !== 2 || columns !== bins || rows < 1)
		throw new DataError(
			`${path} does not fit the network: expected [frames, ${bins}], got [${shape.join(", ")}]`,
			{
				code: "features_shape",
				hint: "Compute the features with as many bins as `frontEnd.bins` says, frames first, or correct that.",
				evidence: { shape, bins },
			},
		);
	const end = dataOffset + rows * bins * bytesPerValue(type);
	if (bytes.length < end)
		throw new DataError(
			`${path} is cut short: expected ${end} bytes for [${shape.join(", ")}], got ${bytes.length}`,
			{ code: "npy_truncated", hint: "Write the file again." },
		);
	// A copy of its own starts its buffer, as toFloats asks.
	return toFloats(new Uint8Array(bytes.subarray(dataOffset, end)), type);
}
