/** The column layouts of published data sets: what their columns mean, where their audio lies, how its files are called. */
import { basename, extname } from "node:path";
import { ATTRIBUTE_PREFIX, type Fields } from "./columns.ts";
import type { ColumnMapping } from "./spec.ts";

export type Layout = {
	/** As in messages. */
	readonly name: string;
	/** The columns it is recognised by. */
	readonly needed: readonly string[];
	readonly columns: ColumnMapping;
	/** Folders of the audio, relative to the table's; `table` is its name without ending. The first one with the first clip counts. */
	readonly folders: (table: string) => readonly string[];
	/** Names a row's file may have, the usual one first. `/*` at the end: any ending. Default: the clip column as it is. */
	readonly names?: (fields: Fields) => readonly string[];
	/** Rows of one clip follow each other, one caption each. */
	readonly merges?: true;
	/** Clotho's second file. */
	readonly metadata?: true;
};

const text = (value: unknown): string =>
	value === null || value === undefined ? "" : String(value).trim();

/** More specific ones first. */
const LAYOUTS: readonly Layout[] = [
	{
		name: "UrbanSound8K",
		needed: ["slice_file_name", "fsID", "fold", "class"],
		columns: {
			clip: "slice_file_name",
			label: "class",
			sourceRecording: "fsID",
			attributes: ["start", "end", "salience", "fold", "classID"],
		},
		folders: () => ["../audio", "audio", "."],
		names: (fields) => {
			const name = text(fields("slice_file_name"));
			return [`fold${text(fields("fold"))}/${name}`, name];
		},
	},
	{
		name: "ESC-50",
		needed: ["filename", "fold", "target", "category"],
		columns: {
			clip: "filename",
			label: "category",
			sourceRecording: "src_file",
			attributes: ["fold", "target", "esc10", "take"],
		},
		folders: () => ["../audio", "audio", "."],
	},
	{
		name: "AudioCaps",
		needed: ["audiocap_id", "youtube_id", "start_time", "caption"],
		columns: {
			clip: "youtube_id",
			id: "youtube_id",
			caption: "caption",
			sourceRecording: "youtube_id",
			attributes: ["start_time"],
		},
		folders: (table) => [table, `audio/${table}`, "audio", "clips", "."],
		names: (fields) => {
			const id = text(fields("youtube_id"));
			const start = text(fields("start_time"));
			const end = String(Number(start) + 10);
			// As the usual downloaders name what they fetch; in seconds, or in milliseconds as AudioSet's own ids.
			const stems = [
				id,
				`${id}_${start}`,
				`${id}_${start}_${end}`,
				`${id}_${start}000_${end}000`,
			];
			return [
				...stems.flatMap((stem) => [`${stem}/*`, `Y${stem}/*`]),
				`${text(fields("audiocap_id"))}/*`,
			];
		},
		merges: true,
	},
	{
		name: "Clotho",
		needed: ["file_name", "caption_1"],
		columns: { clip: "file_name" },
		folders: (table) => {
			const split = table.replace(/^clotho_captions_/, "");
			return [
				split,
				`clotho_audio_${split}`,
				`clotho_audio_${split}/${split}`,
				"audio",
				"clips",
				".",
			];
		},
		metadata: true,
	},
	{
		name: "audiofolder",
		needed: ["file_name"],
		columns: { clip: "file_name" },
		folders: () => ["."],
	},
	{
		name: "audio-dissect",
		needed: ["clip"],
		columns: { clip: "clip" },
		folders: () => ["."],
	},
];

/** Columns with these names are what they say, in every layout that does not say otherwise and is in the file. */
const USUAL: Readonly<Record<"id" | "label" | "sourceRecording", string>> = {
	id: "id",
	label: "label",
	sourceRecording: "source_recording",
};
const USUAL_CAPTIONS = ["caption", "captions", "description", "text"];

/** The names of the layouts, for messages. */
export const layoutNames: readonly string[] = LAYOUTS.filter(
	({ name }) => name !== "audiofolder" && name !== "audio-dissect",
).map(({ name }) => name);

/** The layout the columns are of. */
export function recogniseLayout(
	columns: readonly string[],
): Layout | undefined {
	const present = new Set(columns);
	return LAYOUTS.find(({ needed }) =>
		needed.every((column) => present.has(column)),
	);
}

/** What the columns of a file mean: what `given` says, then the layout, then the usual names. Columns that are not there are left out, except given ones. */
export function completeMapping(
	columns: readonly string[],
	layout: Layout | undefined,
	given: ColumnMapping,
): ColumnMapping {
	const present = new Set(columns);
	const known = layout?.columns ?? {};
	const pick = (field: "clip" | "id" | "label" | "sourceRecording") => {
		const usual = field === "clip" ? undefined : USUAL[field];
		return (
			given[field] ??
			[known[field], usual].find(
				(column) => column !== undefined && present.has(column),
			)
		);
	};
	const numbered = columns
		.filter((column) => /^caption_\d+$/.test(column))
		.sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
	const usual = USUAL_CAPTIONS.find((column) => present.has(column));
	return {
		clip: pick("clip"),
		id: pick("id"),
		caption:
			given.caption ??
			known.caption ??
			(numbered.length > 0 ? numbered : usual),
		label: pick("label"),
		sourceRecording: pick("sourceRecording"),
		attributes:
			given.attributes ??
			known.attributes?.filter((column) => present.has(column)) ??
			columns.filter((column) => column.startsWith(ATTRIBUTE_PREFIX)),
	};
}

/** The table's name without ending, as layouts take it. */
export function tableName(file: string): string {
	return basename(file, extname(file));
}
