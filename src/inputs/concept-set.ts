/** Concept sets: text files with one concept a line. */
import { basename, extname } from "node:path";
import { DataError } from "../errors.ts";
import { conceptKey } from "../shared/concept-key.ts";
import { hashJson } from "../shared/hash.ts";
import type { ConceptSet } from "../types.ts";
import { numberedLines, readTextFile } from "./text-file.ts";

/**
 * Reads a concept set; its name is the file's without ending. Blank lines and lines that start with `#` are left out.
 * Throws DataError: `concept_set_missing`, `concept_set_encoding`, `concept_set_empty`, `concept_duplicate`.
 */
export async function loadConceptSet(path: string): Promise<ConceptSet> {
	const text = await readTextFile({
		path,
		kind: "concept set",
		codes: { missing: "concept_set_missing", encoding: "concept_set_encoding" },
	});
	const name = basename(path, extname(path));
	return { ...parseLines(text, path), name };
}

/**
 * The same from a text. Concepts stay as written (trimmed); their order is kept, and is part of the hash.
 * Throws DataError: `concept_set_empty`, `concept_duplicate` (all of them at once).
 */
export function parseConceptSet(text: string, name: string): ConceptSet {
	return { ...parseLines(text, name), name };
}

function parseLines(text: string, file: string): Omit<ConceptSet, "name"> {
	const concepts: string[] = [];
	const firstUse = new Map<string, { number: number; concept: string }>();
	const duplicates: string[] = [];
	for (const line of numberedLines(text)) {
		// Takes a byte order mark away too.
		const concept = line.text.trim();
		if (concept === "" || concept.startsWith("#")) continue;
		const key = conceptKey(concept);
		const first = firstUse.get(key);
		if (first === undefined) {
			firstUse.set(key, { number: line.number, concept });
			concepts.push(concept);
		} else
			duplicates.push(
				`${file}:${line.number}: "${concept}" repeats "${first.concept}" of line ${first.number}`,
			);
	}
	if (duplicates.length > 0)
		throw new DataError(
			`the concept set has the same concept twice (case, "_" and spaces make no difference):\n${duplicates.join("\n")}`,
			{
				code: "concept_duplicate",
				hint: "Remove one line of each pair.",
				evidence: { file, duplicates },
			},
		);
	if (concepts.length === 0)
		throw new DataError(
			`${file}: expected one concept a line, got no concept at all`,
			{
				code: "concept_set_empty",
				hint: "Write a word or phrase on each line; lines that start with # are comments.",
				evidence: { file },
			},
		);
	return { concepts, hash: hashJson(concepts) };
}
