/** A clause under construction: what the readers of a sentence's parts share. */
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import type { Phrase, Reader } from "./phrases.ts";

/** One source and what it does. At least one of subject and verb is there. */
export type Clause = {
	readonly subject: Phrase | null;
	readonly verb: {
		readonly word: Word;
		/** "down" in "coming down". */
		readonly particle: string | null;
		/** Something is done to the subject: "a cymbal is struck". */
		readonly passive: boolean;
	} | null;
	/** Objects and prepositional phrases behind the verb, in order. */
	readonly rest: readonly Phrase[];
};

/** The reader and the clause being built. */
export type Parse = {
	readonly reader: Reader;
	readonly clauses: Clause[];
	readonly qualities: Set<string>;
	/** A sentence about the background describes a second sound: its adjectives are not the sound's. */
	readonly background: boolean;
	subject: Phrase | null;
	verb: Clause["verb"];
	rest: Phrase[];
	/** A linking verb was read: an adjective that follows is said of the subject. */
	linking: boolean;
	comma: boolean;
};

/** Ends the clause: it is kept when it has a subject or a verb. */
export function flush(parse: Parse): void {
	const { subject, verb, rest } = parse;
	if (subject !== null || verb !== null)
		parse.clauses.push({ subject, verb, rest });
	parse.subject = null;
	parse.verb = null;
	parse.rest = [];
	parse.linking = false;
	parse.comma = false;
}

/** Notes that the sentence gives the sound this quality. */
export function addQuality(parse: Parse, canonical: string): void {
	if (!parse.background) parse.qualities.add(canonical);
}
