/** Nouns that were taken for verbs, and verbs that were taken for nouns. */
import { agreementRules, seriesRules } from "./agreement-rules.ts";
import { hasS, isOne, isPossessive, isSounding } from "./clause-context.ts";
import { finiteRules } from "./finite-rules.ts";
import { gerundRules } from "./gerund-rules.ts";
import {
	type Context,
	lowerAt,
	type Part,
	type PartRule,
} from "./part-context.ts";
import { countedParticiple, passiveParticiple } from "./passive-rules.ts";

/** Behind these a clause begins with its subject. */
const clauseOpeners = new Set(
	"while whereas although though because when if".split(" "),
);

/** In the order in which they are applied. */
export const nounAndVerbRules: readonly PartRule[] = [
	quantifier,
	boilerplateVerb,
	passiveParticiple,
	relativeThat,
	nounAfterPreposition,
	...agreementRules,
	nounBeforeVerb,
	sourceNoun,
	countedParticiple,
	imperative,
	...finiteRules,
	...seriesRules,
	...gerundRules,
];

/** "more barking" has a determiner, "more intense" an adverb. */
function quantifier({ tokens, parts }: Context, index: number): void {
	if (!/^(?:more|less)$/u.test(lowerAt(tokens, index))) return;
	const next = parts[index + 1];
	parts[index] = next === "noun" || next === "verb" ? "determiner" : "adverb";
}

/** "is heard" is no adjective, whatever the tagger says. */
function boilerplateVerb(
	{ tokens, parts, lexicon }: Context,
	index: number,
): void {
	const lower = lowerAt(tokens, index);
	if (parts[index] === "adjective" && lower === "heard") parts[index] = "verb";
	if (
		parts[index] === "noun" &&
		index > 0 &&
		lexicon.boilerplateVerbs.has(lower) &&
		!lexicon.boilerplateNouns.has(lower)
	)
		parts[index] = "verb";
}

/** Captions give no orders: "Rain falls", also after "while", starts with a noun. */
function imperative({ tokens, parts }: Context, index: number): void {
	const starts = index === 0 || clauseOpeners.has(lowerAt(tokens, index - 1));
	if (!starts || parts[index] !== "verb") return;
	const tags = tokens[index]?.tags ?? [];
	if (!tags.includes("Infinitive")) return;
	parts[index] = "noun";
	const next = index + 1;
	const verbLater = parts.slice(next, clauseEnd(parts, next)).includes("verb");
	if (!verbLater && parts[next] === "noun" && tokens[next]?.verbLemma !== null)
		parts[next] = "verb";
}

/** "a noise that stops", not "that stop": behind a noun, and in front of a verb in -s. */
function relativeThat(context: Context, index: number): void {
	const { tokens, parts } = context;
	if (lowerAt(tokens, index) !== "that" || !hasS(context, index + 1)) return;
	if (!["noun", "quoted", "pronoun"].includes(parts[index - 1] ?? "mark"))
		return;
	const after = parts[index + 2] ?? "mark";
	const tagged =
		parts[index + 1] === "verb" ||
		(parts[index + 1] === "noun" && tokens[index + 1]?.verbLemma != null);
	// "the sound that birds make"
	const subject = ["verb", "auxiliary", "pronoun"].includes(after);
	if (!tagged || subject) return;
	parts[index] = "pronoun";
	parts[index + 1] = "verb";
}

function clauseEnd(parts: readonly Part[], from: number): number {
	const end = parts.findIndex(
		(part, index) =>
			index >= from && (part === "mark" || part === "conjunction"),
	);
	return end < 0 ? parts.length : end;
}

/** "onto roofs", "the bark", "a dog's growls": a finite verb cannot follow a determiner, a preposition or a possessive. */
function nounAfterPreposition({ tokens, parts }: Context, index: number): void {
	if (parts[index] !== "verb") return;
	const tags = tokens[index]?.tags ?? [];
	if (tags.includes("Gerund") || tags.includes("PastTense")) return;
	const before = parts[index - 1];
	// "all share a tone"
	if (
		/^(?:all|both|most|many|some)$/u.test(lowerAt(tokens, index - 1)) &&
		parts[index + 1] === "determiner"
	)
		return;
	if (
		before === "determiner" ||
		(before === "preposition" && lowerAt(tokens, index - 1) !== "to") ||
		isPossessive(tokens, index - 1)
	)
		parts[index] = "noun";
}

/** "surf can be heard", "a tabla drum struck": a present-tense verb cannot stand in front of another verb. */
function nounBeforeVerb(context: Context, index: number): void {
	const { tokens, parts } = context;
	const tags = tokens[index]?.tags ?? [];
	if (parts[index] !== "verb" || !tags.includes("PresentTense")) return;
	if (tags.includes("Gerund") || lowerAt(tokens, index - 1) === "to") return;
	const after = tokens[index + 1];
	const verbFollows =
		parts[index + 1] === "auxiliary" ||
		(parts[index + 1] === "verb" &&
			after?.tags.includes("Infinitive") === false);
	// "wind blows followed by ..."
	const followed =
		lowerAt(tokens, index + 1) === "followed" &&
		isSounding(context, index) &&
		isOne(context, index);
	if (verbFollows && !followed) parts[index] = "noun";
}

/** "a cymbal tapping", "the snare": nouns of sound sources that the tagger takes for something else. */
function sourceNoun({ tokens, parts, lexicon }: Context, index: number): void {
	const token = tokens[index];
	if (token?.kind !== "word") return;
	const lower = token.text.toLowerCase();
	if (!lexicon.sourceNouns.has(lower) && !lexicon.sourceNouns.has(token.lemma))
		return;
	if (
		parts[index] === "adjective" &&
		(!lexicon.adjectives.has(lower) ||
			parts[index + 1] !== "noun" ||
			lowerAt(tokens, index + 1).endsWith("ing"))
	)
		parts[index] = "noun";
	const nounPlace = [
		"determiner",
		"adjective",
		"number",
		"noun",
		"preposition",
	].includes(parts[index - 1] ?? "mark");
	// "a powered saw"
	const afterModifier =
		parts[index - 2] === "determiner" &&
		parts[index - 1] === "verb" &&
		/(?:ed|ing)$/u.test(lowerAt(tokens, index - 1));
	if (
		parts[index] === "verb" &&
		(lower === token.lemma || lexicon.sourceNouns.has(lower)) &&
		(nounPlace || index === 0 || afterModifier) &&
		tokens[index - 1]?.tags.includes("Plural") !== true
	)
		parts[index] = "noun";
}
