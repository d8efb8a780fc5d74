/** What a word can be, before its sentence is looked at, and what each reading costs. */
import { type Context, lowerAt, type Part } from "./part-context.ts";
import { irregularParticiples } from "./settled-words.ts";

/** How many a noun names: "many" takes a verb without -s, "one" a verb with -s, "any" either. */
export type Count = "one" | "many" | "any";

/** One reading of a word. */
export type Reading = {
	readonly part: Part;
	/** How unlikely it is, whatever its neighbours are; 0 for the likeliest, of several the first. */
	readonly cost: number;
};

/** Costs of calling a noun a verb: one that makes sounds, one that is a verb elsewhere, one that only looks like one. */
const verbCosts = { sounding: 0.4, listed: 1.2, shaped: 2.5 };
/** Cost of calling a verb a noun: a source of sounds, a noun elsewhere, one that is hardly ever one. */
const nounCosts = { source: 0.4, listed: 1, other: 3 };
/** Cost of calling an adjective of the lexicon what it is, where the tagger saw a noun. */
const adjectiveCost = 0.8;

/** Costs of calling a noun in -ing a verb, and the other way round. */
const ingCosts = { verb: 0.2, noun: 0.3 };

const sForm = /[^s]s$/u;

/** "barks": the infinitive of a verb in -s, as the lexicon has it; else null. */
export function soundVerbInS(
	lower: string,
	lexicon: Context["lexicon"],
): string | null {
	if (!sForm.test(lower)) return null;
	return (
		[lower.slice(0, -1), lower.replace(/es$/u, ""), lower.replace(/ies$/u, "y")]
			.filter((verb) => verb !== lower)
			.find((verb) => lexicon.soundVerbs.has(verb)) ?? null
	);
}

/** Nouns in -ing that are hardly ever what something does. */
const ingNouns = new Set(
	"building ceiling evening king morning recording ring spring string swing thing wing wedding crossing clearing warning".split(
		" ",
	),
);
/** "a sewing machine", "a swimming pool": what these are for. */
const tools = new Set("machine pan pool board tool saw room bell".split(" "));
/** They have an object or help another verb. */
const plainVerbs = new Set("has have had do does did".split(" "));

/** The readings of the word at `index`; one only, at no cost, where its part is beyond doubt. */
export function readingsOf(
	context: Context,
	index: number,
): readonly Reading[] {
	const { tokens, parts, lexicon } = context;
	const part = parts[index] ?? "mark";
	const token = tokens[index];
	const lower = lowerAt(tokens, index);
	const sure: Reading = { part, cost: 0 };
	if (
		token?.kind === "word" &&
		lower.includes("-") &&
		lexicon.adjectives.has(lower)
	)
		return [{ part: "adjective", cost: 0 }];
	if (token?.kind !== "word" || /['’-]/u.test(lower)) return [sure];
	if (lower === "that") return [sure, { part: "pronoun", cost: 0 }];
	if (!["noun", "verb", "adjective"].includes(part) || plainVerbs.has(lower))
		return [sure];
	const source =
		lexicon.sourceNouns.has(lower) || lexicon.sourceNouns.has(token.lemma);
	if (isIng(lower)) return readingsOfIng(context, index, part);
	if (isParticiple(context, index)) {
		if (source && part === "verb")
			return [
				{ part: "noun", cost: 0 },
				{ part, cost: nounCosts.listed },
			];
		// "a snare hit several times"
		return part === "noun" && irregularParticiples.has(lower)
			? [sure, { part: "verb", cost: verbCosts.listed }]
			: [sure];
	}
	const readings: Reading[] = [sure];
	const sounding = isSounding(context, index);
	if (source && !sounding && part === "noun") return [sure];
	if (source && !sounding)
		return [
			{ part: "noun", cost: 0 },
			{ part, cost: part === "verb" ? verbCosts.shaped : adjectiveCost },
		];
	if (part === "verb")
		readings.push({ part: "noun", cost: nounCost(context, index, source) });
	const quality = lexicon.adjectives.get(lower);
	if (
		part === "noun" &&
		quality?.form === "adjective" &&
		quality.acoustic &&
		!source
	)
		readings.splice(
			0,
			1,
			{ part: "adjective", cost: 0 },
			{ part, cost: adjectiveCost },
		);
	// "a door creaks open"
	if (part === "verb" && quality?.form === "adjective")
		readings.push({ part: "adjective", cost: adjectiveCost });
	const verb = verbCost(context, index);
	if (part !== "verb" && verb !== null)
		readings.push({ part: "verb", cost: verb });
	return readings;
}

/** "barks", "bark": a form without -ing or -ed of a verb of sounding, whatever it is here. */
export function isSounding(
	{ tokens, lexicon }: Context,
	index: number,
): boolean {
	const lower = lowerAt(tokens, index);
	return lexicon.soundVerbs.has(lower) || soundVerbInS(lower, lexicon) !== null;
}

function readingsOfIng(
	{ tokens, lexicon }: Context,
	index: number,
	part: Part,
): readonly Reading[] {
	const lower = lowerAt(tokens, index);
	const token = tokens[index];
	if (ingNouns.has(lower) || tools.has(lowerAt(tokens, index + 1)))
		return [{ part: "noun", cost: 0 }];
	if (part === "noun")
		return token?.verbLemma == null || token.verbLemma === lower
			? [{ part, cost: 0 }]
			: [
					{ part, cost: 0 },
					{ part: "verb", cost: ingCosts.verb },
				];
	// "rolling thunder": what the thunder does, unless the lexicon has it as a quality.
	const sounding =
		!lexicon.adjectives.has(lower) &&
		lexicon.soundVerbs.has(token?.verbLemma ?? "");
	if (part === "adjective" && !sounding) return [{ part, cost: 0 }];
	return [
		{ part: "verb", cost: 0 },
		{ part: "noun", cost: ingCosts.noun },
	];
}

function nounCost(
	{ tokens, lexicon }: Context,
	index: number,
	source: boolean,
): number {
	if (source) return nounCosts.source;
	const lower = lowerAt(tokens, index);
	return tokens[index]?.nounOrVerb === true ||
		lexicon.soundVerbs.has(lower) ||
		sForm.test(lower)
		? nounCosts.listed
		: nounCosts.other;
}

function verbCost(context: Context, index: number): number | null {
	const { tokens } = context;
	const lower = lowerAt(tokens, index);
	const token = tokens[index];
	if (isSounding(context, index)) return verbCosts.sounding;
	if (token?.nounOrVerb === true) return verbCosts.listed;
	// "beeps recur": behind a plural a noun is rare.
	const shaped = sForm.test(lower)
		? token?.verbLemma != null
		: sForm.test(lowerAt(tokens, index - 1));
	return shaped ? verbCosts.shaped : null;
}

/** An -ing form or a past form: settled by rules of their own. */
export function isParticiple({ tokens }: Context, index: number): boolean {
	const tags = tokens[index]?.tags ?? [];
	const lower = lowerAt(tokens, index);
	return (
		irregularParticiples.has(lower) ||
		isIng(lower) ||
		tags.includes("PastTense") ||
		tags.includes("Participle")
	);
}

/** "ringing", not "sing" or "bring". */
export function isIng(lower: string): boolean {
	return lower.endsWith("ing") && /[aeiouy]/u.test(lower.slice(0, -3));
}
