/** The concepts in tagged sentences: adjectives, nouns, verbs and prepositions by lemma, and what is denied. */
import { spellingKey } from "../../shared/spelling.ts";
import type { OpenSetKind } from "../../types.ts";
import type { AudioLexicon } from "./lexicon.ts";
import { negatedWords, polarities } from "./negation.ts";
import type { Word } from "./words-of-sentence.ts";

export type Concepts = {
	/** Lemmas by kind, each once, in order of appearance. */
	readonly concepts: Readonly<Record<OpenSetKind, readonly string[]>>;
	/** Lemmas of adjectives, nouns and verbs in the scope of a negation, each once, in order of appearance. */
	readonly negated: readonly string[];
};

/**
 * Concepts of the sentences, each taken separately (a negation ends with its sentence). A denied word is no concept, unless another
 * sentence asserts it. Stop adjectives, stop words, boilerplate ("clip", "hear") and quoted words are none either.
 */
export function conceptsOf(
	sentences: readonly (readonly Word[])[],
	lexicon: AudioLexicon,
): Concepts {
	const found: Record<OpenSetKind, Set<string>> = {
		adjective: new Set(),
		noun: new Set(),
		verb: new Set(),
		preposition: new Set(),
	};
	const denied = new Set<string>();
	for (const words of sentences) {
		const polarity = polarities(words);
		for (const [index, word] of words.entries()) {
			const kind = kindOf(word, lexicon);
			if (kind === null || polarity[index] === "cue") continue;
			if (polarity[index] === "asserted") found[kind].add(word.lemma);
			else if (kind !== "preposition") denied.add(word.lemma);
		}
	}
	return {
		concepts: {
			adjective: [...found.adjective],
			noun: [...found.noun],
			verb: [...found.verb],
			preposition: [...found.preposition],
		},
		negated: [...denied],
	};
}

function kindOf(word: Word, lexicon: AudioLexicon): OpenSetKind | null {
	const { part, lower, lemma } = word;
	switch (part) {
		case "adjective":
			if (
				lexicon.stopAdjectives.has(lower) ||
				lexicon.stopAdjectives.has(lemma)
			)
				return null;
			// "burning logs": a present participle that the lexicon does not know says what they do; "free-flowing" is an adjective all the same.
			return word.form === "gerund" &&
				!lower.includes("-") &&
				!lexicon.adjectives.has(lower)
				? null
				: "adjective";
		case "noun":
			return isContent(lower, lexicon) && !lexicon.boilerplateNouns.has(lemma)
				? "noun"
				: null;
		case "verb":
			return isContent(lower, lexicon) && !lexicon.boilerplateVerbs.has(lemma)
				? "verb"
				: null;
		case "preposition":
			return "preposition";
		default:
			return null;
	}
}

function isContent(lower: string, lexicon: AudioLexicon): boolean {
	return !lexicon.stopWords.has(lower);
}

/** What a caption contains, for counting support: lemmas by part, canonical forms of its adjectives and quality words, one key for people. */
export function contentKeys(
	sentences: readonly (readonly Word[])[],
	lexicon: AudioLexicon,
): ReadonlySet<string> {
	const keys = new Set<string>();
	for (const words of sentences) {
		const negated = negatedWords(words);
		for (const [index, word] of words.entries()) {
			if (negated[index] === true) continue;
			for (const key of keysOf(word, lexicon)) keys.add(key);
		}
	}
	return keys;
}

/** Keys under which a concept is looked for in captions. */
export function conceptKeys(
	kind: OpenSetKind,
	lemma: string,
	lexicon: AudioLexicon,
): readonly string[] {
	if (kind === "preposition") return [`preposition:${lemma}`];
	const keys = [`word:${spellingKey(lemma)}`];
	if (kind === "adjective") {
		const canonical = lexicon.adjectives.get(lemma)?.canonical;
		if (canonical !== undefined) keys.push(`quality:${canonical}`);
	}
	if (kind === "noun" && lemma === "person") keys.push("person");
	return keys;
}

function keysOf(word: Word, lexicon: AudioLexicon): string[] {
	const { part, lower, lemma } = word;
	if (part === "preposition") return [`preposition:${lower}`];
	if (part !== "adjective" && part !== "noun" && part !== "verb") return [];
	const keys = [`word:${spellingKey(lemma)}`, `word:${spellingKey(lower)}`];
	const entry = lexicon.adjectives.get(lower) ?? lexicon.adjectives.get(lemma);
	if (part === "adjective" && entry !== undefined)
		keys.push(`quality:${entry.canonical}`);
	if (part === "noun") {
		const quality = lexicon.qualityNouns.get(lemma);
		if (quality !== undefined) keys.push(`quality:${quality}`);
		const trait = lexicon.people.get(lemma);
		if (trait !== undefined) keys.push("person");
		if (trait) keys.push(`quality:${trait}`);
	}
	if (part === "verb") {
		const quality = lexicon.qualityVerbs.get(lemma);
		if (quality !== undefined) keys.push(`quality:${quality}`);
	}
	return keys;
}
