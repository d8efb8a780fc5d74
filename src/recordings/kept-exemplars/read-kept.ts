/** Reads the exemplars that were kept beside a recorded layer. */
import { DataError } from "../../errors.ts";
import {
	type NpyMatrix,
	npyMatrixShape,
	openNpyMatrix,
} from "../../shared/npy-matrix.ts";
import type { Exemplar } from "../../types.ts";
import type { RecordedLayer } from "../recording.ts";
import {
	AT,
	COLUMNS,
	HELD_OUT,
	keptExemplarsPath,
	PER_SIDE,
} from "./layout.ts";

/** What is kept of a neuron. */
export type KeptExemplars = {
	/** Up to ten a side, as `topAndBottomClips` gives them. */
	readonly high: readonly Exemplar[];
	readonly low: readonly Exemplar[];
	/**
	 * Up to 20 clips of the active range (the highest twentieth) that are on neither kept side, two in each tenth of it, highest first; `rank` counts them.
	 * Clips of the same source recording as a shown one may be among them: who scores leaves these out.
	 */
	readonly heldOut: readonly Exemplar[];
	/** Clips whose activation is NaN or infinite. */
	readonly nonFinite: number;
	/** Clips whose activation is above 0. */
	readonly positive: number;
	/** 0.95 quantile over clips, linear interpolation; null when it is undefined (no number, or infinite neighbours). */
	readonly p95: number | null;
};

export type KeptReader = {
	/** Kept on each side. */
	readonly perSide: number;
	/** Of the layer's recording. */
	readonly clips: number;
	/** Units `from` to `from + count - 1`. RangeError outside the layer. */
	read(from: number, count: number): Promise<KeptExemplars[]>;
	close(): Promise<void>;
};

/**
 * Opens the kept exemplars of a layer; null when there are none (an older recording, more than 2^21 clips) or the file is not whole: `selectExemplars`
 * then ranks the recording itself.
 * @example const kept = await openKeptExemplars(recording.layers[0]); const [first] = (await kept?.read(0, 1)) ?? [];
 */
export async function openKeptExemplars(
	layer: RecordedLayer,
): Promise<KeptReader | null> {
	const { columns: clips } = await npyMatrixShape(layer.path);
	let matrix: NpyMatrix;
	try {
		matrix = await openNpyMatrix(keptExemplarsPath(layer.path), ["float32"]);
	} catch (error) {
		if (error instanceof DataError) return null;
		throw error;
	}
	if (matrix.rows !== layer.units || matrix.columns !== COLUMNS) {
		await matrix.close();
		return null;
	}
	return {
		perSide: PER_SIDE,
		clips,
		read: async (from, count) => {
			const rows = await matrix.readRows(from, count);
			return Array.from({ length: count }, (_, index) =>
				parseRow(rows.subarray(index * COLUMNS, (index + 1) * COLUMNS)),
			);
		},
		close: () => matrix.close(),
	};
}

function parseRow(row: Float32Array): KeptExemplars {
	const p95 = row[AT.p95] as number;
	return {
		high: listAt(row, AT.highClips, AT.highActivations, PER_SIDE),
		low: listAt(row, AT.lowClips, AT.lowActivations, PER_SIDE),
		heldOut: listAt(row, AT.heldOutClips, AT.heldOutActivations, HELD_OUT),
		nonFinite: row[AT.nonFinite] as number,
		positive: row[AT.positive] as number,
		p95: Number.isFinite(p95) ? p95 : null,
	};
}

function listAt(
	row: Float32Array,
	clips: number,
	activations: number,
	length: number,
): Exemplar[] {
	const list: Exemplar[] = [];
	for (let index = 0; index < length; index += 1) {
		const clip = row[clips + index] as number;
		if (clip < 0) break;
		list.push({
			rank: index + 1,
			clip,
			activation: row[activations + index] as number,
		});
	}
	return list;
}
