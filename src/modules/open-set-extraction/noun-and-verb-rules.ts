/** Nouns that were taken for verbs, and verbs that were taken for nouns. */
import {
	type Context,
	lowerAt,
	type Part,
	type PartRule,
} from "./part-context.ts";
import { passiveParticiple } from "./passive-rules.ts";

/** Nouns in -ing that no rule should turn into verbs. */
const ingNouns = new Set(
	"building ceiling evening king morning recording ring spring string swing thing wing wedding crossing clearing".split(
		" ",
	),
);

/** Behind these a clause begins with its subject. */
const clauseOpeners = new Set(
	"while whereas although though because when if".split(" "),
);

/** In the order in which they are applied. */
export const nounAndVerbRules: readonly PartRule[] = [
	boilerplateVerb,
	passiveParticiple,
	nounAfterPreposition,
	nounBeforeVerb,
	sourceNoun,
	imperative,
	finiteTaggedPlural,
	gerundTaggedNoun,
];

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

/** "A dog barks", "thunder rumbles", "... and snores": a verb that was taken for a plural noun, in a clause that has no other verb. */
function finiteTaggedPlural(
	{ tokens, parts, lexicon }: Context,
	index: number,
): void {
	const token = tokens[index];
	if (parts[index] !== "noun" || token?.verbLemma == null) return;
	if (!/[^s]s$/u.test(lowerAt(tokens, index))) return;
	let start = index;
	while (
		start > 0 &&
		parts[start - 1] !== "conjunction" &&
		parts[start - 1] !== "mark"
	)
		start -= 1;
	const end = clauseEnd(parts, index);
	const isVerb = (part: Part, at: number): boolean =>
		part === "auxiliary" || (part === "verb" && !qualifiesNoun(parts, at));
	if (
		parts.some(
			(part, at) => at >= start && at < end && at !== index && isVerb(part, at),
		)
	)
		return;
	if (parts[index + 1] === "noun") return;
	const known = lexicon.soundVerbs.has(token.verbLemma);
	const subject = parts.slice(start, index);
	if (subject.length === 0) {
		// "breathes heavily and snores": the verb before "and" shares its subject.
		const shares =
			lowerAt(tokens, start - 1) === "and" &&
			parts.slice(0, start).includes("verb");
		if (shares && known) parts[index] = "verb";
		return;
	}
	if (subject.at(-1) !== "noun" || subject.includes("preposition")) return;
	const article = /^an?$/u.test(lowerAt(tokens, start));
	if (article || known) parts[index] = "verb";
}

/** "a highpitched tone": between a determiner and a noun there is no verb. */
function qualifiesNoun(parts: readonly Part[], index: number): boolean {
	return parts[index - 1] === "determiner" && parts[index + 1] === "noun";
}

function clauseEnd(parts: readonly Part[], from: number): number {
	const end = parts.findIndex(
		(part, index) =>
			index >= from && (part === "mark" || part === "conjunction"),
	);
	return end < 0 ? parts.length : end;
}

/** "onto roofs", "the bark", "loud drums": a finite verb cannot follow a determiner, a preposition, or an adjective that has no noun yet. */
function nounAfterPreposition({ tokens, parts }: Context, index: number): void {
	if (parts[index] !== "verb") return;
	const tags = tokens[index]?.tags ?? [];
	if (tags.includes("Gerund") || tags.includes("PastTense")) return;
	const before = parts[index - 1];
	if (
		before === "determiner" ||
		(before === "preposition" && lowerAt(tokens, index - 1) !== "to") ||
		(before === "adjective" && index === 1)
	)
		parts[index] = "noun";
}

/** "surf can be heard", "a tabla drum struck": a present-tense verb cannot stand in front of another verb. */
function nounBeforeVerb({ tokens, parts }: Context, index: number): void {
	const tags = tokens[index]?.tags ?? [];
	if (parts[index] !== "verb" || !tags.includes("PresentTense")) return;
	if (tags.includes("Gerund") || lowerAt(tokens, index - 1) === "to") return;
	const after = tokens[index + 1];
	const verbFollows =
		parts[index + 1] === "auxiliary" ||
		(parts[index + 1] === "verb" &&
			after?.tags.includes("Infinitive") === false);
	if (verbFollows) parts[index] = "noun";
}

/** "a cymbal tapping", "the snare": nouns of sound sources that the tagger takes for something else. */
function sourceNoun({ tokens, parts, lexicon }: Context, index: number): void {
	const token = tokens[index];
	if (token?.kind !== "word") return;
	const lower = token.text.toLowerCase();
	if (!lexicon.sourceNouns.has(lower) && !lexicon.sourceNouns.has(token.lemma))
		return;
	if (parts[index] === "adjective" && parts[index + 1] !== "noun")
		parts[index] = "noun";
	if (parts[index] === "adjective" && tokens[index + 1]?.text.endsWith("ing"))
		parts[index] = "noun";
	const nounPlace = ["determiner", "adjective", "noun", "preposition"].includes(
		parts[index - 1] ?? "mark",
	);
	if (
		parts[index] === "verb" &&
		lower === token.lemma &&
		(nounPlace || index === 0) &&
		tokens[index - 1]?.tags.includes("Plural") !== true
	)
		parts[index] = "noun";
}

/** "a voice saying hello", "sirens wailing": an -ing word after a noun is its verb. */
function gerundTaggedNoun({ tokens, parts }: Context, index: number): void {
	const lower = lowerAt(tokens, index);
	if (parts[index] !== "noun" || !lower.endsWith("ing") || ingNouns.has(lower))
		return;
	if (tokens[index]?.verbLemma === lower) return;
	const after = parts[index + 1];
	const before = parts[index - 1];
	if (
		(before === "noun" || before === "auxiliary") &&
		after !== "verb" &&
		after !== "auxiliary"
	)
		parts[index] = "verb";
}
