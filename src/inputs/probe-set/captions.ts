/** A file with captions by clip, for data sets that have none of their own. */
import { extname } from "node:path";
import { DataError } from "../../errors.ts";
import { linesOfPieces, readTextFile, textPieces } from "../text-file.ts";
import {
	type CaptionEntry,
	type Captions,
	type FileCaption,
	indexCaptions,
	normaliseName,
} from "./caption-index.ts";
import { originOf } from "./caption-origin.ts";
import { readColumns } from "./columns.ts";
import { openCsv } from "./csv.ts";
import { completeMapping } from "./layouts.ts";
import { type LineProblem, readJsonLine, shown } from "./manifest-line.ts";

/** Columns or keys that name the clip, the first one there. */
const CLIP_COLUMNS = [
	"clip",
	"file_name",
	"filename",
	"slice_file_name",
	"youtube_id",
	"file",
	"path",
	"audio",
	"id",
	"name",
];
const SHOWN_PROBLEMS = 20;

type Collected = {
	readonly entries: Map<string, CaptionEntry>;
	readonly problems: {
		readonly line: number | null;
		readonly message: string;
	}[];
};

/**
 * Reads captions: `.json` (`{clip: caption}` or `{clip: [captions]}`), `.jsonl` (objects with `clip` and `caption` or `captions`), CSV or TSV (a
 * clip column and `caption`, `caption_1` ...; several rows of a clip are several captions). JSON lines of `audio-dissect caption` say
 * which model wrote them. Throws DataError `captions_missing`, `captions_encoding`, `captions_invalid` (all problems at once), `captions_empty`.
 */
export async function readCaptions(
	path: string,
	signal: AbortSignal | undefined,
): Promise<Captions> {
	const collected: Collected = { entries: new Map(), problems: [] };
	const ending = extname(path).toLowerCase();
	const options = {
		path,
		kind: "captions file",
		codes: { missing: "captions_missing", encoding: "captions_encoding" },
		signal,
	};
	if (ending === ".json") readJson(await readTextFile(options), collected);
	else if (ending === ".jsonl" || ending === ".ndjson")
		for await (const { number, text } of linesOfPieces(textPieces(options)))
			readLine(text, number, collected);
	else await readTable(options, collected);
	const { entries, problems } = collected;
	if (problems.length > 0) throw captionsInvalid(path, problems);
	if (entries.size === 0)
		throw new DataError(`the captions file ${path} has no captions`, {
			code: "captions_empty",
			hint: EXAMPLE,
			evidence: { file: path },
		});
	return indexCaptions(path, entries);
}

const EXAMPLE =
	'Write {"rain-01.wav": "Rain on a roof.", ...} into a .json file, or columns clip and caption into a .csv file.';

function add(
	collected: Collected,
	line: number | null,
	name: string,
	value: unknown,
	origin: Omit<FileCaption, "text"> = byHand,
): void {
	const list: readonly unknown[] = Array.isArray(value) ? value : [value];
	const captions = list.map((item) =>
		typeof item === "string" ? item.trim() : null,
	);
	const bad = captions.findIndex(
		(caption) => caption === null || caption === "",
	);
	if (captions.length === 0 || bad >= 0) {
		collected.problems.push({
			line,
			message: `${JSON.stringify(name)}: expected a caption or a list of captions, got ${captions.length === 0 ? "an empty list" : captions[bad] === "" ? "a blank one" : shown(list[bad] ?? null)}`,
		});
		return;
	}
	const key = normaliseName(name);
	const entry = collected.entries.get(key) ?? { name, captions: [] };
	for (const caption of captions)
		if (caption !== null && !holds(entry, caption, origin))
			entry.captions.push({ text: caption, ...origin });
	collected.entries.set(key, entry);
}

const byHand: Omit<FileCaption, "text"> = { source: null, audio: null };

/** Models may say the same twice: each sample is kept, as the evidence it is. */
function holds(
	{ captions }: CaptionEntry,
	caption: string,
	{ source }: Omit<FileCaption, "text">,
): boolean {
	return source === null && captions.some(({ text }) => text === caption);
}

function readJson(text: string, collected: Collected): void {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		collected.problems.push({
			line: null,
			message: `expected JSON, got ${error instanceof Error ? error.message : String(error)}`,
		});
		return;
	}
	if (Array.isArray(value)) {
		for (const item of value) readObject(item, null, collected);
		return;
	}
	if (typeof value !== "object" || value === null) {
		collected.problems.push({
			line: null,
			message: `expected an object {clip: caption}, got ${shown(value)}`,
		});
		return;
	}
	for (const [name, captions] of Object.entries(value))
		add(collected, null, name, captions);
}

function readLine(text: string, line: number, collected: Collected): void {
	if (text.trim() === "") return;
	const read = readJsonLine(text);
	if ("problems" in read)
		for (const { message } of read.problems)
			collected.problems.push({ line, message });
	else readObject(read.value, line, collected);
}

function readObject(
	value: unknown,
	line: number | null,
	collected: Collected,
): void {
	if (typeof value !== "object" || value === null) {
		collected.problems.push({
			line,
			message: `expected an object with a clip and its caption, got ${shown(value)}`,
		});
		return;
	}
	const key = CLIP_COLUMNS.find((column) => Object.hasOwn(value, column));
	const name: unknown = key === undefined ? undefined : Reflect.get(value, key);
	if (typeof name !== "string" || name.trim() === "") {
		collected.problems.push({
			line,
			message: `expected the clip's name as \`clip\`, got ${name === undefined ? "nothing" : shown(name)}`,
		});
		return;
	}
	const origin = originOf(value);
	if (typeof origin === "string")
		collected.problems.push({ line, message: origin });
	else
		add(
			collected,
			line,
			name,
			Reflect.get(value, "captions") ?? Reflect.get(value, "caption"),
			origin,
		);
}

async function readTable(
	options: Parameters<typeof openCsv>[0],
	collected: Collected,
): Promise<void> {
	const csv = await openCsv(options);
	const { columns } = csv;
	const clip = CLIP_COLUMNS.find((column) => columns.includes(column));
	const { caption } = completeMapping(columns, undefined, {});
	if (clip === undefined || caption === undefined) {
		await csv.close();
		throw new DataError(
			`the captions file ${options.path} needs a column that names the clip (${CLIP_COLUMNS.slice(0, 3).join(", ")} ...) and one with captions (caption, or caption_1, caption_2 ...), got ${columns.map((name) => `\`${name}\``).join(", ")}`,
			{
				code: "captions_invalid",
				hint: EXAMPLE,
				evidence: { file: options.path, columns },
			},
		);
	}
	for await (const row of csv.rows()) {
		const problems: readonly LineProblem[] =
			"problem" in row ? [row.problem] : [];
		for (const { message } of problems)
			collected.problems.push({ line: row.line, message });
		if ("problem" in row) continue;
		const read = readColumns(row.fields, { clip, caption });
		if ("problems" in read)
			for (const { message } of read.problems)
				collected.problems.push({ line: row.line, message });
		else
			add(
				collected,
				row.line,
				read.clip,
				read.captions.length > 0 ? read.captions : "",
			);
	}
}

function captionsInvalid(
	path: string,
	problems: Collected["problems"],
): DataError {
	const lines = problems
		.slice(0, SHOWN_PROBLEMS)
		.map(({ line, message }) =>
			line === null ? `${path}: ${message}` : `${path}:${line}: ${message}`,
		);
	if (problems.length > lines.length)
		lines.push(`... and ${problems.length - lines.length} more`);
	return new DataError(
		`the captions file has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:\n${lines.join("\n")}`,
		{
			code: "captions_invalid",
			hint: EXAMPLE,
			evidence: { file: path, problems },
		},
	);
}
