/** The concepts of a description as flat rows, so that "all neurons with rain" is one look-up. */
import { z } from "zod";
import { conceptKey } from "../shared/concept-key.ts";
import { spellingKey } from "../shared/spelling.ts";
import type { ModuleName } from "../types.ts";
import type { Connection } from "./connection.ts";
import { closedSetResult, openSetResult } from "./outcomes.ts";
import { parseRow } from "./rows.ts";
import type { ConceptKind, ConceptMatch } from "./views.ts";

type ConceptRow = Omit<ConceptMatch, "layer" | "unit"> & {
	readonly lemma: string;
};

/** Returns the function that writes the concepts of a described outcome; the other modules have none. Inside a transaction. */
export function conceptWriter({
	database,
}: Connection): (
	description: number,
	module: ModuleName,
	output: unknown,
) => void {
	const insert = database.prepare(`
		INSERT INTO concepts (description, kind, rank, lemma, score, support, acoustic, spelling)
		VALUES (@description, @kind, @rank, @lemma, @score, @support, @acoustic, @spelling)`);
	return (description, module, output) => {
		for (const row of conceptRows(module, output))
			insert.run({
				description,
				...row,
				spelling: spellingKey(row.lemma),
			});
	};
}

function conceptRows(module: ModuleName, output: unknown): ConceptRow[] {
	if (module === "closed-set") return closedSetRows(output);
	if (module === "open-set-extraction") return openSetRows(output);
	return [];
}

function closedSetRows(output: unknown): ConceptRow[] {
	const result = parseRow(closedSetResult, output, "descriptions");
	const fits = result.method === "icl" ? !result.noneFits : result.aboveNull;
	const acoustic = fits === null ? "unjudged" : fits ? "yes" : "no";
	return result.ranked.map(({ concept, score }, index) => ({
		kind: "closed-set",
		rank: index + 1,
		lemma: conceptKey(concept),
		score,
		support: null,
		acoustic,
	}));
}

function openSetRows(output: unknown): ConceptRow[] {
	const result = parseRow(openSetResult, output, "descriptions");
	const lists: readonly [
		ConceptKind,
		readonly {
			readonly lemma: string;
			readonly support: number;
			readonly acoustic?: ConceptRow["acoustic"];
		}[],
	][] = [
		["adjective", result.adjectives],
		["noun", result.nouns],
		["verb", result.verbs],
		["preposition", result.prepositions],
	];
	return lists.flatMap(([kind, concepts]) =>
		concepts.map(({ lemma, support, acoustic = null }, index) => ({
			kind,
			rank: index + 1,
			lemma: conceptKey(lemma),
			score: null,
			support,
			acoustic,
		})),
	);
}

export const conceptMatch: z.ZodType<ConceptMatch> = z.object({
	layer: z.string(),
	unit: z.number(),
	kind: z.enum(["closed-set", "adjective", "noun", "verb", "preposition"]),
	rank: z.number(),
	score: z.number().nullable(),
	support: z.number().nullable(),
	acoustic: z.enum(["yes", "no", "unjudged"]).nullable(),
});
