/** Worker thread: ranks the neurons of one layer file after another and writes what is kept of each beside it. */
import { parentPort } from "node:worker_threads";
import { DataError } from "../../errors.ts";
import {
	bytesPerValue,
	littleEndian,
	toFloats,
} from "../../shared/elements.ts";
import {
	openForReading,
	readInto,
	writeAtomically,
} from "../../shared/files.ts";
import { npyHeader, readNpyHeader } from "../../shared/npy.ts";
import { COLUMNS, keptExemplarsPath, MOST_CLIPS } from "./layout.ts";
import { createKeptRanker } from "./rank-kept.ts";

/** A layer file. */
export type KeepRequest = { readonly path: string };
/** Null: written, or left out since there are more clips than can be ranked this way. */
export type KeepReply = { readonly error: string | null };

const BLOCK_BYTES = 2 * 2 ** 20;

/** Rejects with DataError and the errors of files. */
export async function keepLayer(path: string): Promise<void> {
	const file = await openForReading(path, "npy_missing");
	try {
		const { shape, type, dataOffset } = await readNpyHeader(file, path, [
			"float32",
			"float16",
		]);
		const [units = 0, clips = 0] = shape;
		if (clips > MOST_CLIPS || clips === 0) return;
		const rank = createKeptRanker(clips);
		const step = Math.max(1, Math.floor(BLOCK_BYTES / (clips * 4)));
		const rowBytes = clips * bytesPerValue(type);
		// One block for all: what is allocated anew for each may wait long to be freed.
		const block = new Uint8Array(step * rowBytes);
		const kept = new Float32Array(step * COLUMNS);
		await writeAtomically(keptExemplarsPath(path), async (output) => {
			await output.writeFile(
				npyHeader({ shape: [units, COLUMNS], type: "float32" }),
			);
			for (let first = 0; first < units; first += step) {
				const count = Math.min(step, units - first);
				const bytes = block.subarray(0, count * rowBytes);
				const read = await readInto(file, bytes, dataOffset + first * rowBytes);
				if (read < bytes.length)
					throw new DataError(
						`${path} ends early: expected ${bytes.length} bytes from unit ${first} on, got ${read}`,
						{
							code: "npy_truncated",
							hint: "Run `audio-dissect record` again.",
						},
					);
				const values = toFloats(bytes, type);
				for (let row = 0; row < count; row += 1)
					rank(
						values.subarray(row * clips, (row + 1) * clips),
						kept.subarray(row * COLUMNS, (row + 1) * COLUMNS),
					);
				await output.writeFile(
					littleEndian(new Uint8Array(kept.slice(0, count * COLUMNS).buffer)),
				);
			}
		});
	} finally {
		await file.close();
	}
}

const port = parentPort;
if (port !== null) {
	let last: Promise<void> = Promise.resolve();
	port.on("message", ({ path }: KeepRequest) => {
		last = last
			.then(() => keepLayer(path))
			.then(
				() => port.postMessage({ error: null } satisfies KeepReply),
				(error: unknown) =>
					port.postMessage({ error: String(error) } satisfies KeepReply),
			);
	});
}
