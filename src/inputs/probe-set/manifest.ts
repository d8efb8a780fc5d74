/** The manifest of a probe set, of any kind: its rows put together to clips. Every problem in it is found before anything is reported. */
import { resolve } from "node:path";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import type { CaptionEntry, Captions } from "./caption-index.ts";
import { readCaptions } from "./captions.ts";
import {
	createCollector,
	type ManifestClip,
	type ManifestProblem,
	placeOf,
	type RefusedClip,
	type RefusedTexts,
} from "./collect.ts";
import { openFolder } from "./folder.ts";
import { openJsonLines } from "./json-lines.ts";
import { findManifestFiles, type ManifestFiles } from "./manifest-files.ts";
import { CAPTIONS_HINT } from "./require-captions.ts";
import type { RowSource } from "./rows.ts";
import type { ProbeSetSpec } from "./spec.ts";
import { openTable } from "./table.ts";

export type Manifest = {
	readonly name: string;
	/** The recognised layout ("ESC-50", "folder"), null for JSON lines and for columns that are mapped. */
	readonly layout: string | null;
	readonly files: readonly string[];
	readonly clips: readonly ManifestClip[];
	/** The audio of rows with problems, as far as these name it; in the order of files and lines, as the problems. */
	readonly refused: readonly RefusedClip[];
	/** The labels and captions of rows with problems, as far as these can be read, in the same order. */
	readonly refusedTexts: readonly RefusedTexts[];
	readonly problems: readonly ManifestProblem[];
	/** What is wrong with the set as a whole: it has no captions, or the captions file cannot be used. */
	readonly setProblems: readonly DataError[];
	/** What the captions file has; empty without one. */
	readonly captionsFile: readonly CaptionEntry[];
	/** Names in the captions file that no clip has. */
	readonly unusedCaptions: readonly string[];
	/** Next step for the problems. */
	readonly hint: string;
};

export type ManifestOptions = LongOptions & {
	/** Clips may be without captions, for work that looks at none (recording, captioning), and the captions file need not be there yet. Default: no. */
	readonly captionsOptional?: boolean | undefined;
};

/** Problems written out in the message; all of them are in the evidence. */
const SHOWN_PROBLEMS = 100;

/**
 * Reads and checks the manifest; audio files are not looked at (audio inside Parquet is written to the cache). Throws DataError:
 * `manifest_missing`, `manifest_encoding`, `manifest_empty`, `captions_needed`, or `manifest_invalid` with all problems as
 * `file:line: ...` and in `evidence.problems`; and what `surveyManifest` throws.
 */
export async function readManifest(
	spec: string | ProbeSetSpec,
	options: ManifestOptions = {},
): Promise<Manifest> {
	const manifest = await surveyManifest(
		typeof spec === "string" ? { manifest: spec } : spec,
		options,
	);
	const [setProblem] = manifest.setProblems;
	if (setProblem !== undefined) throw setProblem;
	if (manifest.problems.length > 0) throw manifestInvalid(manifest);
	return manifest;
}

/**
 * The same without throwing for what is wrong with single rows (they are in `problems`, the clips of the other rows in `clips`) or with the
 * captions (`setProblems`). Throws DataError for what cannot be read at all: `manifest_missing`, `manifest_encoding`, `manifest_empty`, `manifest_kinds_mixed`,
 * `manifest_is_folder_of_parquet`, `table_empty`, `table_invalid`, `columns_invalid`, `columns_unknown`, `parquet_invalid`,
 * `parquet_no_audio`, `cache_needed`; StoreError `cache_unwritable`; InterruptedError.
 */
export async function surveyManifest(
	spec: ProbeSetSpec,
	options: ManifestOptions = {},
): Promise<Manifest> {
	const { signal, captionsOptional = false } = options;
	const found = await findManifestFiles(resolve(spec.manifest));
	const setProblems: DataError[] = [];
	let captions: Captions | null = null;
	if (spec.captions !== undefined)
		try {
			captions = await readCaptions(resolve(spec.captions), signal);
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			const notYet = ["captions_missing", "captions_empty"];
			if (!captionsOptional || !notYet.includes(error.code))
				setProblems.push(error);
		}
	const collector = createCollector(
		captions,
		setProblems.length === 0 && !captionsOptional,
	);
	let source: RowSource | undefined;
	for (const file of found.files) {
		source = await openSource(file, found, spec, options);
		for await (const row of source.rows()) {
			throwIfInterrupted(signal);
			collector.add(row, source);
		}
	}
	if (source === undefined) throw new RangeError("Expected a file, got none");
	const { clips, refused, refusedTexts, problems } = collector.finish(source);
	if (clips.length === 0 && problems.length === 0)
		throw new DataError(
			`the probe set manifest ${resolve(spec.manifest)} has no clips: ${source.whenEmpty}`,
			{
				code: "manifest_empty",
				hint: source.hint(),
				evidence: { file: resolve(spec.manifest) },
			},
		);
	return {
		name: found.name,
		layout: source.layout,
		files: found.files,
		clips,
		refused,
		refusedTexts,
		problems,
		setProblems:
			spec.captions === undefined && !source.captioned && !captionsOptional
				? [captionsNeeded(source, found)]
				: setProblems,
		captionsFile: captions?.entries ?? [],
		unusedCaptions: captions?.unused() ?? [],
		hint: source.hint(),
	};
}

async function openSource(
	file: string,
	found: ManifestFiles,
	spec: ProbeSetSpec,
	options: ManifestOptions,
): Promise<RowSource> {
	const { signal } = options;
	switch (found.kind) {
		case "json-lines":
			return openJsonLines(file, spec, {
				captionsElsewhere:
					spec.captions !== undefined || options.captionsOptional === true,
				signal,
			});
		case "table":
			return openTable(file, spec, signal);
		case "parquet":
			// Its readers are only loaded where there is one.
			return (await import("./parquet.ts")).openParquet(file, spec, options);
		case "folder":
			return openFolder(file, {
				captionsElsewhere: spec.captions !== undefined,
				signal,
			});
	}
}

/** What to do for a data set that comes without captions. */
function captionsNeeded(source: RowSource, found: ManifestFiles): DataError {
	const [file = ""] = found.files;
	const isFolder = found.kind === "folder";
	const name =
		source.layout === null || isFolder ? file : `${source.layout} (${file})`;
	return new DataError(
		`${name} has no captions: expected ${isFolder ? "a .txt file beside each clip, or a captions file" : "a caption column, or a captions file"}, got neither`,
		{
			code: "captions_needed",
			hint: CAPTIONS_HINT,
			evidence: { files: found.files, layout: source.layout },
		},
	);
}

function manifestInvalid(manifest: Manifest): DataError {
	const { problems, files, hint } = manifest;
	const lines = problems
		.slice(0, SHOWN_PROBLEMS)
		.map((problem) => `${placeOf(problem)}: ${problem.message}`);
	const more = problems.length - lines.length;
	if (more > 0) lines.push(`... and ${more} more`);
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new DataError(
		`the probe set manifest has ${count}:\n${lines.join("\n")}`,
		{
			code: "manifest_invalid",
			hint: problems.every(({ code }) => code === "caption_missing")
				? CAPTIONS_HINT
				: hint,
			evidence: {
				file: files[0],
				problems: problems.map(({ file, line, code, message }) => ({
					...(files.length > 1 ? { file } : {}),
					line,
					code,
					message,
				})),
			},
		},
	);
}
