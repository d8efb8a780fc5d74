/** Text files of the user: UTF-8 or an error, with or without byte order mark, any line ends. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { DataError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";

export type TextFileOptions = {
	readonly path: string;
	/** What the file is, for messages: "probe set manifest". */
	readonly kind: string;
	/** Codes of the two errors. */
	readonly codes: { readonly missing: string; readonly encoding: string };
};

/** Reads the file without its byte order mark. Throws DataError with one of the codes given. */
export async function readTextFile(options: TextFileOptions): Promise<string> {
	const { path, kind, codes } = options;
	let bytes: Uint8Array;
	try {
		bytes = await readFile(path);
	} catch (error) {
		throw new DataError(
			`the ${kind} ${path} cannot be read: ${systemReason(error)}`,
			{
				code: codes.missing,
				hint:
					suggestFile(path, await fileNames(dirname(path))) ??
					"Check the path; relative paths in a config are relative to the config file.",
				cause: error,
				evidence: { file: path },
			},
		);
	}
	try {
		// The decoder drops the byte order mark itself.
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (error) {
		const isUtf16 =
			(bytes[0] === 0xff && bytes[1] === 0xfe) ||
			(bytes[0] === 0xfe && bytes[1] === 0xff);
		throw new DataError(
			`the ${kind} ${path} must be UTF-8, got ${isUtf16 ? "UTF-16" : `other bytes in line ${badLine(bytes)}`}`,
			{
				code: codes.encoding,
				hint: "Save the file as UTF-8.",
				cause: error,
				evidence: { file: path },
			},
		);
	}
}

/** Lines without their ends (LF, CRLF or CR); numbers count from 1. */
export function numberedLines(
	text: string,
): { readonly number: number; readonly text: string }[] {
	return text
		.split(/\r\n|\n|\r/)
		.map((line, index) => ({ number: index + 1, text: line }));
}

/** Names of the files in a directory; none when it cannot be read. Only suggestions depend on it. */
export async function fileNames(directory: string): Promise<string[]> {
	try {
		return (await readdir(directory)).sort();
	} catch {
		return [];
	}
}

/** In a folder with more names than this, only the ending is corrected: comparing all spellings would take long. */
const COMPARED_NAMES = 2_000;

/** "did you mean" for a path that is not there, from the names in its folder: the same name with another ending first. */
export function suggestFile(
	path: string,
	names: readonly string[],
): string | undefined {
	const wanted = basename(path);
	const sameStem = names.find((name) => stem(name) === stem(wanted));
	if (sameStem !== undefined) return `did you mean "${sameStem}"?`;
	return names.length > COMPARED_NAMES ? undefined : didYouMean(wanted, names);
}

function stem(name: string): string {
	return name.toLowerCase().replace(/\.[^.]*$/, "");
}

/** The operating system's word for a failure (ENOENT, EACCES ...) in plain language where it is a common one. */
export function systemReason(error: unknown): string {
	const code =
		error instanceof Error && "code" in error ? String(error.code) : "";
	const known: Readonly<Record<string, string>> = {
		ENOENT: "there is no such file",
		ENOTDIR: "there is no such file",
		EACCES: "permission denied",
		EISDIR: "it is a directory",
	};
	return (
		known[code] ?? (error instanceof Error ? error.message : String(error))
	);
}

/** Number of the first line that is not UTF-8. A broken character never spans a line end. */
function badLine(bytes: Uint8Array): number {
	let start = 0;
	for (let line = 1; ; line += 1) {
		const end = bytes.indexOf(0x0a, start);
		const part = bytes.subarray(start, end < 0 ? undefined : end);
		try {
			new TextDecoder("utf-8", { fatal: true }).decode(part);
		} catch {
			return line;
		}
		if (end < 0) return line;
		start = end + 1;
	}
}
