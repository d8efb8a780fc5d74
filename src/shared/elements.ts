/** Element types of arrays on disk, and their little-endian bytes as numbers. */
import { endianness } from "node:os";
import { fromFloat16 } from "./float16.ts";

/** Element types that are read, with numpy's name and their bytes. */
export const ELEMENTS = {
	float32: { descr: "<f4", bytes: 4 },
	float16: { descr: "<f2", bytes: 2 },
	float64: { descr: "<f8", bytes: 8 },
} as const;

/** Element types that are written. */
export type Precision = "float32" | "float16";
export type NpyType = keyof typeof ELEMENTS;

export function bytesPerValue(type: NpyType): number {
	return ELEMENTS[type].bytes;
}

/** Little-endian values as float32. `bytes` starts its buffer; it is changed on a big-endian machine. */
export function toFloats(bytes: Uint8Array, type: NpyType): Float32Array {
	littleEndian(bytes, type);
	const { buffer, byteOffset } = bytes;
	const count = bytes.byteLength / bytesPerValue(type);
	if (type === "float32") return new Float32Array(buffer, byteOffset, count);
	return type === "float16"
		? fromFloat16(new Uint16Array(buffer, byteOffset, count))
		: Float32Array.from(new Float64Array(buffer, byteOffset, count));
}

/** Swaps in place on a big-endian machine, where the file's order is not the machine's. */
export function littleEndian<T extends Uint8Array>(
	bytes: T,
	type: NpyType = "float32",
): T {
	if (endianness() === "LE") return bytes;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (type === "float16") buffer.swap16();
	else if (type === "float32") buffer.swap32();
	else buffer.swap64();
	return bytes;
}
