/** Module A over a recorded layer: a stream of chunks of neurons, read by offset. */
import { DataError } from "../../errors.ts";
import type { MatMul } from "../../onnx/matmul.ts";
import { type NpyMatrix, openNpyMatrix } from "../../shared/npy.ts";
import { clipPermutations } from "./clip-shuffle.ts";
import { prepareConcepts, scoreChunk, type UnitScores } from "./score-chunk.ts";
import type { SimilarityFunction } from "./similarity.ts";
import { usableClips } from "./usable-clips.ts";

/** Activations of a chunk (4 MiB): memory does not grow with the recording. */
const CHUNK_VALUES = 2 ** 20;

export type LayerTask = {
	/** `.npy`, float32 `[units, clips]`. */
	readonly path: string;
	/** Ascending; null: all. */
	readonly units: readonly number[] | null;
	/** `[clips, concepts]`; a row of NaN leaves the clip out. */
	readonly scores: Float32Array;
	readonly clips: number;
	readonly concepts: number;
	readonly function: SimilarityFunction;
	/** 0: no null. */
	readonly permutations: number;
	readonly seed: number;
};

export type LayerChunk = {
	readonly units: readonly UnitScores[];
	/** Neurons of the whole task. */
	readonly total: number;
};

/** Chunks in unit order. Results do not depend on the chunk size (`chunkUnits` is for tests), nor on which units are asked for. */
export async function* scoreLayer(
	task: LayerTask,
	tools: {
		readonly matMul: MatMul;
		/** Asked between products; true ends the stream. */
		readonly isClosing?: () => boolean;
		readonly chunkUnits?: number;
	},
): AsyncGenerator<LayerChunk> {
	const { path } = task;
	const used = usableClips(task);
	const { clips } = used;
	const concepts = prepareConcepts({ ...task, scores: used.scores, clips });
	const permutations = clipPermutations({
		clips,
		count: task.permutations,
		seed: task.seed,
	});
	const matrix = await openNpyMatrix(path);
	try {
		used.check(matrix.columns, path);
		const wanted =
			task.units ?? Array.from({ length: matrix.rows }, (_, unit) => unit);
		requireKnownUnits(wanted, matrix.rows, path);
		const chunkUnits =
			tools.chunkUnits ??
			Math.max(32, Math.min(1024, Math.floor(CHUNK_VALUES / clips)));
		for (let start = 0; start < wanted.length; start += chunkUnits) {
			const units = wanted.slice(start, start + chunkUnits);
			const rows = used.keep(await readUnits(matrix, units), units.length);
			const scored = await scoreChunk({
				...tools,
				units,
				rows,
				concepts,
				permutations,
			});
			if (tools.isClosing?.()) return;
			yield { units: scored, total: wanted.length };
		}
	} finally {
		await matrix.close();
	}
}

function requireKnownUnits(
	units: readonly number[],
	rows: number,
	path: string,
): void {
	const unknown = units.find(
		(unit) => !Number.isInteger(unit) || unit < 0 || unit >= rows,
	);
	if (unknown !== undefined)
		throw new DataError(
			`${path} has no unit ${unknown}: expected 0 to ${rows - 1}`,
			{ code: "unit_unknown", evidence: { unit: unknown, units: rows } },
		);
}

/** The rows of `units` one after the other; neighbours are one read. */
async function readUnits(
	matrix: NpyMatrix,
	units: readonly number[],
): Promise<Float32Array> {
	const rows = new Float32Array(units.length * matrix.columns);
	for (let start = 0; start < units.length; ) {
		const first = units[start] as number;
		let count = 1;
		while (units[start + count] === first + count) count += 1;
		rows.set(await matrix.readRows(first, count), start * matrix.columns);
		start += count;
	}
	return rows;
}
