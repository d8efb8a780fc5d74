/**
 * The .npy file format (NumPy's NEP 1): headers byte for byte as numpy.save writes them, and rows read by offset. Little-endian float32 and float16
 * are written and read, float64 is read too; C order only.
 */
import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { DataError } from "../errors.ts";
import {
	bytesPerValue,
	ELEMENTS,
	littleEndian,
	type NpyType,
	type Precision,
	toFloats,
} from "./elements.ts";
import { openForReading, readBytes } from "./files.ts";

const magic = Buffer.from("\x93NUMPY", "latin1");
/** numpy leaves room so that the first axis can grow in place: 21 digits less those in use. */
const growthDigits = 21;

/**
 * The header of an array of `shape` (C order): magic, version 1.0, and a dictionary padded so that the data starts at a multiple of 64 bytes.
 * The same bytes as `numpy.save` (numpy 1.23 and later).
 */
export function npyHeader(options: {
	readonly shape: readonly number[];
	readonly type: Precision;
}): Uint8Array {
	const { shape, type } = options;
	for (const length of shape)
		if (!Number.isInteger(length) || length < 0)
			throw new RangeError(
				`Expected each length of \`shape\` to be an integer from 0 and up, got \`${length}\``,
			);
	const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
	const growth =
		shape.length === 0
			? ""
			: " ".repeat(Math.max(0, growthDigits - String(shape[0]).length));
	const dictionary = `{'descr': '${ELEMENTS[type].descr}', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
	const unpadded = magic.length + 4 + dictionary.length + 1;
	// numpy pads by 1 to 64 spaces, never by none.
	const padding = 64 - (unpadded % 64);
	const text = `${dictionary}${" ".repeat(padding)}\n`;
	const header = Buffer.alloc(magic.length + 4 + text.length);
	magic.copy(header);
	header[6] = 1;
	header[7] = 0;
	header.writeUInt16LE(text.length, 8);
	header.write(text, 10, "latin1");
	return header;
}

/** A whole .npy file: header and data. `data` has as many values as `shape` says. */
export function npyBytes(
	data: Float32Array,
	shape: readonly number[],
): Uint8Array {
	const expected = shape.reduce((product, length) => product * length, 1);
	if (expected !== data.length)
		throw new RangeError(
			`Expected \`data\` to have ${expected} values for shape (${shape.join(", ")}), got \`${data.length}\``,
		);
	return Buffer.concat([
		npyHeader({ shape, type: "float32" }),
		littleEndian(new Uint8Array(data.slice().buffer)),
	]);
}

export type NpyHeader = {
	readonly shape: readonly number[];
	readonly type: NpyType;
	/** Byte offset of the first value. */
	readonly dataOffset: number;
};

/**
 * Reads the header at the start of `bytes` (which may be longer, and must hold the whole header).
 * Throws DataError: `npy_invalid` (not .npy), `npy_truncated`, `npy_unsupported` (not little-endian and in C order, or none of
 * `types`). `file` is for messages.
 */
export function parseNpyHeader(
	bytes: Uint8Array,
	file: string,
	types: readonly NpyType[] = ["float32"],
): NpyHeader {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (buffer.length < 10 || !buffer.subarray(0, 6).equals(magic))
		throw new DataError(
			`${file} is not an .npy file: expected it to start with \\x93NUMPY, got ${JSON.stringify(buffer.subarray(0, 6).toString("latin1"))}`,
			{ code: "npy_invalid", hint: "Write it with numpy.save." },
		);
	const major = buffer[6] as number;
	const lengthBytes = major === 1 ? 2 : 4;
	const textOffset = 8 + lengthBytes;
	if (buffer.length < textOffset) throw truncatedHeader(file);
	const textLength =
		major === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
	const dataOffset = textOffset + textLength;
	if (buffer.length < dataOffset) throw truncatedHeader(file);
	const text = buffer.subarray(textOffset, dataOffset).toString("latin1");
	const dtype = /'descr':\s*'([^']*)'/.exec(text)?.[1];
	const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
	const tuple = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
	if (order === undefined || tuple === undefined)
		throw new DataError(
			`the header of ${file} cannot be read: expected descr, fortran_order and shape, got ${JSON.stringify(text.trim())}`,
			{ code: "npy_invalid", hint: "Write it with numpy.save." },
		);
	const type = types.find((known) => ELEMENTS[known].descr === dtype);
	if (type === undefined || order !== "False")
		throw new DataError(
			`${file} cannot be used: expected little-endian ${types.map((known) => `${known} ('${ELEMENTS[known].descr}')`).join(" or ")} in C order, got ${dtype === undefined ? "a structured type" : `'${dtype}'`} in ${order === "True" ? "Fortran" : "C"} order`,
			{
				code: "npy_unsupported",
				hint: "In Python: numpy.save(path, numpy.ascontiguousarray(array, dtype='<f4')).",
			},
		);
	const shape = tuple
		.split(",")
		.map((part) => part.trim().replace(/L$/, ""))
		.filter((part) => part !== "")
		.map(Number);
	return { shape, type, dataOffset };
}

/** `parseNpyHeader` of an open file. `path` is for messages. */
export async function readNpyHeader(
	handle: FileHandle,
	path: string,
	types?: readonly NpyType[],
): Promise<NpyHeader> {
	const start = await readBytes(handle, 0, 12);
	if (start.length < 12) return parseNpyHeader(start, path);
	const length =
		start[6] === 1 ? 10 + start.readUInt16LE(8) : 12 + start.readUInt32LE(8);
	return parseNpyHeader(
		await readBytes(handle, 0, Math.min(length, 1 << 20)),
		path,
		types,
	);
}

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

function truncatedHeader(file: string): DataError {
	return new DataError(`${file} is cut short: its header is incomplete`, {
		code: "npy_truncated",
		hint: "Record it again.",
	});
}
