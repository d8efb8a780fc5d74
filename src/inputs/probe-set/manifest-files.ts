/** Which files a manifest path means, and of what kind they are. */
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, parse, sep } from "node:path";
import { DataError } from "../../errors.ts";
import { systemReason } from "../../shared/system-reason.ts";
import { fileNames, suggestFile } from "../text-file.ts";

type ManifestKind = "json-lines" | "table" | "parquet" | "folder";

export type ManifestFiles = {
	/** Of the probe set: the file's name without its ending, the folder's name. */
	readonly name: string;
	readonly kind: ManifestKind;
	/** Absolute paths, at least one, sorted by code units. */
	readonly files: readonly string[];
};

const KINDS: Readonly<Record<string, ManifestKind>> = {
	".csv": "table",
	".tsv": "table",
	".tab": "table",
	".parquet": "parquet",
};

/** Named by mistake: a config, a clip, a network. */
const NO_MANIFEST: ReadonlySet<string> = new Set([
	".yaml",
	".yml",
	".wav",
	".flac",
	".mp3",
	".ogg",
	".onnx",
]);

/** A list like this in a folder says more than the folder itself (Hugging Face's `audiofolder`). */
const LISTS_IN_FOLDER = ["metadata.jsonl", "metadata.csv"];

/**
 * Finds the files `manifest` (an absolute path) stands for. A file of that very name goes before the meaning of `*` and `?`.
 * Throws DataError `manifest_missing`, `manifest_kinds_mixed`, `manifest_is_folder_of_parquet`, `manifest_kind_unknown`.
 */
export async function findManifestFiles(
	manifest: string,
): Promise<ManifestFiles> {
	const status = await statusOf(manifest);
	if (status === "folder") return folderOrItsList(manifest);
	if (status === null && /[*?]/.test(manifest)) return manyFiles(manifest);
	const extension = extname(manifest).toLowerCase();
	if (NO_MANIFEST.has(extension))
		throw new DataError(
			`${manifest} is no manifest: expected JSON lines, CSV, TSV, Parquet or a folder, got a file that ends in ${extension}`,
			{
				code: "manifest_kind_unknown",
				hint: /ya?ml/.test(extension)
					? "A study config is named with --config."
					: "Name the list of the clips, or the folder they are in.",
				evidence: { file: manifest },
			},
		);
	return {
		name: basename(manifest, extname(manifest)),
		kind: kindOf(manifest),
		files: [manifest],
	};
}

function kindOf(file: string): ManifestKind {
	return KINDS[extname(file).toLowerCase()] ?? "json-lines";
}

async function folderOrItsList(folder: string): Promise<ManifestFiles> {
	const names = await fileNames(folder);
	const name = basename(folder);
	const list = LISTS_IN_FOLDER.find((file) => names.includes(file));
	if (list !== undefined)
		return { name, kind: kindOf(list), files: [join(folder, list)] };
	const shard = names.find((file) => kindOf(file) === "parquet");
	if (shard !== undefined)
		throw new DataError(
			`${folder} holds Parquet files (${shard} ...): expected the files themselves, because splits such as train and test lie side by side`,
			{
				code: "manifest_is_folder_of_parquet",
				hint: `Name them with *, such as ${join(folder, `${shard.split("-")[0]}-*.parquet`)}`,
				evidence: { file: folder },
			},
		);
	return { name, kind: "folder", files: [folder] };
}

async function manyFiles(pattern: string): Promise<ManifestFiles> {
	const files = (await expandPattern(pattern)).sort();
	const [first] = files;
	if (first === undefined) {
		const fixed = fixedPart(pattern);
		throw new DataError(`no file fits ${pattern}`, {
			code: "manifest_missing",
			hint:
				(await statusOf(fixed)) === null
					? `There is no folder ${fixed}.`
					: suggestFile(pattern, await fileNames(dirname(pattern))),
			evidence: { file: pattern },
		});
	}
	const kinds = new Set(files.map(kindOf));
	if (kinds.size > 1)
		throw new DataError(
			`${pattern} fits files of different kinds: ${files.slice(0, 5).join(", ")}`,
			{
				code: "manifest_kinds_mixed",
				hint: "Put the ending into the pattern, such as *.parquet.",
				evidence: { file: pattern, files },
			},
		);
	// "train-*.parquet" is the set "train"; "*.parquet" is named after its folder.
	const stem = basename(pattern, extname(pattern))
		.replace(/[*?].*$/, "")
		.replace(/[-_. ]+$/, "");
	return {
		name: stem === "" ? basename(fixedPart(pattern)) : stem,
		kind: kindOf(first),
		files,
	};
}

/** The folder before the first segment with a wildcard. */
function fixedPart(pattern: string): string {
	const segments = pattern.split(/[\\/]/);
	const index = segments.findIndex((segment) => /[*?]/.test(segment));
	return segments.slice(0, index).join(sep) || parse(pattern).root;
}

async function expandPattern(pattern: string): Promise<string[]> {
	const start = fixedPart(pattern);
	const rest = pattern.slice(start.length).split(/[\\/]/).filter(Boolean);
	let found = [start];
	for (const segment of rest) {
		const next: string[] = [];
		for (const folder of found) {
			if (!/[*?]/.test(segment)) {
				next.push(join(folder, segment));
				continue;
			}
			const names = await fileNames(folder);
			next.push(
				...names
					.filter((name) => !name.startsWith(".") && fits(name, segment))
					.map((name) => join(folder, name)),
			);
		}
		found = next;
	}
	const files: string[] = [];
	for (const path of found)
		if ((await statusOf(path)) === "file") files.push(path);
	return files;
}

function fits(name: string, pattern: string): boolean {
	const expression = pattern
		.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replaceAll(/\*+/g, ".*")
		.replaceAll("?", ".");
	return new RegExp(`^${expression}$`, "su").test(name);
}

async function statusOf(path: string): Promise<"file" | "folder" | null> {
	if (path.includes("\0"))
		throw new DataError(
			`the path ${JSON.stringify(path)} has a NUL character`,
			{
				code: "manifest_missing",
				hint: "Correct the path in the config.",
			},
		);
	try {
		return (await stat(path)).isDirectory() ? "folder" : "file";
	} catch (error) {
		// Only what is not there is null: what may not be looked at is reported when it is read.
		return systemReason(error) === "there is no such file" ? null : "file";
	}
}
