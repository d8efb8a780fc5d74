/**
 * The .npy file format (NumPy's NEP 1): headers byte for byte as numpy.save writes them. Little-endian float32 and float16
 * are written and read, float64 is read too; C order only.
 */
import type { FileHandle } from "node:fs/promises";
import { DataError } from "../errors.ts";
import {
	ELEMENTS,
	littleEndian,
	type NpyType,
	type Precision,
} from "./elements.ts";
import { readBytes } from "./files.ts";

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

function truncatedHeader(file: string): DataError {
	return new DataError(`${file} is cut short: its header is incomplete`, {
		code: "npy_truncated",
		hint: "Record it again.",
	});
}
