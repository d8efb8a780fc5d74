/** From raw tags to parts of speech: what the tagger alone gets wrong about captions is put right with the audio lexicon and the neighbours of a word. */
import { adjectiveRules } from "./adjective-rules.ts";
import { readClauses } from "./clause-search.ts";
import type { RawToken } from "./compromise-tags.ts";
import type { AudioLexicon } from "./lexicon.ts";
import type { Context, Part, PartRule } from "./part-context.ts";
import { irregularParticiples, rulesBeforeReading } from "./settled-words.ts";
import { isIng, soundVerbInS } from "./word-readings.ts";

/** A token of a sentence with its part of speech. */
export type Word = {
	readonly text: string;
	readonly lower: string;
	/** Dictionary form in the word's part of speech; adjectival participles stay as they are ("muffled"). */
	readonly lemma: string;
	readonly part: Part;
	/** Of verbs, and of participles that stand as adjectives; else null. */
	readonly form: "gerund" | "participle" | "finite" | null;
	readonly plural: boolean;
};

const adverbs = new Set(
	"outdoors indoors upstairs downstairs overhead underfoot nearby away back forth once twice upward upwards downward downwards forwards backwards very quite rather somewhat slightly fairly too also just only even then again together apart indeed here".split(
		" ",
	),
);
const conjunctions = new Set(
	"and or but while whereas although though because when if yet however nor".split(
		" ",
	),
);
const determiners = new Set(
	"a an the no most this that these those its his her their our my your some any each every both all another such several many much few".split(
		" ",
	),
);

const irregularPlurals: ReadonlyMap<string, string> = new Map([
	["children", "child"],
	["men", "man"],
	["people", "person"],
	["women", "woman"],
]);
const indefinites = /^(?:some|any|every|no)(?:thing|one|body)$/u;
const relatives = new Set(["which", "who", "whom", "whose"]);

/** The words of one sentence. Depends on the tokens and the lexicon alone. */
export function wordsOfSentence(
	tokens: readonly RawToken[],
	lexicon: AudioLexicon,
): Word[] {
	const parts = tokens.map((token, index) =>
		basePart(token, tokens[index - 1]),
	);
	const context: Context = { tokens, parts, lexicon };
	// One rule after the other, each from left to right: a rule sees what the earlier ones changed.
	const apply = (rules: readonly PartRule[]): void => {
		for (const rule of rules)
			for (let index = 0; index < tokens.length; index += 1)
				rule(context, index);
	};
	apply(rulesBeforeReading);
	readClauses(context);
	apply(adjectiveRules);
	return tokens.map((token, index) => toWord(context, token, index));
}

function basePart(
	{ kind, tags, text }: RawToken,
	before: RawToken | undefined,
): Part {
	if (kind !== "word") return kind;
	const has = (tag: string): boolean => tags.includes(tag);
	const lower = text.toLowerCase();
	if (has("Negative") || lower === "n't") return "negative";
	if (determiners.has(lower)) return "determiner";
	if (adverbs.has(lower)) return "adverb";
	if (conjunctions.has(lower) || lower === "as") return "conjunction";
	if (lower === "being" || has("Copula") || has("Auxiliary") || has("Modal"))
		return "auxiliary";
	if (
		has("There") ||
		has("Pronoun") ||
		has("QuestionWord") ||
		relatives.has(lower) ||
		indefinites.test(lower)
	)
		return "pronoun";
	if (has("Determiner")) return "determiner";
	if (has("Ordinal")) return "adjective";
	if (has("Value")) return "number";
	// "a car drives past", not "in the past"
	if (lower === "past" && !determiners.has(before?.text.toLowerCase() ?? ""))
		return "preposition";
	// "rolls over cobblestones": the tagger reads a prefix or an adjective.
	if (has("Preposition") || lower === "over") return "preposition";
	// "sounds like struck glass"
	if (lower === "like" && has("Particle")) return "preposition";
	if (has("Conjunction")) return "conjunction";
	if (has("Adverb")) return "adverb";
	if (has("Particle")) return "particle";
	if (has("Adjective")) return "adjective";
	if (has("Verb")) return "verb";
	return "noun";
}

function toWord(context: Context, token: RawToken, index: number): Word {
	const { parts, lexicon } = context;
	const part = parts[index] ?? "mark";
	const lower = token.text.toLowerCase();
	const { tags } = token;
	const verbal =
		part === "verb" ||
		(part === "adjective" && (tags.includes("Verb") || isIng(lower)));
	return {
		text: token.text,
		lower,
		lemma: lemmaOf(token, part, lower, lexicon),
		part,
		form: verbal ? formOf(lower, tags) : null,
		plural: part === "noun" && tags.includes("Plural"),
	};
}

function lemmaOf(
	token: RawToken,
	part: Part,
	lower: string,
	lexicon: AudioLexicon,
): string {
	if (part === "verb") {
		const irregular = irregularParticiples.get(lower);
		if (irregular !== undefined) return irregular;
		const known = soundVerbOf(lower, lexicon);
		if (known !== undefined) return known;
		const tagged = token.tags.includes("Verb") && token.lemma !== lower;
		return tagged ? token.lemma : (token.verbLemma ?? token.lemma);
	}
	if (part === "noun") {
		// "a child's voice"
		if (lower.endsWith("'s")) {
			const owner = lower.slice(0, -2);
			return irregularPlurals.get(owner) ?? owner;
		}
		// compromise makes "obo" of "oboes".
		const singular = lower.replace(/s$/u, "");
		if (singular !== lower && lexicon.sourceNouns.has(singular))
			return singular;
		if (/(?:ss|sh|ch|x|zz)es$/u.test(lower)) return lower.slice(0, -2);
		if (token.tags.includes("Noun")) return token.lemma;
		return token.tags.includes("Verb") && /[^s]s$/u.test(lower)
			? lower.slice(0, -1)
			: lower;
	}
	if (part !== "adjective") return lower;
	if (lexicon.adjectives.has(lower)) return lower;
	return token.tags.includes("Comparative") ||
		token.tags.includes("Superlative")
		? token.lemma
		: lower;
}

/** The verb of sounding that "snoring" or "revved" is a form of: the tagger would make "snor" and "revve" of them. */
function soundVerbOf(lower: string, lexicon: AudioLexicon): string | undefined {
	if (lexicon.soundVerbs.has(lower)) return lower;
	const present = soundVerbInS(lower, lexicon);
	if (present !== null) return present;
	const stem = /^(.{2,}?)(?:ing|ed)$/u.exec(lower)?.[1];
	if (stem === undefined) return undefined;
	return [`${stem}e`, stem.replace(/(.)\1$/u, "$1"), stem].find((verb) =>
		lexicon.soundVerbs.has(verb),
	);
}

function formOf(lower: string, tags: readonly string[]): Word["form"] {
	if (tags.includes("Gerund") || isIng(lower)) return "gerund";
	// Same form in all tenses; captions use it as a participle: "a snare hit several times".
	if (irregularParticiples.has(lower)) return "participle";
	return tags.includes("PastTense") || tags.includes("Participle")
		? "participle"
		: "finite";
}
