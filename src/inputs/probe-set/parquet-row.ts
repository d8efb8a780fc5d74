/** One row of a Parquet file: its audio, and its other columns in the types JSON has. */
import { basename } from "node:path";
import type { AudioCache } from "./audio-cache.ts";
import type { ClassLabel } from "./class-labels.ts";
import { readColumns } from "./columns.ts";
import type { Row } from "./rows.ts";
import type { ColumnMapping } from "./spec.ts";

/** What reading the rows of a file takes. */
export type ParquetRowReader = {
	readonly file: string;
	/** The column with the audio. */
	readonly audio: string;
	readonly mapping: ColumnMapping;
	readonly names: ReadonlyMap<string, ClassLabel>;
	readonly cache: AudioCache;
};

/**
 * The clip of a row, from 0, or its problems; `value` gives the row's value in a column. Audio inside is written to the cache, that of a row with
 * problems too. Codes of problems: those of `readColumns`.
 */
export async function readParquetRow(
	reader: ParquetRowReader,
	row: number,
	value: (column: string) => unknown,
): Promise<Row["line"]> {
	const { file, mapping, names, cache } = reader;
	const { bytes, path } = audioOf(value(reader.audio));
	const { clip: _, ...columns } = mapping;
	const line = readColumns((column) => {
		const plain = plainValue(value(column));
		const classes = names.get(column);
		return classes === undefined ? plain : named(plain, classes.names);
	}, columns);
	// The name inside is a name, never a place to write to.
	const ownName = path === null ? null : (path.split(/[\\/]/).at(-1) ?? null);
	const clip = ownName || `${basename(file)}#${row + 1}`;
	const known = { ...line, clip, id: line.id || clip };
	if (bytes !== null && bytes.length > 0)
		return { ...known, audio: await cache.put(bytes) };
	// Audio that is a file of its own: relative to the clips' folder, which it may not leave.
	if (bytes === null && path !== null) return { ...known, clip: path };
	const place = `${file}, row ${row + 1}`;
	return {
		...known,
		audio: {
			path: place,
			unusable: {
				code: "audio_empty",
				message: `${place}: expected audio, got ${bytes === null ? "neither bytes nor a path" : "no bytes"}`,
			},
		},
	};
}

function audioOf(value: unknown): {
	readonly bytes: Uint8Array | null;
	readonly path: string | null;
} {
	if (value instanceof Uint8Array) return { bytes: value, path: null };
	if (typeof value !== "object" || value === null)
		return { bytes: null, path: null };
	const bytes: unknown = Reflect.get(value, "bytes");
	const path = plainValue(Reflect.get(value, "path"));
	return {
		bytes: bytes instanceof Uint8Array ? bytes : null,
		path: typeof path === "string" && path.trim() !== "" ? path : null,
	};
}

/** Parquet's own types as JSON has them: texts from bytes, whole numbers as numbers (as texts beyond 2^53), dates in ISO form. */
function plainValue(value: unknown): unknown {
	if (value instanceof Uint8Array) return new TextDecoder().decode(value);
	if (typeof value === "bigint")
		return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
	if (value instanceof Date)
		return Number.isNaN(value.getTime()) ? null : value.toISOString();
	if (Array.isArray(value)) return value.map(plainValue);
	return value;
}

/** Class numbers as their names; -1 is how data sets say that there is none. */
function named(value: unknown, classes: readonly string[]): unknown {
	if (Array.isArray(value)) return value.map((one) => named(one, classes));
	if (typeof value !== "number") return value;
	return value === -1 ? null : (classes[value] ?? value);
}
