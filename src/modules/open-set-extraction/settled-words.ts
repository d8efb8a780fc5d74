/** Words whose part of speech the clause does not settle: quantifiers, and the past participles that the tagger takes for nouns or adjectives. */
import {
	afterLinkingVerb,
	type Context,
	lowerAt,
	nounFollows,
	type PartRule,
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

/** Applied before the clauses are read. */
export const rulesBeforeReading: readonly PartRule[] = [
	quantifier,
	boilerplateVerb,
	passiveParticiple,
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

/** Behind a form of "be", with nothing but adverbs and "not" between, an irregular participle without a noun to qualify is what was done. */
function passiveParticiple(context: Context, index: number): void {
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
