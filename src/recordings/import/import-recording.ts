/** Imported activations to a recording: the rows of the probe set's clips, turned to neuron-major files. */
import { join } from "node:path";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import type {
	ImportedActivations,
	TargetNetwork,
} from "../../network/target-network.ts";
import { bytesPerValue, type Precision } from "../../shared/elements.ts";
import {
	writeAtomically,
	writeBytes,
	writeFileAtomically,
} from "../../shared/files.ts";
import { npyHeader } from "../../shared/npy.ts";
import type { FloatMatrix } from "../../shared/safetensors.ts";
import type { HashedClip, LongOptions, ProbeSet } from "../../types.ts";
import type { ClipFinding } from "../findings.ts";
import { openExemplarKeeper } from "../kept-exemplars/keep-exemplars.ts";
import { layerFileName } from "../layer-file.ts";
import { storedValues, transpose } from "../parts.ts";
import type { RecordingFile } from "../recording.ts";

/** Rows held at a time. */
const BLOCK_BYTES = 16 * 2 ** 20;

/**
 * Writes the recording of an imported network into `directory`. Clips of the probe set that were not imported are left out and listed; imported rows of
 * clips that are not in the probe set are not used.
 * Throws DataError `import_no_clips` when no row belongs to a clip, `float16_overflow`; InterruptedError.
 */
export async function importRecording(
	options: LongOptions & {
		readonly id: string;
		readonly directory: string;
		readonly network: TargetNetwork;
		readonly imported: ImportedActivations;
		readonly probeSet: ProbeSet;
		readonly precision: Precision;
	},
): Promise<void> {
	const { id, directory, network, imported, probeSet, precision } = options;
	const { columns, rows, excluded } = matchRows(imported, probeSet);
	if (columns.length === 0) throw noClips(network, imported, probeSet);
	const layers: RecordingFile["layers"] = [];
	const keeper = openExemplarKeeper();
	try {
		for (const [index, { name, units }] of network.layers.entries()) {
			throwIfInterrupted(options.signal);
			const file = layerFileName(index, name);
			const path = join(directory, file);
			const matrix = await imported.open(name);
			try {
				await writeTransposed(matrix, rows, path, precision);
			} finally {
				await matrix.close();
			}
			keeper.add(path);
			layers.push({ name, units, file });
			options.onProgress?.({
				stage: "import",
				done: index + 1,
				total: network.layers.length,
			});
		}
		await keeper.finish();
	} finally {
		await keeper.close();
	}
	const recording: RecordingFile = {
		id,
		precision,
		clipsPerRun: null,
		layers,
		columns,
		padding: null,
		excluded,
		warnings: [],
	};
	await writeFileAtomically(join(directory, "recording.json"), [
		JSON.stringify(recording),
	]);
}

type Match = {
	/** Clips of the probe set, as indices, and the row of each. */
	readonly columns: number[];
	readonly rows: number[];
	readonly excluded: ClipFinding[];
};

function matchRows(
	{ by, rows: names }: ImportedActivations,
	probeSet: ProbeSet,
): Match {
	const rowOf = new Map(names.map((name, row) => [name, row]));
	const columns: number[] = [];
	const rows: number[] = [];
	const excluded: ClipFinding[] = [];
	for (const [clip, entry] of probeSet.clips.entries()) {
		const row = rowOf.get(keyOf(entry, by));
		if (row === undefined) {
			excluded.push({
				clip,
				code: "clip_not_imported",
				message: `the imported activations have no row for clip "${entry.id}"`,
			});
			continue;
		}
		columns.push(clip);
		rows.push(row);
	}
	return { columns, rows, excluded };
}

function keyOf(clip: HashedClip, by: "id" | "hash"): string {
	return by === "id" ? clip.id : clip.hash;
}

function noClips(
	network: TargetNetwork,
	{ by, rows }: ImportedActivations,
	probeSet: ProbeSet,
): DataError {
	const [first] = probeSet.clips;
	const what = by === "id" ? "id" : "SHA-256";
	return new DataError(
		`no row of ${network.descriptorPath} belongs to a clip of probe set "${probeSet.name}": its first ${what} is "${rows[0] ?? ""}", the probe set's is "${first === undefined ? "" : keyOf(first, by)}"`,
		{
			code: "import_no_clips",
			hint:
				by === "id"
					? "`clips` of the manifest are ids of the probe set: `id`, or the `clip` path as it is written there."
					: "`clipHashes` are SHA-256 of the audio files, byte for byte.",
		},
	);
}

/** The rows `rows` of `[clips, units]` as `[units, rows]`; a block of rows is held at a time. */
async function writeTransposed(
	matrix: FloatMatrix,
	rows: readonly number[],
	path: string,
	precision: Precision,
): Promise<void> {
	const { columns: units } = matrix;
	const header = npyHeader({ shape: [units, rows.length], type: precision });
	const size = bytesPerValue(precision);
	const step = Math.max(1, Math.floor(BLOCK_BYTES / (units * 4)));
	await writeAtomically(path, async (file) => {
		await file.writeFile(header);
		for (let start = 0; start < rows.length; start += step) {
			const some = rows.slice(start, start + step);
			const block = await readRows(matrix, some);
			const bytes = storedValues(
				transpose(block, some.length, units),
				precision,
			);
			const width = some.length * size;
			for (let unit = 0; unit < units; unit += 1)
				await writeBytes(
					file,
					bytes.subarray(unit * width, (unit + 1) * width),
					header.length + (unit * rows.length + start) * size,
				);
		}
	});
}

/** `[rows, units]`; neighbours are one read. */
async function readRows(
	matrix: FloatMatrix,
	rows: readonly number[],
): Promise<Float32Array> {
	const values = new Float32Array(rows.length * matrix.columns);
	for (let start = 0; start < rows.length; ) {
		const first = rows[start] as number;
		let count = 1;
		while (rows[start + count] === first + count) count += 1;
		values.set(await matrix.readRows(first, count), start * matrix.columns);
		start += count;
	}
	return values;
}
