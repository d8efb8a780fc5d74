/** Text files of the user: UTF-8 or an error, with or without byte order mark, any line ends. */
import { type FileHandle, open, readdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { DataError, throwIfInterrupted } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import { systemReason } from "../shared/system-reason.ts";

export type TextFileOptions = {
	readonly path: string;
	/** What the file is, for messages: "probe set manifest". */
	readonly kind: string;
	/** Codes of the two errors. */
	readonly codes: { readonly missing: string; readonly encoding: string };
	/** What pieces from the first one on that is not UTF-8 are read as; without one they are an error. Of `textPieces` only. */
	readonly otherwise?: "windows-1252" | undefined;
	readonly signal?: AbortSignal | undefined;
};

/** Reads the file without its byte order mark. Throws DataError with one of the codes given. */
export async function readTextFile(options: TextFileOptions): Promise<string> {
	const { path } = options;
	let bytes: Uint8Array;
	try {
		bytes = await readFile(path);
	} catch (error) {
		throw await unreadable(options, error);
	}
	try {
		// The decoder drops the byte order mark itself.
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (error) {
		throw notUtf8(options, bytes, badLine(bytes), error);
	}
}

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 18;

/**
 * The same text in pieces that end where lines end (LF), so that a file of any size is read in little memory. Joined, the pieces are
 * what `readTextFile` gives. Throws as it does, once the broken line is reached.
 */
export async function* textPieces(
	options: TextFileOptions,
): AsyncGenerator<string, void, undefined> {
	let file: FileHandle;
	try {
		file = await open(options.path);
	} catch (error) {
		throw await unreadable(options, error);
	}
	try {
		const buffer = new Uint8Array(PIECE_BYTES);
		let rest: Uint8Array[] = [];
		let line = 1;
		let isStart = true;
		let fallback: string | undefined;
		const decoded = (bytes: Uint8Array): string => {
			if (fallback !== undefined)
				return new TextDecoder(fallback).decode(bytes);
			try {
				// A byte order mark is one only at the start of the file; the decoder would drop any.
				const text = new TextDecoder("utf-8", {
					fatal: true,
					ignoreBOM: !isStart,
				}).decode(bytes);
				isStart = false;
				return text;
			} catch (error) {
				if (options.otherwise === undefined || isUtf16(bytes))
					throw notUtf8(options, bytes, line - 1 + badLine(bytes), error);
				fallback = options.otherwise;
				return new TextDecoder(fallback).decode(bytes);
			}
		};
		for (;;) {
			throwIfInterrupted(options.signal);
			let bytesRead: number;
			try {
				({ bytesRead } = await file.read(buffer, 0, PIECE_BYTES));
			} catch (error) {
				throw await unreadable(options, error);
			}
			if (bytesRead === 0) break;
			const end = buffer.lastIndexOf(0x0a, bytesRead - 1);
			if (end < 0) {
				rest.push(buffer.slice(0, bytesRead));
				continue;
			}
			const bytes = Buffer.concat([...rest, buffer.subarray(0, end + 1)]);
			rest = [buffer.slice(end + 1, bytesRead)];
			yield decoded(bytes);
			for (const byte of bytes) if (byte === 0x0a) line += 1;
		}
		const last = Buffer.concat(rest);
		if (last.length > 0) yield decoded(last);
	} finally {
		await file.close();
	}
}

async function unreadable(
	{ path, kind, codes }: TextFileOptions,
	error: unknown,
): Promise<DataError> {
	return new DataError(
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

function notUtf8(
	{ path, kind, codes }: TextFileOptions,
	bytes: Uint8Array,
	line: number,
	error: unknown,
): DataError {
	return new DataError(
		`the ${kind} ${path} must be UTF-8, got ${isUtf16(bytes) ? "UTF-16" : `other bytes in line ${line}`}`,
		{
			code: codes.encoding,
			hint: "Save the file as UTF-8.",
			cause: error,
			evidence: { file: path },
		},
	);
}

function isUtf16(bytes: Uint8Array): boolean {
	return (
		(bytes[0] === 0xff && bytes[1] === 0xfe) ||
		(bytes[0] === 0xfe && bytes[1] === 0xff)
	);
}

/** Lines of a text that comes in pieces, each piece ending with a whole line; the last line may lack its end. */
export async function* linesOfPieces(
	pieces: AsyncIterable<string>,
): AsyncGenerator<{ readonly number: number; readonly text: string }> {
	let before = 0;
	for await (const piece of pieces) {
		const lines = numberedLines(piece);
		// What follows the piece's last line end is the next piece's business.
		if (lines.at(-1)?.text === "") lines.pop();
		for (const { number, text } of lines)
			yield { number: before + number, text };
		before += lines.length;
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
