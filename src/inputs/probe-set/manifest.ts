/** The manifest of a probe set: JSONL, one clip a line. Every problem in it is found before anything is reported. */
import { dirname, resolve } from "node:path";
import { DataError } from "../../errors.ts";
import type { Clip } from "../../types.ts";
import { numberedLines, readTextFile } from "../text-file.ts";
import {
	type LineProblem,
	type ManifestLine,
	readManifestLine,
} from "./manifest-line.ts";

/** A problem of a manifest line (lines count from 1). */
type ManifestProblem = {
	readonly line: number;
	readonly code: string;
	readonly message: string;
};

/** Problems written out in the message; all of them are in the evidence. */
const SHOWN_PROBLEMS = 100;

/**
 * Reads and checks the manifest; audio files are not looked at. Throws DataError: `manifest_missing`, `manifest_encoding`,
 * `manifest_empty`, or `manifest_invalid` with all problems as `file:line: ...` and in `evidence.problems`.
 */
export async function readManifest(path: string): Promise<Clip[]> {
	const text = await readTextFile({
		path,
		kind: "probe set manifest",
		codes: { missing: "manifest_missing", encoding: "manifest_encoding" },
	});
	const problems: ManifestProblem[] = [];
	const lineOfId = new Map<string, number>();
	const clips: Clip[] = [];
	for (const { number, text: line } of numberedLines(text)) {
		if (line.trim() === "") continue;
		const read = readManifestLine(line);
		const add = (problem: LineProblem) =>
			problems.push({ line: number, ...problem });
		if ("problems" in read) for (const problem of read.problems) add(problem);
		else clips.push(toClip(read, path));
		if (read.id === null) continue;
		const earlier = lineOfId.get(read.id);
		if (earlier === undefined) lineOfId.set(read.id, number);
		else
			add({
				code: "duplicate_id",
				message: `expected an id of its own, got "${read.id}" again, as on line ${earlier}`,
			});
	}
	if (problems.length > 0) throw manifestInvalid(path, problems, text);
	if (clips.length === 0)
		throw new DataError(
			`the probe set manifest ${path} has no clips: expected a JSON object on each line, got only blank lines`,
			{ code: "manifest_empty", hint: EXAMPLE, evidence: { file: path } },
		);
	return clips;
}

const EXAMPLE =
	'A line looks like {"clip": "clips/rain.wav", "caption": "Rain on a roof.", "label": "rain"}.';

function toClip(line: ManifestLine, manifest: string): Clip {
	return {
		id: line.id,
		path: resolve(dirname(manifest), line.clip),
		label: line.label,
		captions: line.captions,
		attributes: line.attributes,
		sourceRecording: line.sourceRecording,
	};
}

function manifestInvalid(
	path: string,
	problems: readonly ManifestProblem[],
	text: string,
): DataError {
	const lines = problems
		.slice(0, SHOWN_PROBLEMS)
		.map(({ line, message }) => `${path}:${line}: ${message}`);
	const more = problems.length - lines.length;
	if (more > 0) lines.push(`... and ${more} more`);
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new DataError(
		`the probe set manifest has ${count}:\n${lines.join("\n")}`,
		{
			code: "manifest_invalid",
			hint: text.trimStart().startsWith("[")
				? "The file looks like one JSON list; a manifest has one object a line (jq -c '.[]' FILE)."
				: EXAMPLE,
			evidence: { file: path, problems },
		},
	);
}
