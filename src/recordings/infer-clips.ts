/** Prepared clips to values: the rows of one inference, chunk by chunk, pooled over each clip's rows. */
import type { TapSession } from "../network/load.ts";
import type { PlannedLayer } from "./plan.ts";
import { createRowPooler } from "./pool-rows.ts";

/** A clip's inputs: `rows` of them one after the other. */
export type ClipFeatures = {
	readonly features: Float32Array;
	readonly rows: number;
	/** Of each row what is the clip's own: see `TapSession.run`. */
	readonly lengths: readonly number[];
};

/**
 * The values of each clip, `[units of `layers`]`. Their features may be moved to the network's thread. The clips' rows are run together, at most `maxRows` at a time; a recurrent network gets whole clips.
 */
export async function inferClips(options: {
	readonly session: TapSession;
	readonly layers: readonly PlannedLayer[];
	readonly clips: readonly ClipFeatures[];
	readonly maxRows: number;
	readonly recurrent: boolean;
}): Promise<Float32Array[]> {
	const { session, layers, clips, recurrent } = options;
	const clipRows = clips.map(({ rows }) => rows);
	const total = clipRows.reduce((sum, rows) => sum + rows, 0);
	const maxRows = recurrent ? total : options.maxRows;
	const lengths = clips.flatMap((clip) => clip.lengths);
	const features = joined(clips);
	// Before the features are handed over.
	const size = features.length / total;
	const pooler = createRowPooler(layers);
	const values: Float32Array[] = [];
	/** Rows of the clip at hand that are not pooled yet. */
	let left = clipRows[0] ?? 0;
	for (let start = 0; start < total; start += maxRows) {
		const count = Math.min(maxRows, total - start);
		const outputs = await session.run(
			count === total
				? features
				: features.subarray(start * size, (start + count) * size),
			count,
			{
				lengths: lengths.slice(start, start + count),
				...(recurrent ? { clipRows } : { handOver: count === total }),
			},
		);
		const byLayer = layers.map(({ name }) => outputs[name] as Float32Array);
		for (let row = 0; row < count; ) {
			const taken = Math.min(left, count - row);
			pooler.add(byLayer, row, taken);
			row += taken;
			left -= taken;
			if (left > 0) continue;
			values.push(pooler.finish());
			left = clipRows[values.length] ?? 0;
		}
	}
	return values;
}

function joined(clips: readonly ClipFeatures[]): Float32Array {
	const [only] = clips;
	if (clips.length === 1 && only !== undefined) return only.features;
	const length = clips.reduce((sum, { features }) => sum + features.length, 0);
	const all = new Float32Array(length);
	let offset = 0;
	for (const { features } of clips) {
		all.set(features, offset);
		offset += features.length;
	}
	return all;
}
