/** What module C should find in a sentence. */

type Expected = {
	readonly a?: string;
	readonly n?: string;
	readonly v?: string;
	readonly p?: string;
	readonly not?: string;
};

/** A sentence; its adjectives, nouns, verbs, prepositions and denied words, each in order of appearance. */
export type Case = readonly [string, Expected];
