/** The folder a report is written to: built beside its place, then moved there; only a report of ours is ever replaced. */
import {
	lstat,
	mkdir,
	readdir,
	readFile,
	realpath,
	rename,
	rm,
	writeFile,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { DataError, StoreError } from "../../errors.ts";
import { makeDirectorySync } from "../../shared/make-directory.ts";
import { systemReason } from "../../shared/system-reason.ts";

/** Present in every report and in every half-written one: what makes a folder ours to replace. */
const markerFile = "audio-dissect-report.json";
const format = "audio-dissect report";

/** What the marker of a finished report says. */
export type WrittenReport = {
	/** Hash of what the report was made from. */
	readonly content: string;
	readonly pages: number;
	readonly clips: number;
};

const markerSchema = z.object({
	format: z.literal(format),
	written: z
		.object({ content: z.string(), pages: z.int(), clips: z.int() })
		.optional(),
});

export type ReportTarget = {
	/** Absolute path of the folder to write into. */
	readonly partial: string;
	/** Puts the folder in its place, in one rename when the place is free. `written` is what `readReportMarker` gives back. */
	commit(written: WrittenReport): Promise<void>;
	/** Removes the folder; the earlier report, if any, stays as it was. */
	abandon(): Promise<void>;
};

/**
 * Checks the place and creates the temporary sibling.
 * DataError `report_directory_taken` when something that is not a report of ours is there; StoreError `report_unwritable`.
 */
export async function openReportTarget(options: {
	readonly directory: string;
	/** Stored in the marker: tells whoever finds the folder what it is. */
	readonly run: string;
}): Promise<ReportTarget> {
	const given = resolve(options.directory);
	await checkReplaceable(given);
	try {
		makeDirectorySync(dirname(given));
		const place = await realpath(given).catch(() => given);
		await removeLeftovers(place);
		const partial = await makeSibling(`${place}.partial-${process.pid}-`);
		const marker = { format, version: 1, run: options.run };
		const writeMarker = (content: object): Promise<void> =>
			writeFile(join(partial, markerFile), `${JSON.stringify(content)}\n`);
		await writeMarker(marker);
		return {
			partial,
			commit: async (written) => {
				await writeMarker({ ...marker, written });
				await replace(partial, place);
			},
			abandon: () => rm(partial, { recursive: true, force: true }),
		};
	} catch (error) {
		throw unwritable(given, error);
	}
}

/** The error for a report that could not be written. */
export function unwritable(directory: string, cause: unknown): StoreError {
	return new StoreError(
		`the report cannot be written to ${directory}: ${systemReason(cause)}`,
		{
			code: "report_unwritable",
			cause,
			hint: "Choose another folder (--output, or report.directory in the config), or make room and check the rights of this one.",
		},
	);
}

async function checkReplaceable(directory: string): Promise<void> {
	let found: string;
	try {
		const place = await realpath(directory);
		if (!(await lstat(place)).isDirectory()) found = "a file";
		else if ((await readdir(place)).length === 0) return;
		else if (await isReport(place)) return;
		else found = `a folder without ${markerFile}`;
	} catch (error) {
		if (hasCode(error, "ENOENT")) return;
		throw unwritable(directory, error);
	}
	throw new DataError(
		`${directory} exists and is not a report: expected nothing, an empty folder or an earlier report, got ${found}`,
		{
			code: "report_directory_taken",
			hint: "Choose another folder (--output, or report.directory in the config), or move this one away: nothing in it was touched.",
		},
	);
}

async function isReport(directory: string): Promise<boolean> {
	return (await readMarker(directory)) !== null;
}

/** What the finished report in `directory` was made from; null when there is none. */
export async function readReportMarker(
	directory: string,
): Promise<WrittenReport | null> {
	return (await readMarker(directory))?.written ?? null;
}

async function readMarker(
	directory: string,
): Promise<z.infer<typeof markerSchema> | null> {
	try {
		const text = await readFile(join(directory, markerFile), "utf8");
		return markerSchema.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

/** A new folder with the usual rights (those of mkdtemp would keep web servers out). */
async function makeSibling(prefix: string): Promise<string> {
	for (let number = 1; ; number += 1) {
		const directory = `${prefix}${number}`;
		try {
			await mkdir(directory);
			return directory;
		} catch (error) {
			if (!hasCode(error, "EEXIST")) throw error;
		}
	}
}

async function replace(partial: string, place: string): Promise<void> {
	const parked = `${partial}.old`;
	await checkReplaceable(place);
	let earlier = true;
	try {
		await rename(place, parked);
	} catch (error) {
		if (!hasCode(error, "ENOENT")) throw unwritable(place, error);
		earlier = false;
	}
	try {
		await rename(partial, place);
	} catch (error) {
		if (earlier) await rename(parked, place);
		throw unwritable(place, error);
	}
	if (earlier) await rm(parked, { recursive: true, force: true });
}

/** Half-written reports of this place whose process is gone: a killed run leaves one behind. */
async function removeLeftovers(place: string): Promise<void> {
	const prefix = `${basename(place)}.partial-`;
	for (const name of await readdir(dirname(place))) {
		if (!name.startsWith(prefix)) continue;
		const pid = Number(/^\d+(?=-)/.exec(name.slice(prefix.length))?.[0]);
		if (!Number.isInteger(pid) || isAlive(pid)) continue;
		const leftover = join(dirname(place), name);
		if (await isReport(leftover))
			await rm(leftover, { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return !hasCode(error, "ESRCH");
	}
}

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && "code" in error && error.code === code;
}
