/** Parts to the final files: one neuron-major `.npy` per layer, `[units, clips]` float32, so that a neuron is one read. */
import { open, rename } from "node:fs/promises";
import { npyHeader } from "../shared/npy.ts";
import { type Part, readPartRows } from "./parts.ts";

/** Upper bound of the block of neurons held in memory. */
const BLOCK_BYTES = 64 * 2 ** 20;

/**
 * Writes the layer whose rows start at `firstRow` of every part. Memory: one block of 64 MiB, whatever the number of
 * clips and neurons. The file appears under its name only when it is whole and on disk.
 */
export async function writeLayerFile(options: {
	readonly path: string;
	readonly parts: readonly Part[];
	readonly firstRow: number;
	readonly units: number;
}): Promise<void> {
	const { path, parts, firstRow, units } = options;
	const clips = parts.reduce((sum, part) => sum + part.clips.length, 0);
	const blockUnits = Math.max(
		1,
		Math.min(units, Math.floor(BLOCK_BYTES / (clips * 4))),
	);
	const file = await open(`${path}.partial`, "w");
	try {
		await file.write(npyHeader({ shape: [units, clips], type: "float32" }));
		for (let start = 0; start < units; start += blockUnits) {
			const count = Math.min(blockUnits, units - start);
			const block = new Float32Array(count * clips);
			let column = 0;
			for (const part of parts) {
				const width = part.clips.length;
				const rows = await readPartRows(part, firstRow + start, count);
				for (let unit = 0; unit < count; unit += 1)
					block.set(
						rows.subarray(unit * width, (unit + 1) * width),
						unit * clips + column,
					);
				column += width;
			}
			await file.write(new Uint8Array(block.buffer));
		}
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(`${path}.partial`, path);
}
