/** A plain folder of audio: the label is the subfolder, captions lie beside the clips or in a captions file. */
import { existsSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import { numberedLines, readTextFile } from "../text-file.ts";
import { AUDIO_ENDING } from "./caption-index.ts";
import type { BadLine, ManifestLine } from "./manifest-line.ts";
import { checkHint, type Row, type RowSource } from "./rows.ts";

/**
 * Every audio file below `folder`, sorted by path: label = first subfolder (none for files in the folder itself), id = path in the folder.
 * Captions are the lines of the `.txt` file of the same name. Hidden files are passed over; linked files and folders are followed, a folder
 * that was already visited is not visited again.
 */
export async function openFolder(
	folder: string,
	options: {
		readonly captionsElsewhere: boolean;
		readonly signal: AbortSignal | undefined;
	},
): Promise<RowSource> {
	const { signal } = options;
	const { clips, others } = await listAudio(folder, signal);
	const captioned =
		!options.captionsElsewhere &&
		clips.some((clip) => existsSync(join(folder, sidecarOf(clip))));
	async function* rows(): AsyncGenerator<Row, void, undefined> {
		for (const clip of clips) {
			throwIfInterrupted(signal);
			const parts = clip.split("/");
			yield {
				file: join(folder, clip),
				number: null,
				line: await withSidecar(
					captioned ? join(folder, sidecarOf(clip)) : null,
					{
						clip,
						id: clip,
						label: parts.length > 1 ? (parts[0] ?? null) : null,
						attributes: {},
						sourceRecording: null,
					},
				),
				folder: { path: folder, confined: true },
			};
		}
	}
	return {
		layout: "folder",
		captioned,
		merges: false,
		untyped: false,
		unit: "line",
		whenEmpty: `expected audio files (.wav, .flac, .ogg, .oga, .mp3), got ${others === 0 ? "no file" : `${others} other ${others === 1 ? "file" : "files"}`}`,
		hint: checkHint,
		rows,
	};
}

/** Paths in the folder with forward slashes, sorted by code units, so that the order is the same everywhere. */
async function listAudio(
	folder: string,
	signal: AbortSignal | undefined,
): Promise<{ readonly clips: readonly string[]; readonly others: number }> {
	const clips: string[] = [];
	const visited = new Set<string>();
	let others = 0;
	const walk = async (path: string): Promise<void> => {
		throwIfInterrupted(signal);
		const real = await realpath(join(folder, path));
		if (visited.has(real)) return;
		visited.add(real);
		const entries = await readdir(real, { withFileTypes: true });
		for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
			if (entry.name.startsWith(".")) continue;
			const child = path === "" ? entry.name : `${path}/${entry.name}`;
			if (await isFolder(entry, join(folder, child))) await walk(child);
			else if (AUDIO_ENDING.test(entry.name)) clips.push(child);
			else others += 1;
		}
	};
	try {
		await walk("");
	} catch (error) {
		throwIfInterrupted(signal);
		throw new DataError(
			`the folder ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
			{
				code: "manifest_missing",
				hint: "Check that probeSet names a folder that is there and may be read.",
				cause: error,
				evidence: { file: folder },
			},
		);
	}
	return { clips: clips.sort(), others };
}

async function isFolder(
	entry: { isDirectory(): boolean; isSymbolicLink(): boolean },
	path: string,
): Promise<boolean> {
	if (!entry.isSymbolicLink()) return entry.isDirectory();
	try {
		return (await stat(path)).isDirectory();
	} catch {
		// A link that leads nowhere: reported as a clip that cannot be read when it is named like one.
		return false;
	}
}

function sidecarOf(clip: string): string {
	return clip.replace(AUDIO_ENDING, ".txt");
}

async function withSidecar(
	path: string | null,
	clip: Omit<ManifestLine, "captions">,
): Promise<ManifestLine | BadLine> {
	if (path === null || !existsSync(path)) return { ...clip, captions: [] };
	try {
		const text = await readTextFile({
			path,
			kind: "caption",
			codes: { missing: "caption_unreadable", encoding: "caption_encoding" },
		});
		const captions = numberedLines(text)
			.map((line) => line.text.trim())
			.filter((line) => line !== "");
		return { ...clip, captions };
	} catch (error) {
		if (!(error instanceof DataError)) throw error;
		const { code, message } = error;
		const { id, clip: name, label } = clip;
		return { problems: [{ code, message }], id, clip: name, label };
	}
}
