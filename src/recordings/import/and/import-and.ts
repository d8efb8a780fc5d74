/** Files of the published AND code to a probe set, a concept set, a class list and exemplars that this program reads. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { DataError, type DissectionError } from "../../../errors.ts";
import { parseConceptSet } from "../../../inputs/concept-set.ts";
import { writeFileAtomically } from "../../../shared/files.ts";
import {
	type AndCaptions,
	type AndClasses,
	type AndExemplar,
	type Report,
	readAndCaptions,
	readAndClasses,
	readAndSamples,
} from "./read-files.ts";

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
};

/**
 * Writes what the given files allow: `probe-set.jsonl` (captions, and labels where the samples have them), `classes.txt`, `concept-set.txt`,
 * `exemplars.jsonl` (layer, unit, side, rank, clip, activation).
 * Throws DataError `and_invalid` with every problem of every file (evidence.problems), a captioned name that several audio files have among them;
 * nothing is written then.
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
	const exemplars: AndExemplar[] = [];
	for (const file of options.samples ?? [])
		exemplars.push(...((await read(file, json(readAndSamples))) ?? []));
	const labels = labelsOf(exemplars, classes, reporter("the samples"));
	const audio = await audioFiles(options, captions, reporter);
	if (captions === undefined && classes === undefined && concepts === undefined)
		if (exemplars.length === 0 && problems.length === 0)
			problems.push("no file was named");
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
		exemplars.map(({ label: _, ...exemplar }) => JSON.stringify(exemplar)),
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

/** The class name of each clip that a sample labels; a number counts from the class list's base. */
function labelsOf(
	exemplars: readonly AndExemplar[],
	classes: AndClasses | undefined,
	report: Report,
): ReadonlyMap<string, string> {
	const labels = new Map<string, string>();
	for (const { clip, label } of exemplars) {
		if (label === null) continue;
		const name =
			typeof label === "string" ? label : classes?.names[label - classes.base];
		if (name === undefined) {
			if (classes !== undefined)
				report(
					`clip "${clip}" has label ${label}: the class list has ${classes.base} to ${classes.base + classes.names.length - 1}`,
				);
			continue;
		}
		const earlier = labels.get(clip);
		if (earlier !== undefined && earlier !== name)
			report(`clip "${clip}" is labelled "${earlier}" and "${name}"`);
		labels.set(clip, name);
	}
	return labels;
}

const AUDIO = /\.(wav|flac|ogg|mp3)$/i;

/** Audio files below the folder, by file name. Several of one name are a problem when there are captions for that name. */
async function audioFiles(
	{ captions, clips }: ImportAndOptions,
	captioned: AndCaptions | undefined,
	reporter: (file: string) => Report,
): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string[]>();
	if (clips === undefined) {
		if (captions !== undefined)
			reporter(captions)("captions need the folder of their audio files");
		return new Map();
	}
	try {
		const names = await readdir(clips, { recursive: true });
		for (const name of names.sort())
			if (AUDIO.test(name)) {
				const path = resolve(clips, name);
				const sameName = found.get(basename(name));
				if (sameName === undefined) found.set(basename(name), [path]);
				else sameName.push(path);
			}
	} catch (error) {
		reporter(clips)(error instanceof Error ? error.message : String(error));
	}
	for (const [name, paths] of found)
		if (paths.length > 1 && captioned?.has(name))
			reporter(clips)(
				`"${name}" is ambiguous: expected one file of that name, got ${paths.join(", ")}`,
			);
	return new Map([...found].map(([name, [first = ""]]) => [name, first]));
}

function invalid(problems: readonly string[]): DissectionError {
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new DataError(
		`the AND files have ${count}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
		{ code: "and_invalid", evidence: { problems } },
	);
}
