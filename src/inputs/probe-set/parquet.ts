/** Parquet files as Hugging Face writes them: rows with the audio's bytes inside, which are written to the cache as files. */
import { basename, dirname, resolve } from "node:path";
import {
	type FileMetaData,
	parquetMetadataAsync,
	parquetScan,
	parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { type AudioCache, openAudioCache } from "./audio-cache.ts";
import { type ClassLabel, classNames } from "./class-labels.ts";
import type { ClipFolder } from "./clip-path.ts";
import { captionColumns, mappedColumns, readColumns } from "./columns.ts";
import { completeMapping, type Layout, recogniseLayout } from "./layouts.ts";
import type { BadLine, ManifestLine } from "./manifest-line.ts";
import { fileBuffer, openFile, readParquet, rowSteps } from "./parquet-file.ts";
import {
	checkHint,
	checkMapping,
	type Row,
	type RowAudio,
	type RowSource,
} from "./rows.ts";
import type { ColumnMapping, ProbeSetSpec } from "./spec.ts";

/** Bytes of one column read at a time, when the file says where its pages are. */
const STEP_BYTES = 1 << 25;

/**
 * Opens a Parquet file as a source of rows. Audio is a column of `{bytes, path}` or of plain bytes; it is read a few rows at a time (a row group at
 * a time when the file has no page index), so that memory follows the row group and not the file. Labels that Hugging Face's metadata
 * give names get them. Throws DataError `manifest_missing`, `parquet_invalid`, `parquet_no_audio`, `columns_unknown`, `cache_needed`;
 * StoreError `cache_unwritable`.
 */
export async function openParquet(
	file: string,
	spec: ProbeSetSpec,
	options: LongOptions & {
		/** Bytes of audio read at a time where the file has a page index. */
		readonly stepBytes?: number;
	},
): Promise<RowSource> {
	const { signal, stepBytes = STEP_BYTES } = options;
	const handle = await openFile(file);
	try {
		const buffer = await fileBuffer(handle);
		const metadata = await readParquet(file, () =>
			parquetMetadataAsync(buffer, { geoparquet: false }),
		);
		const columns = parquetSchema(metadata).children.map(
			(child) => child.element.name,
		);
		const audio = audioColumn(metadata, spec.columns?.clip);
		if (audio === null)
			throw new DataError(
				`${file} has no column with audio: expected one of {bytes, path} or of bytes, got ${columns.map((name) => `\`${name}\``).join(", ")}`,
				{
					code: "parquet_no_audio",
					hint: "Name the column in the config: probeSet: { manifest: ..., columns: { clip: audio } }. A table of file names is read from CSV or JSON lines.",
					evidence: { file, columns },
				},
			);
		const others = columns.filter((name) => name !== audio);
		const names = classNames(metadata);
		const layout = recogniseLayout(others);
		const mapping = parquetMapping({
			others,
			layout,
			given: spec.columns ?? {},
			names,
		});
		checkMapping({ file, columns, mapping, audioInside: true });
		if (spec.cache === undefined)
			throw new DataError(
				`${file} holds audio, and nothing says where to write it`,
				{
					code: "cache_needed",
					hint: "Give a folder: `cache` in loadProbeSet, probeSet.cache in the config.",
					evidence: { file },
				},
			);
		const cache = openAudioCache(resolve(spec.cache));
		const wanted = [
			...new Set(mappedColumns(mapping).map(({ column }) => column)),
		].filter((column) => column !== audio);
		const reader: RowReader = {
			file,
			audio,
			mapping,
			names,
			cache,
			folder: {
				path: spec.clips === undefined ? dirname(file) : resolve(spec.clips),
				confined: true,
			},
		};
		async function* rows(): AsyncGenerator<Row, void, undefined> {
			try {
				const scan = await readParquet(file, () =>
					parquetScan({
						file: buffer,
						metadata,
						columns: [audio ?? "", ...wanted],
						compressors,
						utf8: false,
						geoparquet: false,
					}),
				);
				const steps = rowSteps({
					buffer,
					metadata,
					column: audio ?? "",
					stepBytes,
				});
				for await (const [start, end] of steps) {
					throwIfInterrupted(signal);
					const values = await readParquet(file, async () => {
						const range = { rowStart: start, rowEnd: end };
						const read = new Map<string, ArrayLike<unknown>>();
						for (const column of [...wanted, audio ?? ""])
							read.set(column, await scan.readColumn({ column, ...range }));
						return read;
					});
					for (let row = start; row < end; row += 1)
						yield {
							file,
							number: row + 1,
							line: await readRow(
								reader,
								row,
								(column) => values.get(column)?.[row - start],
							),
							folder: reader.folder,
						};
				}
			} finally {
				await handle.close();
			}
		}
		return {
			layout: layout?.name ?? null,
			captioned: captionColumns(mapping).length > 0,
			merges: layout?.merges === true,
			untyped: false,
			unit: "row",
			whenEmpty: "expected a row for each clip, got none",
			hint: checkHint,
			rows,
		};
	} catch (error) {
		await handle.close();
		throw error;
	}
}

type RowReader = {
	readonly file: string;
	readonly audio: string;
	readonly mapping: ColumnMapping;
	readonly names: ReadonlyMap<string, ClassLabel>;
	readonly cache: AudioCache;
	readonly folder: ClipFolder;
};

async function readRow(
	reader: RowReader,
	row: number,
	value: (column: string) => unknown,
): Promise<(ManifestLine & { readonly audio?: RowAudio }) | BadLine> {
	const { file, mapping, names, cache } = reader;
	const { bytes, path } = audioOf(value(reader.audio));
	const { clip: _, ...columns } = mapping;
	const line = readColumns((column) => {
		const plain = plainValue(value(column));
		const classes = names.get(column);
		return classes === undefined ? plain : named(plain, classes.names);
	}, columns);
	if ("problems" in line) return line;
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

/** The column called so, else the one of `{bytes, path}`, else the only one of plain bytes that is called like audio. */
function audioColumn(
	metadata: FileMetaData,
	wanted: string | undefined,
): string | null {
	const { children } = parquetSchema(metadata);
	const isStruct = (child: (typeof children)[number]): boolean =>
		child.children.some(({ element }) => element.name === "bytes");
	const isBytes = ({ element }: (typeof children)[number]): boolean =>
		element.type === "BYTE_ARRAY" &&
		element.converted_type === undefined &&
		element.logical_type === undefined;
	if (wanted !== undefined) {
		const named = children.find(({ element }) => element.name === wanted);
		return named !== undefined && (isStruct(named) || isBytes(named))
			? wanted
			: null;
	}
	const found =
		children.find(isStruct) ??
		children.find(
			(child) =>
				isBytes(child) && /^(audio|bytes|wav|sound)/i.test(child.element.name),
		);
	return found?.element.name ?? null;
}

/** As for tables; besides, the only column with class names is the label, and lists of classes are attributes. */
function parquetMapping(options: {
	readonly others: readonly string[];
	readonly layout: Layout | undefined;
	readonly given: ColumnMapping;
	readonly names: ReadonlyMap<string, ClassLabel>;
}): ColumnMapping {
	const { others, layout, names } = options;
	const { clip: _, ...given } = options.given;
	const { clip, ...mapping } = completeMapping(others, layout, given);
	const labels = [...names].filter(([, { isList }]) => !isList);
	const lists = [...names].flatMap(([column, { isList }]) =>
		isList && column !== mapping.label ? [column] : [],
	);
	return {
		...mapping,
		// A column of file names beside the audio names the clip.
		id: mapping.id ?? clip,
		label: mapping.label ?? (labels.length === 1 ? labels[0]?.[0] : undefined),
		attributes: given.attributes ?? [...(mapping.attributes ?? []), ...lists],
	};
}
