/** Parquet files as Hugging Face writes them: rows with the audio's bytes inside, which are written to the cache as files. */
import { dirname, resolve } from "node:path";
import { parquetMetadataAsync, parquetScan, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { openAudioCache } from "./audio-cache.ts";
import { classNames } from "./class-labels.ts";
import { captionColumns, mappedColumns } from "./columns.ts";
import { recogniseLayout } from "./layouts.ts";
import { audioColumn, parquetMapping } from "./parquet-columns.ts";
import { fileBuffer, openFile, readParquet, rowSteps } from "./parquet-file.ts";
import { type ParquetRowReader, readParquetRow } from "./parquet-row.ts";
import { checkHint, checkMapping, type Row, type RowSource } from "./rows.ts";
import type { ProbeSetSpec } from "./spec.ts";

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
		const reader: ParquetRowReader = { file, audio, mapping, names, cache };
		const folder = {
			path: spec.clips === undefined ? dirname(file) : resolve(spec.clips),
			confined: true,
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
							line: await readParquetRow(
								reader,
								row,
								(column) => values.get(column)?.[row - start],
							),
							folder,
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
