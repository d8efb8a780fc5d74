/** Passives that the tagger takes for nouns or adjectives: "a cymbal is hit", "the bell is struck". */
import {
	afterLinkingVerb,
	type Context,
	lowerAt,
	nounFollows,
} from "./part-context.ts";

/** Past participles the tagger does not see as verbs, or whose infinitive it does not know, with that infinitive. */
export const irregularParticiples: ReadonlyMap<string, string> = new Map(
	Object.entries({
		beaten: "beat",
		blown: "blow",
		broken: "break",
		burst: "burst",
		cut: "cut",
		hit: "hit",
		heard: "hear",
		rung: "ring",
		shaken: "shake",
		split: "split",
		spread: "spread",
		struck: "strike",
		swung: "swing",
		thrown: "throw",
		torn: "tear",
	}),
);
/** After "is" these more often say what something is like: "the bell is broken". */
const rathersAdjectives = new Set(["broken", "torn"]);
const formsOfBe = new Set("is are was were be been being".split(" "));

/** Behind a form of "be", with nothing but adverbs and "not" between, an irregular participle without a noun to qualify is what was done. */
export function passiveParticiple(context: Context, index: number): void {
	const { tokens, parts } = context;
	const lower = lowerAt(tokens, index);
	if (tokens[index]?.kind !== "word" || !irregularParticiples.has(lower))
		return;
	if (parts[index] === "verb") return;
	const byWhom = lowerAt(tokens, index + 1) === "by";
	if (rathersAdjectives.has(lower) && !byWhom) return;
	let before = index - 1;
	while (parts[before] === "adverb" || parts[before] === "negative")
		before -= 1;
	if (formsOfBe.has(lowerAt(tokens, before)) && !nounFollows(context, index))
		parts[index] = "verb";
}

/** "a cymbal hit one time", "a snare hit several times": behind a noun and in front of a count, what was done. */
export function countedParticiple(
	{ tokens, parts }: Context,
	index: number,
): void {
	if (parts[index] !== "noun" || parts[index - 1] !== "noun") return;
	if (!irregularParticiples.has(lowerAt(tokens, index))) return;
	const count =
		parts[index + 1] === "number" ||
		/^(?:once|twice|several|many|repeatedly)$/u.test(
			lowerAt(tokens, index + 1),
		);
	if (count) parts[index] = "verb";
}

/** "an object is tapped": an adjective of the tagger's that says what is done, unless the lexicon has it as a quality. */
export function passiveOfSounding(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const lower = lowerAt(tokens, index);
	if (
		parts[index] === "adjective" &&
		lower.endsWith("ed") &&
		!lexicon.adjectives.has(lower) &&
		lexicon.soundVerbs.has(tokens[index]?.verbLemma ?? "") &&
		afterLinkingVerb(context, index)
	)
		parts[index] = "verb";
}
