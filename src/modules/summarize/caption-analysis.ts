/** What one caption says, in a form in which captions can support each other: clauses, qualities and the keys of its words. */
import type { AudioLexicon } from "../open-set-extraction/lexicon.ts";
import { negatedWords } from "../open-set-extraction/negation.ts";
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import type { Clause } from "./clause-state.ts";
import { parseClauses } from "./clauses.ts";
import { clauseText } from "./statements.ts";

export type CaptionAnalysis = {
	readonly clauses: readonly {
		readonly clause: Clause;
		/** The clause in plain words, without articles and adjectives of sound: what is embedded. */
		readonly text: string;
	}[];
	/** Canonical forms of what the caption says of the sound. */
	readonly qualities: ReadonlySet<string>;
	/** Keys (`keyOf`) of its other words. */
	readonly keys: ReadonlySet<string>;
	/** Lemmas of its nouns. */
	readonly nouns: ReadonlySet<string>;
};

/** Words with the same key support each other: lemmas, with one key for all words for a person. */
export function keyOf(word: Word, lexicon: AudioLexicon): string {
	return word.part === "noun" && lexicon.people.has(word.lemma)
		? "person"
		: word.lemma;
}

/** Key of a quotation: the words said, told apart from the same words of the caption. */
export function quoteKey(quoted: string): string {
	return `"${quoted.toLowerCase()}"`;
}

/** Analyses one caption, given as its tagged sentences. */
export function analyseCaption(
	sentences: readonly (readonly Word[])[],
	lexicon: AudioLexicon,
): CaptionAnalysis {
	const clauses: CaptionAnalysis["clauses"][number][] = [];
	const qualities = new Set<string>();
	const keys = new Set<string>();
	const nouns = new Set<string>();
	for (const words of sentences) {
		const parsed = parseClauses(words, lexicon);
		for (const quality of parsed.qualities) qualities.add(quality);
		for (const clause of parsed.clauses) {
			const text = clauseText(clause);
			if (!clauses.some((other) => other.text === text))
				clauses.push({ clause, text });
		}
		const negated = negatedWords(words);
		for (const [index, word] of words.entries()) {
			if (negated[index] === true) continue;
			if (word.part === "noun") nouns.add(word.lemma);
			if (word.part === "quoted") keys.add(quoteKey(word.text));
			else if (["noun", "verb", "adjective", "number"].includes(word.part))
				keys.add(keyOf(word, lexicon));
		}
	}
	return { clauses, qualities, keys, nouns };
}
