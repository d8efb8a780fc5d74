/** Finds the audio a table speaks of: the folder by the first clip, the file among the names a data set may give it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ClipFolder } from "./clip-path.ts";
import type { Fields } from "./columns.ts";
import { type Layout, tableName } from "./layouts.ts";

export type Locator = {
	/** The file's name relative to `folder`; the usual one when none of the possible ones is there. */
	readonly name: (clip: string, fields: Fields) => string;
	/** Known once `name` has been called. */
	readonly folder: () => ClipFolder;
};

/** Endings tried for names without one. */
const ENDINGS = [".wav", ".flac", ".ogg", ".oga", ".mp3"];
const ANY_ENDING = "/*";

/** `clips`: the folder the user gives; without one the layout's folders are tried, then the table's own is taken. */
export function createLocator(options: {
	readonly table: string;
	readonly layout: Layout | undefined;
	readonly clips: string | undefined;
}): Locator {
	const { table, layout, clips } = options;
	const own = dirname(table);
	let folder: string | undefined =
		clips === undefined ? undefined : resolve(clips);
	let names: FolderNames | undefined;
	return {
		name: (clip, fields) => {
			const possible = (layout?.names?.(fields) ?? [clip]).filter(isUsable);
			if (folder === undefined) {
				const folders = (layout?.folders(tableName(table)) ?? ["."]).map(
					(path) => resolve(own, path),
				);
				folder =
					folders.find((path) => findName(possible, namesOf(path)) !== null) ??
					folders.find(isFolder) ??
					own;
			}
			names ??= namesOf(folder);
			const usual = possible[0] ?? clip;
			// With one full name there is nothing to choose: whether it is there is seen when it is read.
			if (possible.length === 1 && !usual.endsWith(ANY_ENDING)) return usual;
			return (
				findName(possible, names) ??
				(usual.endsWith(ANY_ENDING)
					? `${usual.slice(0, -ANY_ENDING.length)}.wav`
					: usual)
			);
		},
		folder: () => ({
			path: folder ?? own,
			// A plain list of files may point anywhere; a data set's names stay in its folder.
			confined: clips !== undefined || (layout?.folders("").length ?? 0) > 1,
		}),
	};
}

function isUsable(name: string): boolean {
	return !name.includes("\0");
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

type FolderNames = {
	readonly path: string;
	/** File names by their stem, looked up when a name without ending is wanted. */
	byStem: Map<string, string> | undefined;
};

function namesOf(path: string): FolderNames {
	return { path, byStem: undefined };
}

/** The first possible name that is there. One listing serves all names without ending. */
function findName(
	possible: readonly string[],
	names: FolderNames,
): string | null {
	for (const name of possible) {
		if (!name.endsWith(ANY_ENDING)) {
			if (existsSync(join(names.path, name))) return name;
			continue;
		}
		names.byStem ??= listStems(names.path);
		const found = names.byStem.get(name.slice(0, -ANY_ENDING.length));
		if (found !== undefined) return found;
	}
	return null;
}

function listStems(folder: string): Map<string, string> {
	let files: string[];
	try {
		files = readdirSync(folder).sort();
	} catch {
		return new Map();
	}
	const stems = new Map<string, string>();
	for (const ending of ENDINGS)
		for (const file of files) {
			if (!file.toLowerCase().endsWith(ending)) continue;
			const stem = file.slice(0, -ending.length);
			if (!stems.has(stem)) stems.set(stem, file);
		}
	return stems;
}
