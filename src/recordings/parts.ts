/**
 * Parts of an unfinished recording: one file per few clips that follow one another in a job, named by the place of the first, so that an interruption costs
 * no more than these. Where parts end has no influence on the recording. A part is one line of JSON (which clips are in it, which failed and why), then the values, unit-major `[units of the job's layers, clips of the
 * part]` in the recording's precision, so that the assembly reads contiguous bytes.
 */
import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DataError, StoreError } from "../errors.ts";
import {
	bytesPerValue,
	littleEndian,
	type Precision,
} from "../shared/elements.ts";
import { readBytes, readInto, writeFileAtomically } from "../shared/files.ts";
import { LARGEST_FLOAT16, toFloat16 } from "../shared/float16.ts";
import { findingSchema } from "./findings.ts";

const partHeaderSchema = z.strictObject({
	/** Indices into the plan's clips, in column order. */
	clips: z.array(z.int().min(0)),
	/** Of each of these the share of its input that is padding, in [0, 1); shorter in parts of older versions. */
	padding: z.array(z.number()).default([]),
	excluded: z.array(findingSchema),
	warnings: z.array(findingSchema),
});

export type PartHeader = z.infer<typeof partHeaderSchema>;
export type Part = PartHeader & {
	readonly path: string;
	/** Byte offset of the values. */
	readonly offset: number;
};

/** `start`: place of its first clip among the job's. */
export function partPath(
	directory: string,
	job: number,
	start: number,
): string {
	const name = `${String(start).padStart(9, "0")}.part`;
	return join(partsFolder(directory, job), name);
}

function partsFolder(directory: string, job: number): string {
	return join(directory, "parts", String(job));
}

/** A part that is on disk and the clips it is about, as places among the job's. */
export type PlacedPart = {
	readonly part: Part;
	readonly start: number;
	readonly end: number;
};

/**
 * The parts of a job that are whole, in order and without overlap. What is damaged or of other clips counts as not there: it is computed again.
 * `clips`: of the job; `units`: of its layers.
 */
export async function readParts(
	directory: string,
	job: number,
	clips: readonly number[],
	units: number,
	precision: Precision,
): Promise<PlacedPart[]> {
	const folder = partsFolder(directory, job);
	const found: PlacedPart[] = [];
	let free = 0;
	for (const name of await namesIn(folder)) {
		const start = Number(/^(\d{9})\.part$/.exec(name)?.[1] ?? Number.NaN);
		if (!(start >= free)) continue;
		const part = await readPart(join(folder, name), units, precision);
		if (part === undefined) continue;
		const about = [
			...part.clips,
			...part.excluded.map(({ clip }) => clip),
		].sort((a, b) => a - b);
		const end = start + about.length;
		const expected = clips.slice(start, end);
		if (about.length === 0 || about.join() !== expected.join()) continue;
		found.push({ part, start, end });
		free = end;
	}
	return found;
}

async function namesIn(folder: string): Promise<string[]> {
	try {
		return (await readdir(folder)).sort();
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return [];
		throw error;
	}
}

/** Side of the blocks of the transposition: both sides of a block stay in the cache. */
const BLOCK = 64;

/** `[rows, columns]` to `[columns, rows]`. */
export function transpose(
	values: Float32Array,
	rows: number,
	columns: number,
): Float32Array {
	const result = new Float32Array(rows * columns);
	for (let top = 0; top < rows; top += BLOCK)
		for (let left = 0; left < columns; left += BLOCK) {
			const bottom = Math.min(rows, top + BLOCK);
			const right = Math.min(columns, left + BLOCK);
			for (let column = left; column < right; column += 1)
				for (let row = top; row < bottom; row += 1)
					result[column * rows + row] = values[
						row * columns + column
					] as number;
		}
	return result;
}

/**
 * The bytes of values in the recording's precision, little-endian; not a copy for float32.
 * Throws DataError `float16_overflow` for a finite value that float16 cannot hold.
 */
export function storedValues(
	values: Float32Array,
	precision: Precision,
): Uint8Array {
	if (precision === "float16") {
		for (const value of values)
			if (Math.abs(value) >= LARGEST_FLOAT16 + 16 && Number.isFinite(value))
				throw new DataError(
					`an activation is ${value}: float16 holds values up to ${LARGEST_FLOAT16}`,
					{
						code: "float16_overflow",
						hint: "Set `recording.precision: float32`.",
					},
				);
		return littleEndian(new Uint8Array(toFloat16(values).buffer), "float16");
	}
	return littleEndian(
		new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
	);
}

/** Writes a part durably. `values` are those of `storedValues` for `[units, clips]`. */
export async function writePart(
	path: string,
	header: PartHeader,
	values: Uint8Array,
): Promise<Part> {
	await mkdir(dirname(path), { recursive: true });
	const line = Buffer.from(`${JSON.stringify(header)}\n`);
	await writeFileAtomically(path, [line, values]);
	return { ...header, path, offset: line.length };
}

/** A part's header; undefined when the file cannot be read, is damaged or cut short. */
async function readPart(
	path: string,
	units: number,
	precision: Precision,
): Promise<Part | undefined> {
	try {
		const file = await open(path, "r");
		try {
			const { line, size } = await readFirstLine(file);
			const header = partHeaderSchema.parse(JSON.parse(line.toString("utf8")));
			const offset = line.length;
			const bytes = units * header.clips.length * bytesPerValue(precision);
			return size === offset + bytes ? { ...header, path, offset } : undefined;
		} finally {
			await file.close();
		}
	} catch {
		return undefined;
	}
}

/** All of the file when it has no line end. */
async function readFirstLine(
	file: FileHandle,
): Promise<{ readonly line: Buffer; readonly size: number }> {
	const { size } = await file.stat();
	for (let length = 2 ** 14; ; length *= 8) {
		const buffer = await readBytes(file, 0, Math.min(length, size));
		const end = buffer.indexOf(10);
		if (end >= 0) return { line: buffer.subarray(0, end + 1), size };
		if (length >= size) return { line: buffer, size };
	}
}

/** Reads `count` rows from `firstUnit` of a part into the start of `into`: `[count, clips of the part]`. */
export async function readPartRows(
	part: Part,
	rowBytes: number,
	firstUnit: number,
	count: number,
	into: Uint8Array,
): Promise<void> {
	const file = await open(part.path, "r");
	try {
		const length = count * rowBytes;
		const read = await readInto(
			file,
			into.subarray(0, length),
			part.offset + firstUnit * rowBytes,
		);
		if (read < length)
			throw new StoreError(
				`${part.path} ends early: got ${read} of ${length} bytes`,
				{
					code: "recording_corrupt",
					hint: "Run the same command again: this part is then computed anew.",
				},
			);
	} finally {
		await file.close();
	}
}
