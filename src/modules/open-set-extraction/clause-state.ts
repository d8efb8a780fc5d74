/** What the words of a clause so far amount to, and what speaks against a reading of them. */
import type { Count } from "./word-readings.ts";

/** Whether the last noun of a phrase is a verb of sounding elsewhere ("barks"); nouns in -ing go with both. */
export type Kind = "sounding" | "other" | "ing";

/** A noun phrase that is being read. */
export type Phrase = {
	/** How many its determiner says. */
	readonly said: Count;
	/** How many its last noun names; null before it. */
	readonly named: Count | null;
	/** It began with a determiner and cannot end without a noun. */
	readonly determined: boolean;
	/** It depends on a preposition, and cannot end without a noun either. */
	readonly prepositional: boolean;
	/** It is one word like "all" or "these", which can stand alone. */
	readonly alone: boolean;
	readonly kind: Kind;
	/** Its last word is a form in -ing that qualifies a noun to come. */
	readonly pending: boolean;
};

/** What the words so far amount to. */
export type State = {
	readonly cost: number;
	/** How many the subject of the clause names; null before it. */
	readonly subject: Count | null;
	/** The finite verb of the clause; null before it. "loose": a past form or a participle, which may stand beside one. */
	readonly verb: "finite" | "auxiliary" | "loose" | null;
	/** The last verb is a participle, so that "and" can join another to it. */
	readonly participle: boolean;
	readonly phrase: Phrase | null;
	/** The phrase depends on a preposition or is an object: no subject. */
	readonly dependent: boolean;
	/** The phrase goes on with a list, behind one of this kind: what they name is many. */
	readonly listed: Kind | null;
	/** What has to come next: behind "and" a second verb, behind "to" an infinitive, behind a preposition a phrase, behind "barking and" another noun of the list, behind "loud and" a modifier, behind "it" no noun. */
	readonly expects:
		| "verb"
		| "infinitive"
		| "phrase"
		| "item"
		| "modifier"
		| "predicate"
		| null;
	/** The clause was opened by "while", "when" and the like, and has to have a verb. */
	readonly opened: boolean;
	/** In a relative clause: the subject of the clause around it. */
	readonly outer: Count | null;
	/** In an insertion, between commas or in brackets: what is around it. */
	readonly around: State | null;
};

export const begin: State = {
	cost: 0,
	subject: null,
	verb: null,
	participle: false,
	phrase: null,
	dependent: false,
	listed: null,
	expects: null,
	opened: false,
	outer: null,
	around: null,
};

/**
 * What speaks against a reading. Set by hand, and held in place by the labelled captions of the tests: what counts is which of two readings
 * is cheaper, not the figures.
 */
export const costs = {
	/** No English sentence: "the a", "of and". */
	never: 6,
	/** "A dog bark", "dogs barks" */
	disagreement: 4,
	/** "A dog barks howls" */
	secondVerb: 5,
	/** "A whistle blown echoes": the participle may qualify the subject. */
	secondBesideLoose: 1.5,
	/** "Barks loudly." */
	noSubject: 5,
	/** "(see the notes)" */
	noSubjectInserted: 2,
	/** "Loud barks of a dog." is usual in captions, yet where a verb can be found there is one. */
	noVerb: 2,
	/** "A dog barking.": as usual, and better than no verb. */
	looseVerb: 1.7,
	/** "while a dog": behind these words a verb is missing. */
	noVerbWhenOpened: 3,
	/** Of two readings alike, the one with fewer clauses. */
	newClause: 0.2,
	/** "barks and howls" */
	secondVerbOfSubject: 0.2,
	/** "with beeps and chirps": rather two nouns than a verb behind the sounds. */
	secondVerbBehindSounds: 1.5,
	/** "A bell, not a gong, rings" */
	insertion: 0.5,
	/** "Wind chimes tinkle": rather a compound than "chimes" with an object without an article. */
	bareObject: 2.3,
	/** A form in -ing stands alone as a noun: "Striking a bell is loud". */
	unqualified: 1,
	/** "barks and howls" as nouns. */
	list: 0.2,
	/** "A dog and barks": a source and a sound are seldom named in one list. */
	mixedList: 0.8,
	/** "door bell" */
	compound: 0.3,
	/** "doors bell" */
	pluralInCompound: 2.5,
	/** "a dogs", "many dog" */
	wrongNumber: 3,
	/** "dials a phone": a noun is not followed by a determiner. */
	nounBesideDeterminer: 2.5,
	/** "something loud", "a door open" */
	adjectiveBehindNoun: 1,
	/** "ringing bells": what rings is more often said behind it. */
	qualifying: 0.4,
};

/** What a word adds to the cost, and changes. */
export type Change = readonly [cost: number, change: Partial<State>];

/** The noun phrase ends: it becomes the subject, if it can be one. */
export function closed(state: State): {
	readonly cost: number;
	readonly subject: Count | null;
} {
	const { phrase, subject, verb } = state;
	if (phrase === null) return { cost: 0, subject };
	const { said } = phrase;
	const named = phrase.alone ? "many" : phrase.named;
	if (named === null) return { cost: costs.never, subject };
	const wrong =
		!phrase.alone &&
		((said === "one" && named === "many") ||
			(said === "many" && named === "one"));
	const count = state.listed === null ? named : "many";
	const kinds: readonly (Kind | null)[] = [state.listed, phrase.kind];
	const mixed = kinds.includes("sounding") && kinds.includes("other");
	return {
		cost: (wrong ? costs.wrongNumber : 0) + (mixed ? costs.mixedList : 0),
		subject: state.dependent || verb !== null ? subject : count,
	};
}

export const bare: Phrase = {
	said: "any",
	named: null,
	determined: false,
	prepositional: false,
	alone: false,
	kind: "other",
	pending: false,
};

export function newPhrase(state: State): Phrase {
	return { ...bare, prepositional: state.expects === "phrase" };
}

export function agreement(subject: Count, form: "base" | "s"): number {
	const fits = subject === "any" || (subject === "many") === (form === "base");
	return fits ? 0 : costs.disagreement;
}

/** Adjectives that can stand without a noun. */
export function isPredicate(phrase: Phrase | null): boolean {
	return (
		phrase !== null &&
		phrase.named === null &&
		!phrase.determined &&
		!phrase.prepositional
	);
}

/** The cost of a clause that ends here. */
export function ended(state: State): number {
	const { phrase, cost, verb, opened, expects, around } = state;
	const end = closed(state);
	const predicate = isPredicate(phrase);
	const verbless = verb === null && (end.subject !== null || predicate);
	return (
		cost +
		(predicate ? 0 : end.cost) +
		(phrase?.pending === true ? costs.unqualified : 0) +
		((expects === "verb" && !predicate) || around !== null ? costs.never : 0) +
		(verbless ? (opened ? costs.noVerbWhenOpened : costs.noVerb) : 0) +
		(verb === "loose" ? costs.looseVerb : 0)
	);
}
