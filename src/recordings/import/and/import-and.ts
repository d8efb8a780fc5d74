/** Files of the published AND code to a probe set, a concept set, a class list and exemplars that this program reads. */
import { mkdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { DataError, type DissectionError } from "../../../errors.ts";
import { parseConceptSet } from "../../../inputs/concept-set.ts";
import { writeFileAtomically } from "../../../shared/files.ts";
import {
	type FromFile,
	joinCalibrations,
	joinPredictions,
	joinSummaries,
} from "./join-results.ts";
import { audioFiles, labelsOf } from "./match-clips.ts";
import {
	type AndCaptions,
	type AndExemplar,
	type Report,
	readAndCaptions,
	readAndClasses,
	readAndSamples,
} from "./read-files.ts";
import {
	readAndCalibrations,
	readAndPredictions,
	readAndSummaries,
} from "./read-results.ts";

export type ImportAndOptions = {
	/** `salmon_*.json`. */
	readonly captions?: string | undefined;
	/** Folder of the audio files the captions are about; needed with `captions`. */
	readonly clips?: string | undefined;
	/** `discriminative_samples/*.json`. */
	readonly samples?: readonly string[] | undefined;
	/** `network_class/*.txt`. */
	readonly classes?: string | undefined;
	/** `concept_set/*.txt`. */
	readonly concepts?: string | undefined;
	/** `*_highly_top*.json` and `*_lowly_top*.json`: the language model's summaries. */
	readonly summaries?: readonly string[] | undefined;
	/** `calibration_*.json`. */
	readonly calibrations?: readonly string[] | undefined;
	/** `db-*.json`, `tab-*.json`, and those of in-context identification. */
	readonly predictions?: readonly string[] | undefined;
	/** Folder that is written to. */
	readonly output: string;
};

export type ImportedAnd = {
	/** Files that were written. */
	readonly files: readonly string[];
	/** Clips of the probe set. */
	readonly clips: number;
	/** Captions without an audio file in the folder. */
	readonly withoutAudio: readonly string[];
	/** Audio files without a caption. */
	readonly withoutCaption: readonly string[];
	readonly classes: number;
	/** The class list's first number. */
	readonly classBase: number | null;
	readonly concepts: number;
	readonly exemplars: number;
	/** Neurons with a summary, with a calibration. */
	readonly summaries: number;
	readonly calibrations: number;
	/** By neuron, method and function. */
	readonly predictions: number;
};

/**
 * Writes what the given files allow: `probe-set.jsonl` (captions, and labels where the samples have them), `classes.txt`, `concept-set.txt`, and a line of
 * JSON each with layer and unit: `exemplars.jsonl` (side, rank, clip, activation), `summaries.jsonl` (summaryHigh, summaryLow), `calibrations.jsonl`
 * (calibrated, openSet), `predictions.jsonl` (closedSet). docs/import.md says which field is which.
 * Throws DataError `and_invalid` with every problem of every file (evidence.problems): also a captioned name that several audio files have, or a name that
 * is captioned in two folders. Nothing is written then.
 */
export async function importAndFiles(
	options: ImportAndOptions,
): Promise<ImportedAnd> {
	const problems: string[] = [];
	const reporter =
		(file: string): Report =>
		(message) =>
			void problems.push(`${file}: ${message}`);
	const read = async <T>(
		file: string | undefined,
		parse: (text: string, report: Report) => T,
	): Promise<T | undefined> => {
		if (file === undefined) return undefined;
		const report = reporter(file);
		try {
			return parse(await readFile(file, "utf8"), report);
		} catch (error) {
			report(error instanceof Error ? error.message : String(error));
			return undefined;
		}
	};
	const json =
		<T>(parse: (value: unknown, report: Report) => T) =>
		(text: string, report: Report): T =>
			parse(JSON.parse(text), report);

	const captions = await read(options.captions, json(readAndCaptions));
	const classes = await read(options.classes, readAndClasses);
	const concepts = await read(
		options.concepts,
		(text) => parseConceptSet(text, options.concepts ?? "").concepts,
	);
	const readAll = async <T extends object>(
		named: readonly string[] | undefined,
		parse: (value: unknown, report: Report, file: string) => T[],
	): Promise<FromFile<T>[]> => {
		const items: FromFile<T>[] = [];
		for (const file of named ?? []) {
			const found = await read(
				file,
				json((value, report) => parse(value, report, file)),
			);
			for (const item of found ?? []) items.push({ ...item, file });
		}
		return items;
	};
	const exemplars = await readAll<AndExemplar>(options.samples, readAndSamples);
	const summaries = joinSummaries(
		await readAll(options.summaries, readAndSummaries),
		reporter,
	);
	const calibrations = joinCalibrations(
		await readAll(options.calibrations, readAndCalibrations),
		reporter,
	);
	const predictions = joinPredictions(
		await readAll(options.predictions, readAndPredictions),
		reporter,
	);
	const labels = labelsOf(exemplars, classes, reporter("the samples"));
	const audio = await audioFiles(options, captions, reporter);
	const found = [exemplars, summaries, calibrations, predictions];
	if (captions === undefined && classes === undefined && concepts === undefined)
		if (found.every((list) => list.length === 0) && problems.length === 0)
			problems.push("no file was named, or those named are empty");
	const known = captions === undefined ? [] : [...captions.keys()];
	const clips = known.filter((name) => audio.has(name));
	if (captions !== undefined && clips.length === 0 && problems.length === 0)
		problems.push(
			`${options.clips}: none of the ${known.length} captioned files is there; the first is "${known[0] ?? ""}"`,
		);
	if (problems.length > 0) throw invalid(problems);

	const output = resolve(options.output);
	await mkdir(output, { recursive: true });
	const files: string[] = [];
	const write = async (
		name: string,
		lines: readonly string[] | undefined,
	): Promise<void> => {
		if (lines === undefined || lines.length === 0) return;
		const path = join(output, name);
		await writeFileAtomically(path, [`${lines.join("\n")}\n`]);
		files.push(path);
	};
	await write(
		"probe-set.jsonl",
		clips.map((name) =>
			manifestLine(name, relative(output, audio.get(name) ?? ""), {
				captions: captions?.get(name) ?? [],
				label: labels.get(name),
			}),
		),
	);
	await write("classes.txt", classes?.names);
	await write("concept-set.txt", concepts);
	await write(
		"exemplars.jsonl",
		exemplars.map(({ label: _, file: __, ...exemplar }) =>
			JSON.stringify(exemplar),
		),
	);
	for (const [name, results] of [
		["summaries.jsonl", summaries],
		["calibrations.jsonl", calibrations],
		["predictions.jsonl", predictions],
	] as const)
		await write(
			name,
			results.map((result) => JSON.stringify(result)),
		);
	return {
		files,
		clips: clips.length,
		withoutAudio: known.filter((name) => !audio.has(name)),
		withoutCaption: [...audio.keys()].filter(
			(name) => captions !== undefined && !captions.has(name),
		),
		classes: classes?.names.length ?? 0,
		classBase: classes?.base ?? null,
		concepts: concepts?.length ?? 0,
		exemplars: exemplars.length,
		summaries: summaries.length,
		calibrations: calibrations.length,
		predictions: predictions.length,
	};
}

function manifestLine(
	id: string,
	path: string,
	clip: {
		readonly captions: AndCaptions extends ReadonlyMap<string, infer T>
			? T
			: never;
		readonly label: string | undefined;
	},
): string {
	return JSON.stringify({
		clip: path.split(sep).join("/"),
		id,
		captions: clip.captions,
		...(clip.label === undefined ? {} : { label: clip.label }),
	});
}

function invalid(problems: readonly string[]): DissectionError {
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new DataError(
		`the AND files have ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
		{
			code: "and_invalid",
			hint: "docs/import.md says which files of the reference code are read, and what they hold.",
			evidence: { problems },
		},
	);
}
