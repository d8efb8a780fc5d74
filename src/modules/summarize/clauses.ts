/** Takes a tagged sentence of a caption apart: who or what sounds, what it does, and how the sound is described. A shallow parse, for English. */
import type { AudioLexicon } from "../open-set-extraction/lexicon.ts";
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import {
	readConjunction,
	readNominal,
	readPreposition,
	readVerb,
} from "./clause-readers.ts";
import { type Clause, flush, type Parse } from "./clause-state.ts";
import { openReader, wordAt } from "./phrases.ts";

export type ParsedSentence = {
	readonly clauses: readonly Clause[];
	/** Canonical forms of the qualities the sentence gives the sound, each once. */
	readonly qualities: readonly string[];
};

/** Parses one sentence. Words in the scope of a negation are left out, and comparisons ("as if heard through a wall"). */
export function parseClauses(
	words: readonly Word[],
	lexicon: AudioLexicon,
): ParsedSentence {
	const parse: Parse = {
		reader: openReader(words, lexicon),
		clauses: [],
		qualities: new Set(),
		background: words.some(({ lower }) => lower === "background"),
		subject: null,
		verb: null,
		rest: [],
		linking: false,
		comma: false,
	};
	for (
		let word = wordAt(parse.reader);
		word !== undefined;
		word = wordAt(parse.reader)
	)
		step(parse, word);
	flush(parse);
	return { clauses: parse.clauses, qualities: [...parse.qualities] };
}

function step(parse: Parse, word: Word): void {
	const { reader } = parse;
	if (reader.negated[reader.position] === true) {
		flush(parse);
		reader.position += 1;
		return;
	}
	switch (word.part) {
		case "mark":
			reader.position += 1;
			if (word.text === ",") parse.comma = true;
			else flush(parse);
			return;
		case "conjunction":
			readConjunction(parse, word);
			return;
		case "preposition":
			readPreposition(parse, word);
			return;
		case "verb":
			readVerb(parse, word);
			return;
		case "auxiliary":
			parse.linking = true;
			reader.position += 1;
			return;
		case "determiner":
		case "number":
		case "adjective":
		case "noun":
		case "quoted":
			readNominal(parse);
			return;
		default:
			reader.position += 1;
	}
}
