/** Durable file writes: a reader sees the whole new file or none of it, also after a crash. */
import { open, rename } from "node:fs/promises";

/** Writes the chunks to a temporary sibling, flushes it to disk and renames it to `path`. */
export async function writeFileAtomically(
	path: string,
	chunks: readonly (string | Uint8Array)[],
): Promise<void> {
	const temporary = `${path}.partial`;
	const file = await open(temporary, "w");
	try {
		for (const chunk of chunks) {
			const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
			await file.writeFile(bytes);
		}
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
}
