/** The layer files of a recording, found without its probe set: for readers who have only the folder. */
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
});

/**
 * Layers of the finished recording in `directory`. Only the list is read, not the layer files.
 * DataError `recording_missing` (no folder, or not finished), `recording_invalid` (not what a recording writes).
 */
export async function readRecordedLayers(
	directory: string,
): Promise<readonly RecordedLayer[]> {
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
		const { layers } = schema.parse(JSON.parse(text));
		return layers.map(({ name, units, file }) => ({
			name,
			units,
			path: resolve(directory, file),
		}));
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
