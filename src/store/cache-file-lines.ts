/** The lines of a text file that may be gzip, as far as it can be read. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { openForReading, readBytes } from "../shared/files.ts";

/** In place of a line: the bytes from here on are no gzip, or no UTF-8. */
export const cutFile = Symbol("cut file");

/** Lines without their ends; `cutFile` last when the rest cannot be read. Throws DataError `cache_file_unreadable` when it cannot be opened. */
export async function* textLines(
	file: string,
): AsyncGenerator<string | typeof cutFile> {
	const handle = await openForReading(file, "cache_file_unreadable");
	let isGzip: boolean;
	try {
		const start = await readBytes(handle, 0, 2);
		isGzip = start[0] === 0x1f && start[1] === 0x8b;
	} finally {
		await handle.close();
	}
	const source = createReadStream(file);
	const bytes = isGzip ? source.pipe(createGunzip()) : source;
	const decoder = new TextDecoder("utf-8", { fatal: true });
	let rest = "";
	try {
		for await (const chunk of bytes) {
			const lines = (rest + decoder.decode(chunk, { stream: true })).split(
				"\n",
			);
			rest = lines.pop() ?? "";
			yield* lines;
		}
		rest += decoder.decode();
	} catch (error) {
		if (!isDamage(error)) throw error;
		yield cutFile;
		return;
	} finally {
		source.destroy();
	}
	if (rest !== "") yield rest;
}

/** zlib's errors have codes of their own; the decoder throws a TypeError. */
function isDamage(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	const code = "code" in error ? String(error.code) : "";
	return code.startsWith("Z_") || code === "ERR_ENCODING_INVALID_ENCODED_DATA";
}
