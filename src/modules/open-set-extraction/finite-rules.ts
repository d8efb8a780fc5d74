/** Verbs in -s that were taken for plural nouns. */
import {
	clauseOf,
	hasS,
	isFiniteAt,
	isOne,
	isPossessive,
	isSounding,
	joinsSubject,
} from "./clause-context.ts";
import {
	type Context,
	lowerAt,
	type Part,
	type PartRule,
} from "./part-context.ts";

const indefinites = /^(?:some|any|no|every)(?:thing|one|body)$/u;

/** In the order in which they are applied. */
export const finiteRules: readonly PartRule[] = [
	finiteTaggedPlural,
	verbWithObject,
];

/** "dials a phone", "someone crumples paper": a noun is not followed by a determiner, and "someone" is no part of a compound. */
function verbWithObject(context: Context, index: number): void {
	const { tokens, parts } = context;
	const verbLemma = tokens[index]?.verbLemma;
	if (parts[index] !== "noun" || verbLemma == null || !hasS(context, index))
		return;
	const before = parts[index - 1];
	const subject = before === "noun" || before === "conjunction";
	const object =
		parts[index + 1] === "determiner" &&
		/^(?:an?|the|its|his|her|their)$/u.test(lowerAt(tokens, index + 1));
	const someone =
		indefinites.test(lowerAt(tokens, index - 1)) && isSounding(context, index);
	if ((subject && object) || someone) parts[index] = "verb";
}

/** "A dog barks", "thunder rumbles", "... and snores": a verb that was taken for a plural noun, in a clause that has no other verb. */
function finiteTaggedPlural(context: Context, index: number): void {
	const { tokens, parts } = context;
	const token = tokens[index];
	const known = isSounding(context, index);
	if (parts[index] !== "noun" || token === undefined) return;
	if (!hasS(context, index) || (token.verbLemma === null && !known)) return;
	if (isPossessive(tokens, index - 1)) return;
	const { start, end } = clauseOf(context, index);
	const article = /^an?$/u.test(lowerAt(tokens, phraseStart(context, start)));
	// "wind blows followed by ...": it has its verb here, whatever -ing form or participle stands behind.
	const one = known && isOne(context, index);
	for (let at = start; at < end; at += 1)
		if (
			at !== index &&
			(one
				? isFiniteAt(context, at) && !(at === index + 1 && isBase(context, at))
				: parts[at] === "auxiliary" || parts[at] === "verb") &&
			!qualifiesNoun(parts, at)
		)
			return;
	// "plops of water"
	if (parts[index + 1] === "noun" || lowerAt(tokens, index + 1) === "of")
		return;
	if (!article && joinsSubject(context, end)) return;
	const subject = parts.slice(start, index);
	// "a rumble gradually swells"
	while (subject.length > 1 && subject.at(-1) === "adverb") subject.pop();
	if (subject.length === 0) {
		// "breathes heavily and snores": the verb before "and" shares its subject.
		const shares =
			lowerAt(tokens, start - 1) === "and" &&
			parts.slice(0, start).includes("verb") &&
			// "with loud bangs and whistles"
			!(parts[start - 2] === "noun" && isSounding(context, start - 2));
		if (shares && known) parts[index] = "verb";
		return;
	}
	if (subject.at(-1) !== "noun" || subject.includes("preposition")) return;
	if (article || known) parts[index] = "verb";
}

/** "a soft, high-pitched squeak": where the phrase begins that the clause at `start` is the end of. */
function phraseStart({ tokens, parts }: Context, start: number): number {
	const qualifies = (at: number): boolean =>
		parts[at] === "adjective" || parts[at] === "adverb";
	let first = start;
	while (lowerAt(tokens, first - 1) === "," && qualifies(first - 2)) first -= 2;
	if (first === start) return start;
	while (qualifies(first - 1)) first -= 1;
	return parts[first - 1] === "determiner" ? first - 1 : first;
}

/** "creaks open": no verb of something that is one. */
function isBase({ tokens, lexicon }: Context, index: number): boolean {
	return (
		tokens[index]?.tags.includes("Infinitive") === true &&
		lexicon.adjectives.has(lowerAt(tokens, index))
	);
}

/** "a highpitched tone": between a determiner and a noun there is no verb. */
function qualifiesNoun(parts: readonly Part[], index: number): boolean {
	return parts[index - 1] === "determiner" && parts[index + 1] === "noun";
}
