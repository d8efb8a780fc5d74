/**
 * Parts of an unfinished recording: one file per batch, so that an interruption costs at most one batch.
 * A part is one line of JSON (which clips are in it, which failed and why), then float32 values, unit-major
 * `[units of all layers, clips of the batch]`, so that the transposition reads contiguous bytes.
 */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../shared/files.ts";

const findingSchema = z.strictObject({
	/** Index into the plan's clips. */
	clip: z.int().min(0),
	code: z.string(),
	message: z.string(),
});

const partHeaderSchema = z.strictObject({
	/** Indices into the plan's clips, in column order. */
	clips: z.array(z.int().min(0)),
	excluded: z.array(findingSchema),
	warnings: z.array(findingSchema),
});

export type ClipFinding = z.infer<typeof findingSchema>;
export type PartHeader = z.infer<typeof partHeaderSchema>;
export type Part = PartHeader & {
	readonly path: string;
	/** Byte offset of the values. */
	readonly offset: number;
};

export function partPath(directory: string, batch: number): string {
	return join(directory, "parts", `${String(batch).padStart(7, "0")}.part`);
}

/** Writes a part durably. `values` is `[units, clips]` float32. */
export async function writePart(
	path: string,
	header: PartHeader,
	values: Float32Array,
): Promise<void> {
	const bytes = new Uint8Array(
		values.buffer,
		values.byteOffset,
		values.byteLength,
	);
	await writeFileAtomically(path, [`${JSON.stringify(header)}\n`, bytes]);
}

/** Reads a part's header, or undefined when the part has not been written. Throws when the file is damaged. */
export async function readPart(
	path: string,
	units: number,
): Promise<Part | undefined> {
	let bytes: Buffer;
	try {
		bytes = await readFile(path);
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return undefined;
		throw error;
	}
	const offset = bytes.indexOf(10) + 1;
	const header = partHeaderSchema.parse(
		JSON.parse(bytes.subarray(0, offset).toString("utf8")),
	);
	const expected = offset + units * header.clips.length * 4;
	if (bytes.byteLength !== expected)
		throw new Error(
			`${path} has ${bytes.byteLength} bytes, expected ${expected}`,
		);
	return { ...header, path, offset };
}

/** Reads `count` rows from `firstUnit` of a part: float32 `[count, clips of the part]`. */
export async function readPartRows(
	part: Part,
	firstUnit: number,
	count: number,
): Promise<Float32Array> {
	const rowBytes = part.clips.length * 4;
	const values = new Float32Array(count * part.clips.length);
	const file = await open(part.path, "r");
	try {
		await file.read(
			new Uint8Array(values.buffer),
			0,
			count * rowBytes,
			part.offset + firstUnit * rowBytes,
		);
	} finally {
		await file.close();
	}
	return values;
}
