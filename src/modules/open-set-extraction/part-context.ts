/** What the rules that correct parts of speech work on, and what they ask of a word's neighbours. */
import type { RawToken } from "./compromise-tags.ts";
import type { AudioLexicon } from "./lexicon.ts";

export type Part =
	| "noun"
	| "verb"
	| "auxiliary"
	| "adjective"
	| "adverb"
	| "preposition"
	| "particle"
	| "determiner"
	| "number"
	| "pronoun"
	| "conjunction"
	| "negative"
	| "quoted"
	| "mark";

/** A sentence whose parts of speech are being corrected: `parts` is changed in place, one entry per token. */
export type Context = {
	readonly tokens: readonly RawToken[];
	readonly parts: Part[];
	readonly lexicon: AudioLexicon;
};

/** Corrects the part of one token, if it has reason to. */
export type PartRule = (context: Context, index: number) => void;

/** Behind these stands what something is like. */
const linkingVerbs = new Set(
	"be is are was were been being sound seem appear become feel remain stay get turn grow keep".split(
		" ",
	),
);

/** The token in lower case; empty outside the sentence. */
export function lowerAt(tokens: readonly RawToken[], index: number): string {
	return tokens[index]?.text.toLowerCase() ?? "";
}

/** A noun stands behind this word, with nothing but adjectives, participles, numbers, commas and "and" between. */
export function nounFollows(
	{ tokens, parts, lexicon }: Context,
	index: number,
): boolean {
	for (let next = index + 1; next < parts.length; next += 1) {
		const part = parts[next];
		const lower = lowerAt(tokens, next);
		// "clanking and banging with ...": two nouns in a row.
		if (part === "noun")
			return !(lowerAt(tokens, next - 1) === "and" && lower.endsWith("ing"));
		const modifier =
			part === "adjective" ||
			part === "number" ||
			lexicon.adjectives.has(lower) ||
			(part === "mark" &&
				lower === "," &&
				qualifies(parts, tokens, lexicon, next + 1)) ||
			(lower === "and" && qualifies(parts, tokens, lexicon, next + 1)) ||
			(part === "verb" &&
				/(?:ing|ed)$/u.test(lower) &&
				(next === index + 1 || parts[next - 1] === "adjective") &&
				parts[next + 1] === "noun");
		if (!modifier) return false;
	}
	return false;
}

function qualifies(
	parts: readonly Part[],
	tokens: readonly RawToken[],
	lexicon: AudioLexicon,
	index: number,
): boolean {
	return (
		parts[index] === "adjective" ||
		lexicon.adjectives.has(lowerAt(tokens, index))
	);
}

/** A linking verb stands in front, with nothing but adverbs and "not" between. */
export function afterLinkingVerb(
	{ tokens, parts }: Context,
	index: number,
): boolean {
	let before = index - 1;
	while (parts[before] === "adverb" || parts[before] === "negative")
		before -= 1;
	const token = tokens[before];
	if (token?.kind !== "word") return false;
	return (
		linkingVerbs.has(token.text.toLowerCase()) || linkingVerbs.has(token.lemma)
	);
}
