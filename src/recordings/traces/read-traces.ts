/** Reads time courses that lie beside a recording. */
import { join } from "node:path";
import { openNpyMatrix } from "../../shared/npy-matrix.ts";
import type { Neuron } from "../../types.ts";
import {
	readTraceIndex,
	type TraceEntry,
	tracesFolder,
} from "./trace-index.ts";

export type Trace = {
	/** Clip id. */
	readonly clip: string;
	/** Activations before pooling, float32 `[positions]`: those of the clip's first row first. */
	readonly values: Float32Array;
	readonly rows: number;
	/** Lengths of the position axes of one row (`[tokens]`, `[time, frequency]` ...), row-major in `values`; empty without positions. */
	readonly rowShape: readonly number[];
};

/** Reads the traces of a neuron, in the order they were recorded; `clips`: only of these ids. Empty when none was recorded. */
export type TraceReader = (
	neuron: Neuron,
	clips?: readonly string[],
) => Promise<Trace[]>;

/** Reads the index of a recording's traces once; for many neurons. */
export async function openTraceReader(recording: {
	readonly directory: string;
}): Promise<TraceReader> {
	const byLayer = new Map<string, TraceEntry[]>();
	for (const entry of await readTraceIndex(recording)) {
		const known = byLayer.get(entry.layer);
		if (known === undefined) byLayer.set(entry.layer, [entry]);
		else known.push(entry);
	}
	return async (neuron, clips) => {
		const found: Trace[] = [];
		const seen = new Set<string>();
		for (const entry of byLayer.get(neuron.layer) ?? []) {
			const row = entry.units.indexOf(neuron.unit);
			if (row < 0 || seen.has(entry.clip)) continue;
			if (clips !== undefined && !clips.includes(entry.clip)) continue;
			seen.add(entry.clip);
			const matrix = await openNpyMatrix(
				join(tracesFolder(recording), entry.file),
			);
			try {
				const { clip, rows, rowShape } = entry;
				const values = await matrix.readRows(row, 1);
				found.push({ clip, values, rows, rowShape });
			} finally {
				await matrix.close();
			}
		}
		return found;
	};
}

/**
 * The time courses of one neuron; see `TraceReader`.
 * @example const [trace] = await readTraces(recording, { layer: "conv6", unit: 3 }, ["clips/violin-01.flac"]);
 */
export async function readTraces(
	recording: { readonly directory: string },
	neuron: Neuron,
	clips?: readonly string[],
): Promise<Trace[]> {
	const read = await openTraceReader(recording);
	return read(neuron, clips);
}
