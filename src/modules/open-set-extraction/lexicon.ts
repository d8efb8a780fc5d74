/** The audio lexicon: the word lists of concepts/lexicon, read once and indexed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import { hashJson } from "../../shared/hash.ts";
import { packageFile } from "../../shared/package.ts";
import { spellingKey } from "../../shared/spelling.ts";

type LexiconAdjective = {
	/** A participle is an adjective only in front of a noun or after a linking verb. */
	readonly form: "adjective" | "participle";
	/** Words with the same canonical form say the same of a sound. */
	readonly canonical: string;
	/** It can describe the tone, emotion or acoustic character of a sound. */
	readonly acoustic: boolean;
};

export type AudioLexicon = {
	/** SHA-256 of all entries: part of what determines extractive summaries and open-set concepts. */
	readonly hash: string;
	readonly adjectives: ReadonlyMap<string, LexiconAdjective>;
	/** The same by `spellingKey`; of several spellings, the first. */
	readonly spellings: ReadonlyMap<string, LexiconAdjective>;
	readonly stopAdjectives: ReadonlySet<string>;
	readonly stopWords: ReadonlySet<string>;
	readonly prepositions: ReadonlySet<string>;
	/** Lemmas that say nothing of a particular sound ("clip", "hear"). */
	readonly boilerplateNouns: ReadonlySet<string>;
	readonly boilerplateVerbs: ReadonlySet<string>;
	/** Nouns for one person, with the adjective the word implies ("woman": "female") or null. */
	readonly people: ReadonlyMap<string, string | null>;
	/** Canonical adjective by noun lemma ("echo": "reverberant"). */
	readonly qualityNouns: ReadonlyMap<string, string>;
	readonly qualityVerbs: ReadonlyMap<string, string>;
	/** Verbs of sounding: their -s form after a bare noun is no plural, and behind a plural they are no nouns. */
	readonly soundVerbs: ReadonlySet<string>;
	/** Nouns for what sounds, right where the tagger is wrong ("a cymbal tapping"). */
	readonly sourceNouns: ReadonlySet<string>;
};

const shipped = packageFile("concepts/lexicon");

const word = z.string().regex(/^\p{Ll}[\p{Ll}\p{M}'-]*$/u, "lower-case word");
const kind = z.enum(["noun", "verb"]);
const rows = {
	"acoustic-adjectives": z.strictObject({
		word,
		form: z.enum(["adjective", "participle"]),
		canonical: word,
		acoustic: z.enum(["yes", "no"]),
	}),
	"stop-adjectives": z.strictObject({ word }),
	"stop-words": z.strictObject({ word }),
	prepositions: z.strictObject({ word }),
	boilerplate: z.strictObject({ word, kind }),
	people: z.strictObject({ word, trait: z.union([word, z.literal("-")]) }),
	"sound-verbs": z.strictObject({ word }),
	"source-nouns": z.strictObject({ word }),
	"quality-words": z.strictObject({ word, kind, canonical: word }),
};

/**
 * Reads the word lists (tab-separated, `#` comments, first other line = column names). `directory` defaults to the shipped
 * concepts/lexicon. Throws DataError `lexicon_missing` or `lexicon_invalid` (every problem as file:line).
 */
export async function loadLexicon(
	options: { readonly directory?: string } = {},
): Promise<AudioLexicon> {
	const directory = options.directory ?? shipped;
	const read = <T>(name: string, row: z.ZodType<T>): Promise<T[]> =>
		readTable(join(directory, `${name}.tsv`), row);
	const [
		adjectives,
		stopAdjectives,
		stopWords,
		prepositions,
		boilerplate,
		people,
		qualities,
		soundVerbs,
		sourceNouns,
	] = await Promise.all([
		read("acoustic-adjectives", rows["acoustic-adjectives"]),
		read("stop-adjectives", rows["stop-adjectives"]),
		read("stop-words", rows["stop-words"]),
		read("prepositions", rows.prepositions),
		read("boilerplate", rows.boilerplate),
		read("people", rows.people),
		read("quality-words", rows["quality-words"]),
		read("sound-verbs", rows["sound-verbs"]),
		read("source-nouns", rows["source-nouns"]),
	]);
	const entries = adjectives.map((row): [string, LexiconAdjective] => [
		row.word,
		{
			form: row.form,
			canonical: row.canonical,
			acoustic: row.acoustic === "yes",
		},
	]);
	return {
		hash: hashJson({
			adjectives,
			stopAdjectives,
			stopWords,
			prepositions,
			boilerplate,
			people,
			qualities,
			soundVerbs,
			sourceNouns,
		}),
		adjectives: new Map(entries),
		spellings: new Map(
			entries.toReversed().map(([word, entry]) => [spellingKey(word), entry]),
		),
		stopAdjectives: new Set(stopAdjectives.map((row) => row.word)),
		stopWords: new Set(stopWords.map((row) => row.word)),
		prepositions: new Set(prepositions.map((row) => row.word)),
		boilerplateNouns: ofKind(boilerplate, "noun"),
		boilerplateVerbs: ofKind(boilerplate, "verb"),
		people: new Map(
			people.map((row) => [row.word, row.trait === "-" ? null : row.trait]),
		),
		qualityNouns: canonicals(qualities, "noun"),
		qualityVerbs: canonicals(qualities, "verb"),
		soundVerbs: new Set(soundVerbs.map((row) => row.word)),
		sourceNouns: new Set(sourceNouns.map((row) => row.word)),
	};
}

type KindRow = { readonly word: string; readonly kind: "noun" | "verb" };

function ofKind(
	table: readonly KindRow[],
	wanted: "noun" | "verb",
): ReadonlySet<string> {
	return new Set(
		table.filter((row) => row.kind === wanted).map((row) => row.word),
	);
}

function canonicals(
	table: readonly (KindRow & { readonly canonical: string })[],
	wanted: "noun" | "verb",
): ReadonlyMap<string, string> {
	return new Map(
		table
			.filter((row) => row.kind === wanted)
			.map((row) => [row.word, row.canonical]),
	);
}

async function readTable<T>(file: string, row: z.ZodType<T>): Promise<T[]> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (cause) {
		throw new DataError(`the word list ${file} cannot be read`, {
			code: "lexicon_missing",
			hint: "The lists ship with the package: reinstall it, or give the folder that has them.",
			cause,
		});
	}
	return parseTable(text, file, row);
}

/** Parses one word list. A word may stand in it once (per `kind`, where there is one). */
export function parseTable<T>(
	text: string,
	file: string,
	row: z.ZodType<T>,
): T[] {
	const problems: string[] = [];
	const parsed: T[] = [];
	const seen = new Map<string, number>();
	let columns: readonly string[] | undefined;
	for (const [index, raw] of text
		.replace(/^\uFEFF/u, "")
		.split(/\r?\n/u)
		.entries()) {
		if (raw.trim() === "" || raw.startsWith("#")) continue;
		const cells = raw.split("\t").map((cell) => cell.trim());
		if (columns === undefined) {
			columns = cells;
			continue;
		}
		const names = columns;
		const where = `${file}:${index + 1}`;
		if (cells.length !== names.length) {
			problems.push(
				`${where}: expected ${names.length} columns (${names.join(", ")}), got ${cells.length}`,
			);
			continue;
		}
		const result = row.safeParse(
			Object.fromEntries(names.map((name, column) => [name, cells[column]])),
		);
		if (result.success) parsed.push(result.data);
		else
			problems.push(
				...result.error.issues.map(
					(issue) => `${where}: ${issue.path.join(".")}: ${issue.message}`,
				),
			);
		const kindColumn = names.indexOf("kind");
		const key = `${cells[0]}\t${kindColumn < 0 ? "" : cells[kindColumn]}`;
		const earlier = seen.get(key);
		if (earlier !== undefined)
			problems.push(
				`${where}: "${cells[0]}" stands in line ${earlier} already`,
			);
		seen.set(key, index + 1);
	}
	if (problems.length > 0)
		throw new DataError(`the word list is not valid:\n${problems.join("\n")}`, {
			code: "lexicon_invalid",
			hint: "Correct the lines named above.",
			evidence: { problems },
		});
	return parsed;
}
