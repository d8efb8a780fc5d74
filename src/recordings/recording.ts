/** A finished recording on disk: the clips x neurons numbers of one network and one probe set. */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { bytesPerValue, type Precision } from "../shared/elements.ts";
import { readNpyHeader } from "../shared/npy.ts";
import { openNpyMatrix } from "../shared/npy-matrix.ts";
import type {
	ClipWarning,
	ExcludedClip,
	HashedClip,
	ProbeSet,
} from "../types.ts";
import { findingSchema, shownMessage } from "./findings.ts";

const recordingFileSchema = z.strictObject({
	id: z.string(),
	precision: z.enum(["float32", "float16"]),
	/** Clips in one inference; null: the activations were imported. */
	clipsPerRun: z.int().nullable(),
	layers: z.array(
		z.strictObject({ name: z.string(), units: z.int(), file: z.string() }),
	),
	/** Column order, as indices into the probe set's clips. */
	columns: z.array(z.int()),
	/** Of each column the share of the clip's input that is padding, in [0, 1); null where it is not known. */
	padding: z.array(z.number().nullable()).nullable().default(null),
	excluded: z.array(findingSchema),
	warnings: z.array(findingSchema),
});

export type RecordingFile = z.infer<typeof recordingFileSchema>;

export type RecordedLayer = {
	readonly name: string;
	readonly units: number;
	/** `.npy`, float32 or float16, C order, `[units, clips]`. */
	readonly path: string;
};

export type Recording = {
	readonly id: string;
	readonly directory: string;
	readonly precision: Precision;
	/** Clips in one inference; null: the activations were imported. */
	readonly clipsPerRun: number | null;
	readonly layers: readonly RecordedLayer[];
	/** The clip axis: usable clips, in column order. */
	readonly clips: readonly HashedClip[];
	/**
	 * Of each of these the share of its input that the front end filled up, in [0, 1); whether a layer's values count it says `Layer.padding`. Null: not known
	 * (imported activations, a recording of an older version).
	 */
	readonly padding: readonly (number | null)[];
	/** Clips the probe set could not read and clips that could not be decoded. */
	readonly excluded: readonly ExcludedClip[];
	readonly warnings: readonly ClipWarning[];
};

/**
 * The file of the recording in `directory`; undefined when it is not finished: the file is not there or is damaged, or a layer file is missing or has
 * another size than its header and the recording say. Throws StoreError `recording_corrupt` when the file is there and cannot be read.
 */
export async function readRecordingFile(
	directory: string,
): Promise<RecordingFile | undefined> {
	const stored = await readStored(directory, "recording.json");
	const recording = recordingFileSchema.safeParse(stored);
	if (!recording.success) return undefined;
	for (const layer of recording.data.layers)
		if (!(await isWhole(directory, layer, recording.data))) return undefined;
	return recording.data;
}

/**
 * A JSON file of the recording in `directory`; undefined when it is not there, or is no JSON: what it said is then lost either way.
 * Throws StoreError `recording_corrupt` when it cannot be read.
 */
export async function readStored(
	directory: string,
	name: string,
): Promise<unknown> {
	let text: string;
	try {
		text = await readFile(join(directory, name), "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return undefined;
		throw corrupt(directory, `${name} cannot be read: ${String(error)}`);
	}
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The recording in `directory` cannot be used as it is. */
function corrupt(directory: string, reason: string): StoreError {
	return new StoreError(`the recording in ${directory} is damaged: ${reason}`, {
		code: "recording_corrupt",
		hint: `Delete ${directory} and record again.`,
	});
}

/** The layer file is there with the header and the size it must have. */
async function isWhole(
	directory: string,
	{ file, units }: RecordingFile["layers"][number],
	{ precision, columns }: RecordingFile,
): Promise<boolean> {
	const path = join(directory, file);
	try {
		const handle = await open(path, "r");
		try {
			const { shape, dataOffset } = await readNpyHeader(handle, path, [
				precision,
			]);
			const bytes = units * columns.length * bytesPerValue(precision);
			const { size } = await handle.stat();
			return (
				shape.length === 2 &&
				shape[0] === units &&
				shape[1] === columns.length &&
				size === dataOffset + bytes
			);
		} finally {
			await handle.close();
		}
	} catch {
		return false;
	}
}

/**
 * Opens the recording in `directory`, or undefined when it is not finished or no longer whole. `probeSet` is the one it was made from.
 * Throws StoreError `recording_corrupt`.
 */
export async function openRecording(
	directory: string,
	probeSet: ProbeSet,
): Promise<Recording | undefined> {
	const stored = await readRecordingFile(directory);
	if (stored === undefined) return undefined;
	const clipAt = (index: number): HashedClip => {
		const clip = probeSet.clips[index];
		if (clip === undefined)
			throw corrupt(
				directory,
				`it names clip ${index}, the probe set has ${probeSet.clips.length}`,
			);
		return clip;
	};
	return {
		id: stored.id,
		directory,
		precision: stored.precision,
		clipsPerRun: stored.clipsPerRun,
		layers: stored.layers.map(({ name, units, file }) => ({
			name,
			units,
			path: join(directory, file),
		})),
		clips: stored.columns.map(clipAt),
		padding: stored.columns.map(
			(_, column) => stored.padding?.[column] ?? null,
		),
		excluded: [
			...probeSet.excluded,
			...stored.excluded.map((finding) => {
				const { id, path } = clipAt(finding.clip);
				const message = shownMessage(finding, path);
				return { id, path, code: finding.code, message };
			}),
		],
		warnings: stored.warnings.map((finding) => {
			const { id, path } = clipAt(finding.clip);
			return { id, code: finding.code, message: shownMessage(finding, path) };
		}),
	};
}

/** One neuron's activations, float32 `[clips]`: one read. `unit` in [0, units), else RangeError. */
export async function readActivations(
	layer: RecordedLayer,
	unit: number,
): Promise<Float32Array> {
	const matrix = await openNpyMatrix(layer.path);
	try {
		return await matrix.readRows(unit, 1);
	} finally {
		await matrix.close();
	}
}
