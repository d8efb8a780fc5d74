/** Reads the noun phrases of a tagged sentence: "a bowed violin", "drips of water", `the word "go"`, and what they say of the sound. */
import type { AudioLexicon } from "../open-set-extraction/lexicon.ts";
import { negatedWords } from "../open-set-extraction/negation.ts";
import type { Word } from "../open-set-extraction/words-of-sentence.ts";

export type Phrase = {
	/** What stood in front: "in", "on" ...; null for subjects and objects. */
	readonly preposition: string | null;
	readonly determiner: "a" | "the" | null;
	/** Nouns and adjectives before the head, without those that describe the sound. */
	readonly modifiers: readonly Word[];
	/** Null when the phrase is a quotation alone. */
	readonly head: Word | null;
	readonly of: Phrase | null;
	/** "male" for "a male voice", when captions agree on it; only in statements. */
	readonly trait?: string | null;
	/** The trait that noun and `trait` express: "male" for "a man" too. */
	readonly said?: string | null;
	readonly quoted: readonly string[];
};

/** A sentence and how far it has been read. */
export type Reader = {
	readonly words: readonly Word[];
	readonly negated: readonly boolean[];
	readonly lexicon: AudioLexicon;
	position: number;
};

/** A reader at the start of the sentence. */
export function openReader(
	words: readonly Word[],
	lexicon: AudioLexicon,
): Reader {
	return { words, negated: negatedWords(words), lexicon, position: 0 };
}

/** The word `offset` places from the reading position. */
export function wordAt(reader: Reader, offset = 0): Word | undefined {
	return reader.words[reader.position + offset];
}

/** A phrase, null when it has no head of its own ("a muffled sound", "loud and bright"), and the canonical qualities in it. */
export type PhraseReading = {
	readonly phrase: Phrase | null;
	readonly qualities: readonly string[];
};

/** Reads the noun phrase at the reading position, if there is one, and moves behind it. */
export function readPhrase(
	reader: Reader,
	preposition: string | null,
): PhraseReading {
	const { lexicon } = reader;
	const qualities: string[] = [];
	const modifiers: Word[] = [];
	const quoted: string[] = [];
	let determiner: Phrase["determiner"] = null;
	let head: Word | null = null;
	for (
		let word = wordAt(reader);
		word !== undefined && reader.negated[reader.position] !== true;
		word = wordAt(reader)
	) {
		if (word.part === "quoted") quoted.push(word.text);
		else if (quoted.length > 0) break;
		else if (word.part === "noun") {
			if (head !== null) modifiers.push(head);
			head = word;
		} else if (head !== null) break;
		else if (word.part === "determiner") {
			if (modifiers.length + qualities.length > 0) break;
			determiner = articleOf(word) ?? determiner;
		} else if (word.part === "number") {
			if (word.lower === "one") determiner = "a";
			else modifiers.push(word);
		} else if (word.part === "adjective") {
			const quality = qualityOf(word, lexicon);
			if (quality !== null) qualities.push(quality);
			else if (!lexicon.stopAdjectives.has(word.lower)) modifiers.push(word);
		} else if (!joinsAdjectives(reader)) break;
		reader.position += 1;
	}
	const trait = head === null ? null : lexicon.people.get(head.lemma);
	if (trait) qualities.push(trait);
	const inner = readOf(reader, head, preposition);
	const phrase = {
		preposition,
		determiner,
		modifiers,
		head,
		of: inner.phrase,
		quoted,
	};
	return {
		phrase: withoutEmptyHead(phrase, lexicon),
		qualities: [...qualities, ...inner.qualities],
	};
}

function readOf(
	reader: Reader,
	head: Word | null,
	preposition: string | null,
): PhraseReading {
	if (
		head === null ||
		wordAt(reader)?.lower !== "of" ||
		reader.negated[reader.position] === true
	)
		return { phrase: null, qualities: [] };
	reader.position += 1;
	return readPhrase(reader, preposition);
}

/** "a recording of rain" is rain, `the word "go"` stays, "the sound" is nothing. */
function withoutEmptyHead(
	phrase: Phrase,
	lexicon: AudioLexicon,
): Phrase | null {
	const { head, of, quoted } = phrase;
	if (head !== null && !isEmpty(head, lexicon)) return phrase;
	if (quoted.length > 0)
		return { ...phrase, modifiers: [], head: null, of: null };
	return of;
}

function isEmpty(head: Word, lexicon: AudioLexicon): boolean {
	return (
		lexicon.boilerplateNouns.has(head.lemma) ||
		lexicon.stopWords.has(head.lower)
	);
}

function articleOf(word: Word): Phrase["determiner"] {
	if (/^an?$/u.test(word.lower)) return "a";
	return word.lower === "the" ? "the" : null;
}

/** A comma or "and" between two adjectives of one list, or an adverb before an adjective. */
function joinsAdjectives(reader: Reader): boolean {
	const word = wordAt(reader);
	const next = wordAt(reader, 1);
	if (word?.part === "adverb") return next?.part === "adjective";
	if (word?.text !== "," && word?.lower !== "and") return false;
	const after = next?.lower === "and" ? wordAt(reader, 2) : next;
	return (
		after?.part === "adjective" &&
		["adjective", "mark"].includes(wordAt(reader, -1)?.part ?? "")
	);
}

/** Canonical form of an adjective that describes sound; null for other words. */
function qualityOf(word: Word, lexicon: AudioLexicon): string | null {
	const entry =
		lexicon.adjectives.get(word.lower) ?? lexicon.adjectives.get(word.lemma);
	return entry?.acoustic === true ? entry.canonical : null;
}
