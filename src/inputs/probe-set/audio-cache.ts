/** Audio bytes as files: each under the SHA-256 of its content, so that what is there once is never written again. */
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreError } from "../../errors.ts";
import { sha256 } from "../../shared/hash.ts";
import { systemReason } from "../../shared/system-reason.ts";
import type { AudioFormat } from "../audio/audio.ts";
import { sniffAudioFormat } from "../audio/sniff.ts";

export type AudioCache = {
	/** Writes the bytes unless they are there. The path is `<folder>/<first two digits>/<hash>.<ending>`. Throws StoreError `cache_unwritable`. */
	readonly put: (
		bytes: Uint8Array,
	) => Promise<{ readonly path: string; readonly hash: string }>;
};

/** By content, not by the name the data set gives: a browser and other programs go by it. */
const ENDINGS: Readonly<Record<AudioFormat, string>> = {
	wav: "wav",
	flac: "flac",
	vorbis: "ogg",
	mp3: "mp3",
};

/** `folder`: absolute; made when the first file is written. */
export function openAudioCache(folder: string): AudioCache {
	return {
		put: async (bytes) => {
			const hash = sha256(bytes);
			const format = sniffAudioFormat(bytes);
			const ending = format === null ? "bin" : ENDINGS[format];
			const path = join(folder, hash.slice(0, 2), `${hash}.${ending}`);
			try {
				if (await hasSize(path, bytes.length)) return { path, hash };
				await mkdir(dirname(path), { recursive: true });
				// Another process may be writing the same content: each has a name of its own, and the last rename wins.
				const partial = `${path}.${process.pid}.partial`;
				try {
					await writeFile(partial, bytes);
					await rename(partial, path);
				} catch (error) {
					await rm(partial, { force: true });
					throw error;
				}
				return { path, hash };
			} catch (error) {
				throw new StoreError(
					`audio of the probe set cannot be written to ${path}: ${systemReason(error)}`,
					{
						code: "cache_unwritable",
						hint: "Make room, or name another folder with probeSet.cache.",
						cause: error,
						evidence: { folder },
					},
				);
			}
		},
	};
}

async function hasSize(path: string, size: number): Promise<boolean> {
	try {
		return (await stat(path)).size === size;
	} catch {
		return false;
	}
}
