/** Whole reads and durable writes of files: short reads and half-written files are not seen by callers. */
import { type FileHandle, open, rename } from "node:fs/promises";
import { DataError } from "../errors.ts";
import { systemReason } from "./system-reason.ts";

/** Lets `write` fill a temporary sibling, flushes it to disk and renames it to `path`. Throws DataError `file_unwritable` when there can be none. */
export async function writeAtomically(
	path: string,
	write: (file: FileHandle) => Promise<void>,
): Promise<void> {
	const temporary = `${path}.partial`;
	const file = await open(temporary, "w").catch((error: unknown) => {
		throw new DataError(`${path} cannot be written: ${systemReason(error)}`, {
			code: "file_unwritable",
			hint: "Name a file in a folder that exists and that you may write to.",
			cause: error,
			evidence: { file: path },
		});
	});
	try {
		await write(file);
		await file.sync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
}

/** `writeAtomically` of the chunks, one after the other. */
export async function writeFileAtomically(
	path: string,
	chunks: readonly (string | Uint8Array)[],
): Promise<void> {
	await writeAtomically(path, async (file) => {
		for (const chunk of chunks) {
			const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
			await file.writeFile(bytes);
		}
	});
}

/** Opens a data file. Throws DataError `code` with the reason. */
export async function openForReading(
	path: string,
	code: string,
): Promise<FileHandle> {
	const unreadable = (reason: string, cause?: unknown): DataError =>
		new DataError(`${path} cannot be opened: ${reason}`, {
			code,
			hint: "Check that the file is there and may be read.",
			cause,
		});
	const file = await open(path, "r").catch((error: unknown) => {
		throw unreadable(systemReason(error), error);
	});
	// Some systems open it, and fail when it is read.
	if (!(await file.stat()).isDirectory()) return file;
	await file.close();
	throw unreadable("it is a directory");
}

/** Fills `into` from `position`; returns how many bytes there were, fewer only at the end of the file. */
export async function readInto(
	handle: FileHandle,
	into: Uint8Array,
	position: number,
): Promise<number> {
	let filled = 0;
	while (filled < into.length) {
		const { bytesRead } = await handle.read(
			into,
			filled,
			into.length - filled,
			position + filled,
		);
		if (bytesRead === 0) break;
		filled += bytesRead;
	}
	return filled;
}

/** Up to `length` bytes at `position`; fewer only at the end of the file. The buffer is its own, so it is aligned. */
export async function readBytes(
	handle: FileHandle,
	position: number,
	length: number,
): Promise<Buffer> {
	const buffer = Buffer.from(new ArrayBuffer(length));
	return buffer.subarray(0, await readInto(handle, buffer, position));
}

/** Writes all of `bytes` at `position`. */
export async function writeBytes(
	handle: FileHandle,
	bytes: Uint8Array,
	position: number,
): Promise<void> {
	for (let written = 0; written < bytes.length; ) {
		const { bytesWritten } = await handle.write(
			bytes,
			written,
			bytes.length - written,
			position + written,
		);
		written += bytesWritten;
	}
}
