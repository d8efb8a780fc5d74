/** Finds the words for a cluster of clauses: those of the member with most support, without what too few captions say or the whole probe set says. */
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import { keyOf, quoteKey } from "./caption-analysis.ts";
import type { Clause } from "./clause-state.ts";
import { personFor } from "./people.ts";
import type { Phrase } from "./phrases.ts";
import { isRare, type SideCaptions, supportsOf } from "./shared-qualities.ts";

/** Where even the least support is less likely than this, a verb may stand without its subject ("Something is zapping."). */
const distinctive = 0.002;

const lightVerbs = new Set(["come", "go"]);

/** How the words of a side's captions count, by key. */
type Weights = {
	readonly support: (key: string) => number;
	readonly least: number;
	/** Chance would not give it the support it has. */
	readonly telling: (key: string) => boolean;
	/** Chance would not give it even the least support: rare enough in the probe set to be worth a word beside others. */
	readonly rare: (key: string) => boolean;
	readonly distinctive: (key: string) => boolean;
};

/** A worded clause and the captions, by rank from 1, that have its most telling word; null when its words are vouched for by the cluster alone. */
export type Wording = {
	readonly clause: Clause;
	readonly support: readonly number[] | null;
};

/**
 * The clause that words a cluster; null when nothing is left that would be worth saying. A word stands when enough captions have it. In a
 * `narrow` cluster (one kind of source under several names) the commonest name stands even when one caption too few uses it.
 */
export function wordCluster(options: {
	readonly side: SideCaptions;
	/** Clauses of the cluster, the most central first. */
	readonly members: readonly Clause[];
	readonly narrow: boolean;
	/** Nothing has been said yet: a source that is common in the probe set may be named when enough captions have it. */
	readonly first: boolean;
}): Wording | null {
	const { side, narrow } = options;
	const weights = weightsOf(side);
	const chosen = bestMember(options.members, side, weights);
	if (chosen === undefined) return null;
	const subject = subjectOf({ clause: chosen, side, weights, narrow });
	const rest = chosen.rest.flatMap((phrase) => {
		const reduced = reducePhrase(phrase, side, weights);
		return reduced !== null && passes(reduced, side, weights.rare)
			? reduced
			: [];
	});
	// A common verb is kept only for what stands behind it: `saying "go"`.
	const verbAlone = verbStands({
		clause: chosen,
		subject,
		side,
		weights,
		narrow,
	});
	const verb = rest.length > 0 || verbAlone ? chosen.verb : null;
	const worded = (clause: Clause): Wording => ({
		clause,
		support: supportOf(clause, verbAlone, side, weights),
	});
	if (verb !== null) return worded({ subject, verb, rest });
	const subjectTells =
		subject !== null &&
		passes(subject, side, options.first ? weights.telling : weights.rare);
	return subjectTells ? worded({ subject, verb: null, rest: [] }) : null;
}

/** Ranks of the captions that have the rarest supported word of the statement: its subject, what stands behind the verb, or a verb that stands alone (in this order when equally rare). */
function supportOf(
	clause: Clause,
	verbAlone: boolean,
	side: SideCaptions,
	weights: Weights,
): readonly number[] | null {
	const { subject, verb, rest } = clause;
	const phrases = subject === null ? rest : [subject, ...rest];
	const keys = phrases.flatMap((phrase) => mainKeys(phrase, side));
	if (verbAlone && verb !== null) keys.push(verb.word.lemma);
	const share = side.background.shareOfKey;
	const [rarest] = keys
		.filter((key) => weights.support(key) >= weights.least)
		.sort((a, b) => share(a) - share(b));
	if (rarest === undefined) return null;
	const trait = subject?.said ?? null;
	return side.captions.flatMap(({ keys: has, qualities }, index) =>
		has.has(rarest) && (trait === null || qualities.has(trait))
			? [index + 1]
			: [],
	);
}

/** Keys of a phrase's head, quotation and "of" part. */
export function mainKeys(phrase: Phrase, side: SideCaptions): string[] {
	return [
		...(phrase.head === null ? [] : [keyOf(phrase.head, side.lexicon)]),
		...phrase.quoted.map((quoted) => quoteKey(quoted)),
		...(phrase.of === null ? [] : mainKeys(phrase.of, side)),
	];
}

function weightsOf(side: SideCaptions): Weights {
	const supports = supportsOf(side.captions.map(({ keys }) => keys));
	const support = (key: string): number => supports.get(key)?.length ?? 0;
	const share = side.background.shareOfKey;
	return {
		support,
		least: side.least,
		telling: (key) =>
			isRare(side, Math.max(side.least, support(key)), share(key)),
		rare: (key) => isRare(side, side.least, share(key)),
		distinctive: (key) => isRare(side, side.least, share(key), distinctive),
	};
}

/** The member with most supported words; of equals, the most central. */
function bestMember(
	members: readonly Clause[],
	side: SideCaptions,
	weights: Weights,
): Clause | undefined {
	const phraseScore = (phrase: Phrase | null): number =>
		phrase === null
			? 0
			: Math.max(
					phrase.head === null
						? 0
						: weights.support(keyOf(phrase.head, side.lexicon)),
					...phrase.quoted.map((quoted) => weights.support(quoteKey(quoted))),
					phraseScore(phrase.of),
				);
	const score = ({ subject, verb, rest }: Clause): number =>
		3 * phraseScore(subject) +
		2 * (verb === null ? 0 : weights.support(verb.word.lemma)) +
		rest.reduce((sum, phrase) => sum + phraseScore(phrase), 0) / 4;
	let best: { clause: Clause; score: number } | undefined;
	for (const clause of members) {
		const value = score(clause);
		if (best === undefined || value > best.score)
			best = { clause, score: value };
	}
	return best?.clause;
}

function subjectOf(options: {
	readonly clause: Clause;
	readonly side: SideCaptions;
	readonly weights: Weights;
	readonly narrow: boolean;
}): Phrase | null {
	const { clause, side, weights } = options;
	const phrase = clause.subject;
	if (phrase === null) return null;
	const reduced = reducePhrase(phrase, side, weights);
	if (reduced !== null || !options.narrow || phrase.head === null)
		return reduced;
	if (weights.least < 2) return null;
	const almost =
		weights.support(keyOf(phrase.head, side.lexicon)) >= weights.least - 1;
	// Five names for a gun that goes off: what they do vouches for them.
	const lemma = clause.verb?.word.lemma ?? "";
	const vouched =
		weights.support(lemma) >= weights.least && weights.distinctive(lemma);
	if (vouched) return phrase;
	const modifiers = phrase.modifiers.filter(
		(word) => weights.support(keyOf(word, side.lexicon)) >= weights.least - 1,
	);
	return almost ? { ...phrase, modifiers } : null;
}

/** The verb is worth saying by itself. */
function verbStands(options: {
	readonly clause: Clause;
	readonly subject: Phrase | null;
	readonly side: SideCaptions;
	readonly weights: Weights;
	readonly narrow: boolean;
}): boolean {
	const { clause, subject, side, weights } = options;
	if (clause.verb === null) return false;
	const { lemma } = clause.verb.word;
	const { lexicon } = side;
	if (lexicon.boilerplateVerbs.has(lemma)) return false;
	// "coming" and "going" are nothing without where to.
	if (lightVerbs.has(lemma) && clause.verb.particle === null) return false;
	// "holding a note" without its note says nothing; "singing a melody" without its melody does.
	const object = clause.rest.some(({ preposition }) => preposition === null);
	if (object && !lexicon.soundVerbs.has(lemma)) return false;
	const needed = options.narrow
		? Math.max(1, weights.least - 1)
		: weights.least;
	if (weights.support(lemma) < needed) return false;
	return subject === null ? weights.distinctive(lemma) : weights.rare(lemma);
}

/** Some word of the phrase passes the test. */
function passes(
	phrase: Phrase,
	side: SideCaptions,
	test: (key: string) => boolean,
): boolean {
	const { head, modifiers, quoted, of } = phrase;
	return (
		[...modifiers, ...(head === null ? [] : [head])].some((word) =>
			test(keyOf(word, side.lexicon)),
		) ||
		quoted.some((words) => test(quoteKey(words))) ||
		(of !== null && passes(of, side, test))
	);
}

/** The phrase without unsupported words; null when its head is not supported. "drips of water" may become "water". */
function reducePhrase(
	phrase: Phrase,
	side: SideCaptions,
	weights: Weights,
): Phrase | null {
	const supported = (key: string): boolean =>
		weights.support(key) >= weights.least;
	const isSupported = (word: Word): boolean =>
		supported(keyOf(word, side.lexicon));
	const of = phrase.of === null ? null : reducePhrase(phrase.of, side, weights);
	const quoted = phrase.quoted.filter((words) => supported(quoteKey(words)));
	const modifiers = phrase.modifiers.filter(isSupported);
	const { head } = phrase;
	// `the word "go"` is no more than "go" where every second caption has a word.
	const headStands =
		head !== null &&
		isSupported(head) &&
		(quoted.length === 0 || weights.rare(keyOf(head, side.lexicon)));
	if (headStands) {
		const person = side.lexicon.people.has(head.lemma) && !head.plural;
		return {
			...phrase,
			...(person ? { ...personFor(head, side), determiner: "a" } : {}),
			modifiers,
			of,
			quoted,
		};
	}
	if (quoted.length > 0)
		return { ...phrase, head: null, modifiers: [], of: null, quoted };
	return of === null ? null : { ...of, preposition: phrase.preposition };
}
