/** A Parquet file on disk: its bytes on demand, which rows to read together, its failures as errors of ours. */
import { type FileHandle, open } from "node:fs/promises";
import {
	type AsyncBuffer,
	type FileMetaData,
	type OffsetIndex,
	readOffsetIndex,
} from "hyparquet";
import { DataError } from "../../errors.ts";
import { systemReason } from "../../shared/system-reason.ts";

/**
 * Ranges of rows that are read together: pages of the audio's bytes up to `stepBytes` where the file has an index of them, so that no page is
 * read twice; else whole row groups.
 */
export async function* rowSteps(options: {
	readonly buffer: AsyncBuffer;
	readonly metadata: FileMetaData;
	/** The audio's column. */
	readonly column: string;
	readonly stepBytes: number;
}): AsyncGenerator<readonly [number, number], void, undefined> {
	const { buffer, metadata, column, stepBytes } = options;
	let start = 0;
	for (const group of metadata.row_groups) {
		const rows = Number(group.num_rows);
		let from = 0;
		let bytes = 0;
		for (const page of await pagesOf(group, column, buffer)) {
			const row = Number(page.first_row_index);
			if (bytes >= stepBytes && row > from) {
				yield [start + from, start + row];
				from = row;
				bytes = 0;
			}
			bytes += page.compressed_page_size;
		}
		if (from < rows) yield [start + from, start + rows];
		start += rows;
	}
}

/** The pages of the audio's bytes in a row group; none when the file has no index of them. */
async function pagesOf(
	group: FileMetaData["row_groups"][number],
	column: string,
	buffer: AsyncBuffer,
): Promise<OffsetIndex["page_locations"]> {
	const chunk = group.columns.find(({ meta_data }) => {
		const path = meta_data?.path_in_schema ?? [];
		return path[0] === column && (path.length === 1 || path[1] === "bytes");
	});
	const offset = chunk?.offset_index_offset;
	const length = chunk?.offset_index_length;
	if (offset === undefined || length === undefined) return [];
	const bytes = await buffer.slice(Number(offset), Number(offset) + length);
	return readOffsetIndex({ view: new DataView(bytes), offset: 0 })
		.page_locations;
}

/** Throws DataError `manifest_missing`. */
export async function openFile(file: string): Promise<FileHandle> {
	try {
		return await open(file);
	} catch (error) {
		throw new DataError(
			`the probe set manifest ${file} cannot be read: ${systemReason(error)}`,
			{
				code: "manifest_missing",
				hint: "Check that the path in the config is right and that the file may be read.",
				cause: error,
				evidence: { file },
			},
		);
	}
}

/** The file as the package reads it: only what is asked for. */
export async function fileBuffer(handle: FileHandle): Promise<AsyncBuffer> {
	const { size } = await handle.stat();
	return {
		byteLength: size,
		slice: async (start, end = size) => {
			const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, end - start)));
			let filled = 0;
			while (filled < bytes.length) {
				const { bytesRead } = await handle.read(
					bytes,
					filled,
					bytes.length - filled,
					start + filled,
				);
				if (bytesRead === 0) break;
				filled += bytesRead;
			}
			return filled === bytes.length
				? bytes.buffer
				: bytes.buffer.slice(0, filled);
		},
	};
}

/** What the package throws is about the file: it becomes DataError `parquet_invalid`. */
export async function readParquet<Result>(
	file: string,
	read: () => Promise<Result>,
): Promise<Result> {
	try {
		return await read();
	} catch (error) {
		if (error instanceof DataError) throw error;
		throw new DataError(
			`${file} is no Parquet file that can be read: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "parquet_invalid",
				hint: "Fetch the file again: a download may have been cut short, or left a Git LFS pointer in its place.",
				cause: error,
				evidence: { file },
			},
		);
	}
}
