/** What every kind of manifest comes down to: rows, each a clip or its problems, and where its audio is. */
import { DataError } from "../../errors.ts";
import { didYouMean } from "../../shared/suggest.ts";
import type { ClipFolder } from "./clip-path.ts";
import { mappedColumns } from "./columns.ts";
import { layoutNames } from "./layouts.ts";
import type { BadLine, ManifestLine } from "./manifest-line.ts";
import type { ColumnMapping } from "./spec.ts";

/** Audio that is not just a file named by the manifest: written to the cache (`hash` is that of its bytes), or not there at all. */
type RowAudio =
	| { readonly path: string; readonly hash: string }
	| {
			readonly path: string;
			readonly unusable: { readonly code: string; readonly message: string };
	  };

export type Row = {
	readonly file: string;
	/** Line, or row of a file without lines; from 1. Null: the whole file is meant. */
	readonly number: number | null;
	readonly line: (ManifestLine | BadLine) & { readonly audio?: RowAudio };
	/** Where `clip` starts. */
	readonly folder: ClipFolder;
};

export type RowSource = {
	/** The recognised layout ("ESC-50"), null for none. */
	readonly layout: string | null;
	/** It has captions of its own: a row without is a mistake of that row. */
	readonly captioned: boolean;
	/** Rows with one id are captions of one clip. */
	readonly merges: boolean;
	/** Attributes are all texts and get their types once all are known. */
	readonly untyped: boolean;
	/** "line" or "row", as places are written. */
	readonly unit: "line" | "row";
	/** What was expected and got when there is no row. */
	readonly whenEmpty: string;
	/** Next step when rows have problems. Ask after reading. */
	readonly hint: () => string;
	/** Reads the rows: once. */
	readonly rows: () => AsyncIterable<Row>;
};

/** The next step when the file itself does not suggest one. */
export const checkHint = (): string =>
	"`audio-dissect inputs check` lists every problem of a probe set, those of the audio too.";

/**
 * Checks that a complete mapping can be used with the columns there are. Throws DataError `columns_unknown`: a mapped column is not there, or
 * nothing says which one names the clips.
 */
export function checkMapping(options: {
	readonly file: string;
	readonly columns: readonly string[];
	readonly mapping: ColumnMapping;
	/** The audio is in the file itself. */
	readonly audioInside?: boolean;
}): void {
	const { file, columns, mapping } = options;
	const missing = mappedColumns(mapping).filter(
		({ column }) => !columns.includes(column),
	);
	const listed = columns.map((name) => `\`${name}\``).join(", ");
	if (missing.length > 0)
		throw new DataError(
			`${file} has no ${missing
				.map(({ field, column }) => {
					const hint = didYouMean(column, columns);
					return `column \`${column}\` (probeSet.columns.${field})${hint === undefined ? "" : `; ${hint}`}`;
				})
				.join(", no ")}; its columns are ${listed}`,
			{
				code: "columns_unknown",
				hint: "Name columns of the file in probeSet.columns.",
				evidence: { file, columns },
			},
		);
	if (mapping.clip === undefined && options.audioInside !== true)
		throw new DataError(
			`${file}: nothing says which column names the audio files; its columns are ${listed}`,
			{
				code: "columns_unknown",
				hint: `Say it in the config: probeSet: { manifest: ..., columns: { clip: ${columns[0] ?? "file"}, caption: ..., label: ... } }. Known without are ${layoutNames.join(", ")}, and the column names clip, file_name, caption, label, id, source_recording.`,
				evidence: { file, columns },
			},
		);
}
