/** What the rules for nouns and verbs ask of the clause a word stands in. */
import { type Context, lowerAt } from "./part-context.ts";

/** What cannot be counted, where the tagger does not know it. */
const massNouns = new Set(["wind", "water", "liquid", "metal"]);
/** Plurals without -s that the tagger does not know. */
const plurals = new Set(
	"sheep cattle livestock poultry police people aircraft".split(" "),
);

/** "barks", "plays": a present tense in -s, whether the tagger saw a verb or a plural. */
export function hasS({ tokens }: Context, index: number): boolean {
	return /[^s]s$/u.test(lowerAt(tokens, index));
}

/** A word in -s that the tagger took for a verb. */
export function isSForm(context: Context, index: number): boolean {
	return (
		hasS(context, index) &&
		context.tokens[index]?.tags.includes("PresentTense") === true
	);
}

/** A finite verb in -s, as the parts stand now. */
export function isSVerb(context: Context, index: number): boolean {
	return context.parts[index] === "verb" && isSForm(context, index);
}

/** A noun in the plural. */
export function isPlural(context: Context, index: number): boolean {
	return (
		context.parts[index] === "noun" &&
		(context.tokens[index]?.tags.includes("Plural") === true ||
			plurals.has(lowerAt(context.tokens, index)) ||
			isSForm(context, index))
	);
}

/** A verb that can stand alone: no -ing form, and no participle as in "followed by". */
export function isFiniteAt(context: Context, index: number): boolean {
	const { tokens, parts, lexicon } = context;
	if (parts[index] === "auxiliary") return true;
	if (parts[index] !== "verb") return false;
	const lower = lowerAt(tokens, index);
	// "muffled footsteps thump"
	if (
		lexicon.adjectives.get(lower)?.form === "participle" &&
		parts[index + 1] === "noun" &&
		(parts[index - 1] ?? "mark") === "mark"
	)
		return false;
	if (/[aeiouy].*ing$/u.test(lower)) return false;
	return !(/ed$/u.test(lower) && lowerAt(tokens, index + 1) === "by");
}

/** Where the clause of `index` begins and ends: marks, conjunctions, "then" and the sentence bound it. */
export function clauseOf(
	{ tokens, parts }: Context,
	index: number,
): { readonly start: number; readonly end: number } {
	const bounds = (at: number): boolean =>
		["mark", "conjunction"].includes(parts[at] ?? "mark") ||
		lowerAt(tokens, at) === "then";
	let start = index;
	while (!bounds(start - 1)) start -= 1;
	let end = index;
	while (!bounds(end)) end += 1;
	return { start, end };
}

/** The noun phrase that ends in front of `index` begins with "a", "each" and the like: what it names is one. */
export function isSingularPhrase(
	{ tokens, parts }: Context,
	index: number,
): boolean {
	let start = index - 1;
	while (parts[start] === "noun" || parts[start] === "adjective") start -= 1;
	return (
		start < index - 1 &&
		/^(?:an?|each|every|another|this|that)$/u.test(lowerAt(tokens, start))
	);
}

/** "dog's", "dogs'" */
export function isPossessive(
	tokens: Context["tokens"],
	index: number,
): boolean {
	return /(?:'s|s')$/u.test(lowerAt(tokens, index));
}

/** A finite verb in -s, also one that the tagger took for a plural. */
export function isVerbInS(context: Context, index: number): boolean {
	return context.parts[index] === "verb" && hasS(context, index);
}

/** "finger snaps and hand claps are rhythmic": behind the conjunction, a second word in -s and then the verb of both. */
export function joinsSubject(context: Context, conjunction: number): boolean {
	const { tokens, parts } = context;
	if (!/^(?:and|or)$/u.test(lowerAt(tokens, conjunction))) return false;
	let last = conjunction;
	while (
		["noun", "adjective", "determiner"].includes(parts[last + 1] ?? "mark")
	)
		last += 1;
	return (
		isSounding(context, last) &&
		["auxiliary", "verb"].includes(parts[last + 1] ?? "mark")
	);
}

/** A word in -s that is a form of a verb of sounding. */
export function isSounding(context: Context, index: number): boolean {
	const { soundVerbs } = context.lexicon;
	return (
		hasS(context, index) &&
		(soundVerbs.has(context.tokens[index]?.verbLemma ?? "") ||
			soundVerbs.has(lowerAt(context.tokens, index).slice(0, -1)))
	);
}

/** What stands in front of `index` is one thing, or cannot be counted: "a bell", "wind". */
export function isOne(context: Context, index: number): boolean {
	const { tokens } = context;
	const { start } = clauseOf(context, index);
	const alone = start === index - 1;
	return (
		/^an?$/u.test(lowerAt(tokens, start)) ||
		(alone &&
			(massNouns.has(lowerAt(tokens, start)) ||
				tokens[start]?.tags.includes("Uncountable") === true))
	);
}
