/** A finished recording on disk: the clips x neurons numbers of one network and one probe set. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { openNpyMatrix } from "../shared/npy.ts";
import type {
	ClipWarning,
	ExcludedClip,
	HashedClip,
	ProbeSet,
} from "../types.ts";

const findingSchema = z.strictObject({
	clip: z.int(),
	code: z.string(),
	message: z.string(),
});

const recordingFileSchema = z.strictObject({
	id: z.string(),
	batchSize: z.int(),
	layers: z.array(
		z.strictObject({ name: z.string(), units: z.int(), file: z.string() }),
	),
	/** Column order, as indices into the plan's clips. */
	columns: z.array(z.int()),
	excluded: z.array(findingSchema),
	warnings: z.array(findingSchema),
});

export type RecordingFile = z.infer<typeof recordingFileSchema>;

export type RecordedLayer = {
	readonly name: string;
	readonly units: number;
	/** `.npy`, float32, C order, `[units, clips]`. */
	readonly path: string;
};

export type Recording = {
	readonly id: string;
	readonly directory: string;
	readonly batchSize: number;
	readonly layers: readonly RecordedLayer[];
	/** The clip axis: usable clips, in column order. */
	readonly clips: readonly HashedClip[];
	/** Clips the probe set could not read and clips that could not be decoded. */
	readonly excluded: readonly ExcludedClip[];
	readonly warnings: readonly ClipWarning[];
};

/** Opens the recording in `directory`, or undefined when it is not finished. `probeSet` is the one it was made from. */
export async function openRecording(
	directory: string,
	probeSet: ProbeSet,
): Promise<Recording | undefined> {
	let text: string;
	try {
		text = await readFile(join(directory, "recording.json"), "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return undefined;
		throw error;
	}
	const stored = recordingFileSchema.parse(JSON.parse(text));
	const clipAt = (index: number): HashedClip => {
		const clip = probeSet.clips[index];
		if (clip === undefined)
			throw new StoreError(
				`recording ${stored.id.slice(0, 12)} names clip ${index}, the probe set has ${probeSet.clips.length}`,
				{
					code: "recording_corrupt",
					hint: `Delete ${directory} and record again.`,
				},
			);
		return clip;
	};
	return {
		id: stored.id,
		directory,
		batchSize: stored.batchSize,
		layers: stored.layers.map(({ name, units, file }) => ({
			name,
			units,
			path: join(directory, file),
		})),
		clips: stored.columns.map(clipAt),
		excluded: [
			...probeSet.excluded,
			...stored.excluded.map(({ clip, code, message }) => {
				const { id, path } = clipAt(clip);
				return { id, path, code, message };
			}),
		],
		warnings: stored.warnings.map(({ clip, code, message }) => ({
			id: clipAt(clip).id,
			code,
			message,
		})),
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
