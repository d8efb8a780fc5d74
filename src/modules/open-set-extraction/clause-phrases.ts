/** Noun phrases in the grammar of a clause: determiners, adjectives, nouns, prepositions and pronouns. */
import {
	bare,
	type Change,
	closed,
	costs,
	type Kind,
	newPhrase,
	type State,
} from "./clause-state.ts";
import { type Context, lowerAt, type Part } from "./part-context.ts";
import { type Count, isIng, isSounding } from "./word-readings.ts";

const massNouns = new Set(["wind", "water", "liquid", "metal"]);
const plurals = new Set(
	"cattle livestock poultry police people aircraft children men women".split(
		" ",
	),
);
/** Plural and singular alike. */
const alike = new Set("sheep fish deer".split(" "));
const relatives = new Set(["that", "which", "who"]);

export function determiner(state: State, lower: string, part: Part): Change {
	const { phrase } = state;
	// "dials a phone": a noun is not followed by a determiner.
	const beside = phrase?.named != null ? costs.nounBesideDeterminer : 0;
	return [
		beside + (state.expects === "verb" ? costs.never : 0),
		{
			phrase: {
				...newPhrase(state),
				said: saidBy(lower, part),
				determined: part === "determiner",
				alone: /^(?:all|both|most|many|some|these|those)$/u.test(lower),
			},
			expects: null,
		},
	];
}

function saidBy(lower: string, part: Part): Count {
	if (/^(?:an?|each|every|another|this|one|1)$/u.test(lower)) return "one";
	return part === "determiner" &&
		/^(?:these|those|both|several|many|few)$/u.test(lower)
		? "many"
		: "any";
}

export function adjective(state: State): Change {
	const { phrase } = state;
	if (phrase?.named != null) return [costs.adjectiveBehindNoun, {}];
	if (phrase !== null)
		return [0, { phrase: { ...phrase, alone: false }, expects: null }];
	// "something heavy falls"
	if (state.expects === "predicate") return [0, {}];
	return [
		state.expects === "verb" ? costs.never : 0,
		{ phrase: newPhrase(state), expects: null },
	];
}

export function noun(context: Context, state: State, index: number): Change {
	const { phrase } = state;
	const named = countOf(context, index);
	const kind = kindOf(context, index);
	if (/(?:'s|s')$/u.test(lowerAt(context.tokens, index)))
		return [0, { phrase: bare, expects: null }];
	const unexpected = unexpectedNoun(context, state, index, named);
	if (phrase?.named == null)
		return [
			unexpected,
			{
				phrase: {
					...(phrase ?? newPhrase(state)),
					named,
					alone: false,
					kind,
					pending: false,
				},
				expects: null,
			},
		];
	const compound =
		phrase.named === "many" ? costs.pluralInCompound : costs.compound;
	return [compound, { phrase: { ...phrase, named, kind } }];
}

function kindOf(context: Context, index: number): Kind {
	if (isIng(lowerAt(context.tokens, index))) return "ing";
	return isSounding(context, index) ? "sounding" : "other";
}

function unexpectedNoun(
	context: Context,
	{ expects, phrase, verb }: State,
	index: number,
	named: Count,
): number {
	if (expects === "verb" || expects === "modifier") return costs.never;
	if (expects === "predicate") return costs.nounBesideDeterminer;
	if (expects === "infinitive") return costs.bareObject;
	// "Wind chimes tinkle": what follows a verb in -s at once is seldom one thing without an article.
	return phrase === null &&
		verb === "finite" &&
		expects === null &&
		named === "one" &&
		/[^s]s$/u.test(lowerAt(context.tokens, index - 1)) &&
		(context.tokens[index]?.nounOrVerb === true || isSounding(context, index))
		? costs.bareObject
		: 0;
}

function countOf({ tokens }: Context, index: number): Count {
	const lower = lowerAt(tokens, index);
	const tags = tokens[index]?.tags ?? [];
	if (tokens[index]?.kind === "quoted") return "any";
	if (alike.has(lower)) return "any";
	if (plurals.has(lower)) return "many";
	if (massNouns.has(lower)) return "one";
	if (tags.includes("Plural")) return "many";
	// Not "bus". What was tagged as a verb may be a plural.
	return /[^s]s$/u.test(lower) && !tags.includes("Singular") ? "many" : "one";
}

/** "a group of people sing" */
const partitives = new Set(
	"group pair couple number lot series flock pack bunch crowd variety chorus".split(
		" ",
	),
);

export function preposition(
	context: Context,
	state: State,
	index: number,
): readonly Change[] {
	const lower = lowerAt(context.tokens, index);
	const end = closed(state);
	const partitive =
		lower === "of" &&
		partitives.has(lowerAt(context.tokens, index - 1)) &&
		!state.dependent;
	return [
		[
			end.cost + (state.expects === "verb" ? costs.never : 0),
			{
				subject: partitive ? "any" : end.subject,
				phrase: null,
				dependent: true,
				listed: null,
				expects: lower === "to" ? "infinitive" : "phrase",
			},
		],
	];
}

export function pronoun(state: State, lower: string): Change {
	const end = closed(state);
	if (relatives.has(lower) && state.phrase?.named != null)
		return [
			end.cost,
			{
				subject: state.phrase.named,
				verb: null,
				outer: state.verb === null ? end.subject : null,
				phrase: null,
				dependent: false,
			},
		];
	// "during which a boy speaks"
	if (relatives.has(lower) && lower !== "that")
		return [
			end.cost,
			{
				subject: null,
				verb: null,
				outer: state.verb === null ? end.subject : null,
				phrase: null,
				dependent: false,
				expects: null,
			},
		];
	const count: Count =
		/^(?:it|he|she|this|that|(?:some|any|every|no)(?:thing|one|body))$/u.test(
			lower,
		)
			? "one"
			: /^(?:they|we|you|i|these|those)$/u.test(lower)
				? "many"
				: "any";
	const isSubject = state.verb === null && state.expects !== "phrase";
	return [
		end.cost,
		{
			subject: isSubject ? count : end.subject,
			phrase: null,
			expects: isSubject ? "predicate" : null,
		},
	];
}
