/** The audio of a report: each clip once, linked or copied into `clips/`, named by its content. */

import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { copyFile, link, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { AudioFormat } from "../../inputs/audio/audio.ts";
import { sniffAudioFormat } from "../../inputs/audio/sniff.ts";
import { clipFile } from "./names.ts";
import type { ClipView } from "./source.ts";

/** A clip's file below `clips/`, or why there is none. */
type PlacedClip = { readonly file: string } | { readonly missing: string };

export type ClipFolder = {
	/** Puts the clip in place; the same content is put there once. A clip that is gone or has changed is not an error. */
	place(clip: ClipView): Promise<PlacedClip>;
	/** Files put there so far. */
	readonly count: () => number;
};

const extensions: Readonly<Record<AudioFormat, string>> = {
	wav: "wav",
	flac: "flac",
	vorbis: "ogg",
	mp3: "mp3",
};

/** Creates `directory`. Files in it are hard links where the file system allows, else copies. */
export async function openClipFolder(directory: string): Promise<ClipFolder> {
	await mkdir(directory, { recursive: true });
	const placed = new Map<string, Promise<PlacedClip>>();
	let count = 0;
	return {
		count: () => count,
		place(clip) {
			let result = placed.get(clip.hash);
			if (result === undefined) {
				result = placeClip(clip, directory).then((outcome) => {
					if ("file" in outcome) count += 1;
					return outcome;
				});
				placed.set(clip.hash, result);
			}
			return result;
		},
	};
}

async function placeClip(
	clip: ClipView,
	directory: string,
): Promise<PlacedClip> {
	try {
		// A hard link to a symbolic link would point nowhere from the report.
		const path = await realpath(clip.path);
		const { hash, start } = await readClip(path);
		if (hash !== clip.hash)
			return { missing: "the file has changed since it was recorded" };
		const file = clipFile(clip.hash, extensionOf(start));
		await linkOrCopy(path, join(directory, file));
		return { file };
	} catch (error) {
		const code = errorCode(error);
		if (code === "ENOENT" || code === "ENOTDIR")
			return { missing: "the file is no longer where it was recorded" };
		if (code === "EACCES" || code === "EPERM" || code === "EISDIR")
			return { missing: `the file could not be read (${code})` };
		throw error;
	}
}

/** Extension of the content, whatever the file is called; browsers opened from disk go by it. */
function extensionOf(start: Uint8Array): string {
	const text = Buffer.from(start.subarray(0, 4)).toString("latin1");
	if (text === "OggS") return "ogg";
	const format = sniffAudioFormat(start);
	if (format !== null) return extensions[format];
	// A long tag (cover art) hides the first frame from the part that was read.
	return text.startsWith("ID3") ? "mp3" : "audio";
}

async function linkOrCopy(from: string, to: string): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		const code = errorCode(error);
		if (code === "EEXIST") return;
		if (code === undefined) throw error;
		// Another device, too many links, links not supported or not allowed: a copy does as well.
		await copyFile(from, to, constants.COPYFILE_FICLONE);
	}
}

/** SHA-256 of the file and its first bytes (up to 64 KiB), read once. */
async function readClip(
	path: string,
): Promise<{ readonly hash: string; readonly start: Uint8Array }> {
	const hash = createHash("sha256");
	let start: Uint8Array | undefined;
	for await (const chunk of createReadStream(path)) {
		const bytes: Uint8Array = chunk;
		start ??= bytes;
		hash.update(bytes);
	}
	return { hash: hash.digest("hex"), start: start ?? new Uint8Array() };
}

function errorCode(error: unknown): string | undefined {
	return error instanceof Error &&
		"code" in error &&
		typeof error.code === "string"
		? error.code
		: undefined;
}
