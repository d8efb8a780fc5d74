/** Which time courses lie beside a recording: `traces/index.json`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../../shared/files.ts";

const entrySchema = z.strictObject({
	/** Clip id. */
	clip: z.string(),
	layer: z.string(),
	/** Rows of the file, in order. */
	units: z.array(z.int().min(0)).min(1),
	/** `.npy`, float32, `[units, positions]`, relative to the index. */
	file: z.string(),
	/** Network inputs the clip is; their positions stand one after the other. */
	rows: z.int().min(1),
	/** Lengths of the position axes of one row, row-major; empty when the tensor has no positions. */
	rowShape: z.array(z.int().min(0)),
	positions: z.int().min(0),
});

const indexSchema = z.strictObject({ traces: z.array(entrySchema) });

export type TraceEntry = z.infer<typeof entrySchema>;

export function tracesFolder(recording: {
	readonly directory: string;
}): string {
	return join(recording.directory, "traces");
}

/** Every trace of a recording, in the order they were recorded; none when there are no traces. */
export async function readTraceIndex(recording: {
	readonly directory: string;
}): Promise<readonly TraceEntry[]> {
	let text: string;
	try {
		text = await readFile(join(tracesFolder(recording), "index.json"), "utf8");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return [];
		throw error;
	}
	return indexSchema.parse(JSON.parse(text)).traces;
}

export async function writeTraceIndex(
	recording: { readonly directory: string },
	traces: readonly TraceEntry[],
): Promise<void> {
	await writeFileAtomically(join(tracesFolder(recording), "index.json"), [
		JSON.stringify({ traces }),
	]);
}
