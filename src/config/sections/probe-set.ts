/** The config's probe set: a path, or the parts it is made of. Nothing here has a default. */
import { z } from "zod";
import { text } from "../fields.ts";

const columns = z
	.strictObject({
		clip: text.optional().describe("Column with the audio file's name."),
		id: text
			.optional()
			.describe("Column with a unique name. Default: the file's name."),
		caption: z
			.union([text, z.array(text).min(1)])
			.optional()
			.describe("Column with the caption, or a list of such columns."),
		label: text.optional().describe("Column with the class."),
		sourceRecording: text
			.optional()
			.describe("Column with the original recording a clip was cut from."),
		attributes: z
			.array(text)
			.optional()
			.describe("Columns with further facts about a clip."),
	})
	.describe("Columns of a table whose layout is not known.");

/** A plain path is the same as a mapping with nothing but `manifest`. */
export const probeSet = z
	.union([
		text,
		z.strictObject({
			manifest: text.describe(
				"JSON lines, CSV, TSV, Parquet (* and ? stand for any characters), or a folder of audio files.",
			),
			clips: text
				.optional()
				.describe(
					"Folder of the audio files. Default: as the data set has it, else the manifest's.",
				),
			captions: text
				.optional()
				.describe(
					"Captions by clip (JSON, JSON lines, CSV, TSV), for data sets without or instead of their own.",
				),
			metadata: text
				.optional()
				.describe("Clotho's metadata file. Default: the one beside."),
			columns: columns.optional(),
			cache: text
				.optional()
				.describe(
					"Folder for audio out of Parquet files. Default: clips in the store.",
				),
		}),
	])
	.describe(
		"The captioned clips: a manifest (JSON lines, CSV, TSV, Parquet) or a folder of audio; or manifest, clips, captions, metadata, columns and cache, as docs/probe-sets.md explains.",
	);
