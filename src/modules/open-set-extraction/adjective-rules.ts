/** Adjectives: those of the audio lexicon, hyphenated words, participles that qualify a noun; and prepositions told from particles. */
import { besideAdjective, takesObject } from "./adjective-context.ts";
import {
	afterLinkingVerb,
	type Context,
	lowerAt,
	nounFollows,
	type PartRule,
} from "./part-context.ts";
import { passiveOfSounding } from "./settled-words.ts";
import { isIng, isParticiple } from "./word-readings.ts";

/** In the order in which they are applied, after those for nouns and verbs. */
export const adjectiveRules: readonly PartRule[] = [
	demonym,
	farAway,
	passiveOfSounding,
	hyphenated,
	lexiconAdjective,
	lexiconParticiple,
	participleModifier,
	prepositionOrParticle,
];

/** Hyphenated words are adjectives in front of a noun and after a linking verb ("double-bass notes"), else nouns; the lexicon knows its own. */
function hyphenated(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const lower = lowerAt(tokens, index);
	if (!lower.includes("-") || tokens[index]?.kind !== "word") return;
	if (lexicon.adjectives.has(lower)) {
		parts[index] = "adjective";
		return;
	}
	const qualifies =
		nounFollows(context, index) ||
		((afterLinkingVerb(context, index) || besideAdjective(context, index)) &&
			/(?:ed|ing|like|y|free)$/u.test(lower));
	parts[index] = qualifies ? "adjective" : "noun";
}

/** "far away" says where. */
function farAway({ tokens, parts }: Context, index: number): void {
	if (
		lowerAt(tokens, index) === "far" &&
		/^(?:away|off)$/u.test(lowerAt(tokens, index + 1))
	)
		parts[index] = "adverb";
}

/** "a Brazilian drum" */
function demonym(context: Context, index: number): void {
	const { tokens, parts } = context;
	if (
		parts[index] === "noun" &&
		tokens[index]?.tags.includes("Demonym") === true &&
		nounFollows(context, index)
	)
		parts[index] = "adjective";
}

function lexiconAdjective(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const entry = lexicon.adjectives.get(lowerAt(tokens, index));
	if (entry?.form !== "adjective" || tokens[index]?.kind !== "word") return;
	if (parts[index] === "adverb") parts[index] = "adjective";
	if (parts[index] !== "noun" && parts[index] !== "verb") return;
	if (
		nounFollows(context, index) ||
		afterLinkingVerb(context, index) ||
		besideAdjective(context, index)
	)
		parts[index] = "adjective";
}

/** A participle of the lexicon is an adjective in front of a noun, after a linking verb, and in a list of adjectives. */
function lexiconParticiple(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const entry = lexicon.adjectives.get(lowerAt(tokens, index));
	if (entry?.form !== "participle") return;
	if (parts[index] === "adjective") {
		// "a dog is booming": the tagger's adjective is what the dog does.
		if (
			lexicon.soundVerbs.has(tokens[index]?.verbLemma ?? "") &&
			isProgressive(context, index) &&
			!nounFollows(context, index) &&
			!besideAdjective(context, index)
		)
			parts[index] = "verb";
		return;
	}
	if (parts[index] !== "noun" && parts[index] !== "verb") return;
	const before = parts[index - 1];
	const modifies =
		before !== "noun" &&
		before !== "quoted" &&
		nounFollows(context, index) &&
		!takesObject(context, index);
	const predicate =
		afterLinkingVerb(context, index) &&
		!isProgressive(context, index) &&
		!["noun", "determiner", "quoted", "pronoun"].includes(
			parts[index + 1] ?? "mark",
		) &&
		lowerAt(tokens, index + 1) !== "by";
	// "from bright to muffled"
	const named =
		lexicon.prepositions.has(lowerAt(tokens, index - 1)) &&
		lowerAt(tokens, index).endsWith("ed") &&
		(parts[index + 1] ?? "mark") === "mark";
	if (
		modifies ||
		predicate ||
		named ||
		(besideAdjective(context, index) && !takesObject(context, index))
	)
		parts[index] = "adjective";
}

/** Pronouns for those who do something; "it" and "these" are sounds. */
const beings = new Set("i you he she we they who".split(" "));

/** "rain is falling" says what the rain does; "it is hissing" and "the sound is fading" say what the sound is like. */
function isProgressive(
	{ tokens, parts, lexicon }: Context,
	index: number,
): boolean {
	if (!lowerAt(tokens, index).endsWith("ing")) return false;
	const auxiliary = parts.lastIndexOf("auxiliary", index);
	if (auxiliary < 1) return false;
	const subject = tokens[auxiliary - 1];
	const who = lowerAt(tokens, auxiliary - 1);
	// "There is barking."
	if (who === "there") return true;
	if (beings.has(who) || /^(?:some|any|every|no)(?:one|body)$/u.test(who))
		return true;
	// "water splashes and is gurgling"
	if (
		lowerAt(tokens, auxiliary - 1) === "and" &&
		parts[auxiliary - 2] === "verb"
	)
		return true;
	return (
		parts[auxiliary - 1] === "noun" &&
		!lexicon.boilerplateNouns.has(subject?.lemma ?? "")
	);
}

/** "the plucked string", "a broken bell": other past participles in front of a noun. */
function participleModifier(context: Context, index: number): void {
	const { tokens, parts } = context;
	if (parts[index] !== "verb" || !isParticiple(context, index)) return;
	if (isIng(lowerAt(tokens, index))) return;
	const before = parts[index - 1];
	const startsPhrase =
		before === "determiner" ||
		before === "adjective" ||
		before === "preposition";
	if (startsPhrase && nounFollows(context, index)) parts[index] = "adjective";
}

/** "over a hiss" has a preposition, "over and over" and "going off" have none. */
function prepositionOrParticle(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const lower = lowerAt(tokens, index);
	if (!lexicon.prepositions.has(lower) || tokens[index]?.kind !== "word")
		return;
	// "with hardly any noise"
	const next = parts[index + 1] === "adverb" ? index + 2 : index + 1;
	const phraseFollows = [
		"determiner",
		"number",
		"adjective",
		"noun",
		"pronoun",
		"quoted",
	].includes(parts[next] ?? "mark");
	const gerundFollows =
		parts[next] === "verb" && /ing$/u.test(lowerAt(tokens, next));
	parts[index] = phraseFollows || gerundFollows ? "preposition" : "particle";
}
