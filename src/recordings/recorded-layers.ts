/** The layer files of a recording and the padding of its clips, found without its probe set: for readers who have only the folder. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { DataError } from "../errors.ts";
import type { RecordedLayer } from "./recording.ts";

/** The part of `recording.json` that is needed; more may stand there. */
const schema = z.object({
	layers: z.array(
		z.object({ name: z.string(), units: z.int(), file: z.string() }),
	),
	/** By column. */
	padding: z.array(z.number().nullable()).nullish(),
});

/**
 * Layers of the finished recording in `directory`. Only the list is read, not the layer files.
 * DataError `recording_missing` (no folder, or not finished), `recording_invalid` (not what a recording writes).
 */
export async function readRecordedLayers(
	directory: string,
): Promise<readonly RecordedLayer[]> {
	const { layers } = await readRecordingOf(directory);
	return layers.map(({ name, units, file }) => ({
		name,
		units,
		path: resolve(directory, file),
	}));
}

/**
 * Of each column of the finished recording in `directory` the share of the clip's input that is padding, in [0, 1); null where it is not known, empty when
 * the recording says it of none (imported activations, an older version). DataError as `readRecordedLayers`.
 */
export async function readRecordedPadding(
	directory: string,
): Promise<readonly (number | null)[]> {
	return (await readRecordingOf(directory)).padding ?? [];
}

async function readRecordingOf(
	directory: string,
): Promise<z.output<typeof schema>> {
	const path = join(directory, "recording.json");
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		throw new DataError(
			`there is no finished recording in ${directory}: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "recording_missing",
				cause: error,
				hint: "`audio-dissect record` with the same config makes it again.",
			},
		);
	}
	try {
		return schema.parse(JSON.parse(text));
	} catch (error) {
		throw new DataError(
			`${path} is not what a recording writes: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`,
			{
				code: "recording_invalid",
				cause: error,
				hint: `Delete ${directory} and record again.`,
			},
		);
	}
}
