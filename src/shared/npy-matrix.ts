/** Rows of a two-dimensional .npy file, read by offset. */
import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { DataError } from "../errors.ts";
import {
	bytesPerValue,
	littleEndian,
	type NpyType,
	toFloats,
} from "./elements.ts";
import { openForReading, readBytes } from "./files.ts";
import { readNpyHeader } from "./npy.ts";

/** A matrix on disk. Rows are read by offset; the file is never held whole. */
export type NpyMatrix = {
	readonly rows: number;
	readonly columns: number;
	/** Of the file. */
	readonly type: NpyType;
	/** Rows `from` to `from + count - 1` as `[count, columns]`, row-major; float16 exactly, float64 to the nearest float32. */
	readRows(from: number, count: number): Promise<Float32Array>;
	/**
	 * The same rows into the first `count * columns` values of `target`, read at once by this thread: for worker threads, which then have the values in
	 * the cache of their processor.
	 */
	readRowsSync(from: number, count: number, target: Float32Array): void;
	/** The bytes of these rows as they are in the file. */
	readRowBytes(from: number, count: number): Promise<Uint8Array>;
	close(): Promise<void>;
};

/**
 * Opens a two-dimensional .npy file of one of `types` for reading rows.
 * Throws DataError: those of `parseNpyHeader`, `npy_missing`, `npy_shape` (not two axes), `npy_truncated` (fewer bytes than the shape needs).
 */
export async function openNpyMatrix(
	path: string,
	types: readonly NpyType[] = ["float32", "float16"],
): Promise<NpyMatrix> {
	const handle = await openForReading(path, "npy_missing");
	try {
		const { shape, type, dataOffset } = await readNpyHeader(
			handle,
			path,
			types,
		);
		const [rows, columns] = shape;
		if (shape.length !== 2 || rows === undefined || columns === undefined)
			throw new DataError(
				`${path} cannot be used: expected two axes, got shape (${shape.join(", ")})`,
				{
					code: "npy_shape",
					hint: "Reshape the array to two axes before numpy.save.",
				},
			);
		const rowBytes = columns * bytesPerValue(type);
		const expected = dataOffset + rows * rowBytes;
		const { size } = await handle.stat();
		if (size < expected)
			throw new DataError(
				`${path} is cut short: expected ${expected} bytes for shape (${rows}, ${columns}), got ${size}`,
				{ code: "npy_truncated", hint: "Record it again." },
			);
		const checkRows = (from: number, count: number): void => {
			if (from < 0 || count < 0 || from + count > rows)
				throw new RangeError(
					`Expected rows within 0 to ${rows - 1} of ${path}, got \`${from}\` to \`${from + count - 1}\``,
				);
		};
		const readRowBytes = (from: number, count: number): Promise<Buffer> => {
			checkRows(from, count);
			return readExactly(
				handle,
				dataOffset + from * rowBytes,
				count * rowBytes,
			);
		};
		return {
			rows,
			columns,
			type,
			readRowBytes,
			readRows: (from, count) =>
				readRowBytes(from, count).then((bytes) => toFloats(bytes, type)),
			readRowsSync: (from, count, target) => {
				checkRows(from, count);
				const values = target.subarray(0, count * columns);
				const position = dataOffset + from * rowBytes;
				if (type === "float32") {
					const { buffer, byteOffset, byteLength } = values;
					const bytes = new Uint8Array(buffer, byteOffset, byteLength);
					readExactlySync(handle.fd, position, bytes);
					littleEndian(bytes);
					return;
				}
				const bytes = new Uint8Array(count * rowBytes);
				readExactlySync(handle.fd, position, bytes);
				values.set(toFloats(bytes, type));
			},
			close: () => handle.close(),
		};
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** Rows and columns of a matrix on disk. Throws as `openNpyMatrix`. */
export async function npyMatrixShape(
	path: string,
): Promise<Pick<NpyMatrix, "rows" | "columns">> {
	const matrix = await openNpyMatrix(path);
	await matrix.close();
	return { rows: matrix.rows, columns: matrix.columns };
}

async function readExactly(
	handle: FileHandle,
	position: number,
	length: number,
): Promise<Buffer> {
	const bytes = await readBytes(handle, position, length);
	requireBytes(bytes.length, position, length);
	return bytes;
}

function readExactlySync(
	descriptor: number,
	position: number,
	into: Uint8Array,
): void {
	let filled = 0;
	while (filled < into.length) {
		const read = readSync(
			descriptor,
			into,
			filled,
			into.length - filled,
			position + filled,
		);
		if (read === 0) break;
		filled += read;
	}
	requireBytes(filled, position, into.length);
}

function requireBytes(got: number, position: number, expected: number): void {
	if (got < expected)
		throw new DataError(
			`an .npy file became shorter while it was read: expected ${expected} bytes at ${position}, got ${got}`,
			{
				code: "npy_truncated",
				hint: "Do not write to the file while it is read, then try again.",
			},
		);
}
