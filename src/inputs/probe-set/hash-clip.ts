/** Reads a clip's file once, in pieces, for its SHA-256; says why when it cannot. */
import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { throwIfInterrupted } from "../../errors.ts";
import { systemReason } from "../../shared/system-reason.ts";
import type { Clip, ExcludedClip, HashedClip } from "../../types.ts";

const PIECE_BYTES = 1 << 18;

/**
 * The clip with its hash, or excluded with code `clip_missing`, `clip_unreadable` or `audio_empty`. Throws only InterruptedError.
 */
export async function hashClip(
	clip: Clip,
	signal: AbortSignal | undefined,
): Promise<
	{ readonly present: HashedClip } | { readonly excluded: ExcludedClip }
> {
	const excluded = (code: string, problem: string) => ({
		excluded: {
			id: clip.id,
			path: clip.path,
			code,
			message: `${clip.path}: ${problem}`,
		},
	});
	throwIfInterrupted(signal);
	try {
		// Asked first: opening a pipe would wait for a writer.
		const status = await stat(clip.path);
		if (!status.isFile())
			return excluded(
				"clip_unreadable",
				`expected a file, got a ${status.isDirectory() ? "directory" : "device or pipe"}`,
			);
		if (status.size === 0)
			return excluded("audio_empty", "expected audio, got an empty file");
		const file = await open(clip.path);
		try {
			return { present: { ...clip, hash: await hashOf(file, signal) } };
		} finally {
			await file.close();
		}
	} catch (error) {
		throwIfInterrupted(signal);
		return isMissing(error)
			? excluded("clip_missing", systemReason(error))
			: excluded(
					"clip_unreadable",
					`the file cannot be read: ${systemReason(error)}`,
				);
	}
}

async function hashOf(
	file: FileHandle,
	signal: AbortSignal | undefined,
): Promise<string> {
	const hash = createHash("sha256");
	const piece = new Uint8Array(PIECE_BYTES);
	for (;;) {
		throwIfInterrupted(signal);
		const { bytesRead } = await file.read(piece, 0, piece.length);
		if (bytesRead === 0) return hash.digest("hex");
		hash.update(piece.subarray(0, bytesRead));
	}
}

function isMissing(error: unknown): boolean {
	return (
		error instanceof Error &&
		"code" in error &&
		(error.code === "ENOENT" || error.code === "ENOTDIR")
	);
}
