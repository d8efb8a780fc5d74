/** Words in -ing: what something does, or the noun for it. */
import {
	afterLinkingVerb,
	type Context,
	lowerAt,
	type PartRule,
} from "./part-context.ts";

/** Nouns in -ing that no rule should turn into verbs. */
const ingNouns = new Set(
	"building ceiling evening king morning recording ring spring string swing thing wing wedding crossing clearing".split(
		" ",
	),
);

/** In the order in which they are applied. */
export const gerundRules: readonly PartRule[] = [
	gerundTaggedNoun,
	nounInIng,
	gerundOfSounding,
];

/** "some clanking", "loud barking and howling", "ringing of bells": behind a determiner or an adjective, in front of "of", and in a row with such a noun. */
function nounInIng(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const token = tokens[index];
	const isGerund = token?.tags.includes("Gerund") === true;
	if (parts[index] !== "verb" || !isGerund) return;
	const after = parts[index + 1] ?? "mark";
	if (["noun", "adjective", "determiner", "pronoun"].includes(after)) return;
	const before = parts[index - 1] ?? "mark";
	const adjective =
		before === "adjective" || isQuality(lexicon, lowerAt(tokens, index - 1));
	const ofSound =
		lowerAt(tokens, index + 1) === "of" &&
		lexicon.soundVerbs.has(token.lemma) &&
		before !== "noun";
	const alike =
		["and", "or", ","].includes(lowerAt(tokens, index - 1)) &&
		parts[index - 2] === "noun" &&
		lowerAt(tokens, index - 2).endsWith("ing");
	if (
		before === "determiner" ||
		// "free of clipping"
		(lowerAt(tokens, index - 1) === "of" && after === "mark") ||
		(adjective && !afterLinkingVerb(context, index - 1)) ||
		ofSound ||
		alike
	)
		parts[index] = "noun";
}

/** "brief hissing": an acoustic adjective, whatever the tagger says; "an adult male speaking" has none. */
function isQuality(lexicon: Context["lexicon"], lower: string): boolean {
	const entry = lexicon.adjectives.get(lower);
	return (
		entry?.form === "adjective" &&
		entry.acoustic &&
		!lexicon.people.has(lower) &&
		![...lexicon.people.values()].includes(lower)
	);
}

/** "a voice saying hello", "sirens wailing": an -ing word after a noun is its verb. */
function gerundTaggedNoun({ tokens, parts }: Context, index: number): void {
	const lower = lowerAt(tokens, index);
	if (parts[index] !== "noun" || !lower.endsWith("ing") || ingNouns.has(lower))
		return;
	if (tokens[index]?.verbLemma === lower) return;
	// ", leaving a smooth pad"
	if (
		parts[index + 1] === "determiner" &&
		(parts[index - 1] ?? "mark") === "mark"
	) {
		parts[index] = "verb";
		return;
	}
	const after = parts[index + 1];
	const before = parts[index - 1];
	if (
		(before === "noun" || before === "auxiliary") &&
		(after !== "verb" || lowerAt(tokens, index + 1) === "followed") &&
		after !== "auxiliary"
	)
		parts[index] = "verb";
}

/** "rolling thunder": an adjective of the tagger's that says what the thunder does, unless the lexicon has it as a quality. */
function gerundOfSounding(
	{ tokens, parts, lexicon }: Context,
	index: number,
): void {
	const { verbLemma } = tokens[index] ?? {};
	if (
		parts[index] === "adjective" &&
		lowerAt(tokens, index).endsWith("ing") &&
		!lexicon.adjectives.has(lowerAt(tokens, index)) &&
		lexicon.soundVerbs.has(verbLemma ?? "")
	)
		parts[index] = "verb";
}
