/** Words clauses and qualities as plain statements: "A violin is playing a note.", "The sound is reverberant." */
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import type { Clause } from "./clause-state.ts";
import type { Phrase } from "./phrases.ts";

/** The clause in plain words, lower case, without articles: "bowed violin playing single note". What is embedded. */
export function clauseText(clause: Clause): string {
	return [
		clause.subject === null ? "" : phraseText(clause.subject, false),
		clause.verb === null ? "" : verbText(clause.verb),
		...clause.rest.map((phrase) => phraseText(phrase, false)),
	]
		.filter((part) => part !== "")
		.join(" ");
}

/** The clause as a sentence. Without a subject it is "Something ..."; without a verb, "There is ...". */
export function statementOf(clause: Clause): string {
	const { subject, verb, rest } = clause;
	const plural = subject?.head?.plural === true;
	const tail = rest.map((phrase) => phraseText(phrase, true));
	if (verb === null) {
		const named = subject === null ? "something" : phraseText(subject, true);
		return sentence([plural ? "there are" : "there is", named, ...tail]);
	}
	return sentence([
		subject === null ? "something" : phraseText(subject, true),
		plural ? "are" : "is",
		verbText(verb),
		...tail,
	]);
}

/**
 * A quality as a sentence: "It is reverberant." The frame is short on purpose: with "The sound is ..." two unrelated qualities have a
 * median cosine of 0.65 in the shipped encoder, and calibration would strike one for the other; with "It is ..." it is 0.30.
 */
export function qualityStatement(quality: string): string {
	return `It is ${quality}.`;
}

function sentence(parts: readonly string[]): string {
	const text = parts.filter((part) => part !== "").join(" ");
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function verbText(verb: NonNullable<Clause["verb"]>): string {
	const word = verb.passive ? verb.word.lower : presentParticiple(verb.word);
	return verb.particle === null ? word : `${word} ${verb.particle}`;
}

function phraseText(phrase: Phrase, articles: boolean): string {
	const words = [
		...(phrase.trait ? [phrase.trait] : []),
		...phrase.modifiers.map(surface),
		...(phrase.head === null ? [] : [surface(phrase.head)]),
	];
	const article = articles ? articleFor(phrase, words[0]) : "";
	return [
		phrase.preposition ?? "",
		article,
		...words,
		...phrase.quoted.map((quoted) => `"${quoted}"`),
		...(phrase.of === null
			? []
			: ["of", phraseText({ ...phrase.of, preposition: null }, articles)]),
	]
		.filter((part) => part !== "")
		.join(" ");
}

/** Names keep their capital; a sentence's first word loses it. */
function surface(word: Word): string {
	return /^\p{Lu}/u.test(word.text) && names.has(word.lower)
		? word.text
		: word.lower;
}

/** Words that are written with a capital in a caption's middle too. */
const names = new Set(
	"english german french spanish russian italian chinese japanese korean portuguese arabic hindi indian american british african latin christmas".split(
		" ",
	),
);

function articleFor(phrase: Phrase, first: string | undefined): string {
	if (phrase.determiner === null || phrase.head?.plural === true)
		return phrase.determiner === "the" ? "the" : "";
	if (phrase.head === null) return "";
	if (phrase.determiner === "the") return "the";
	return startsWithVowel(first ?? "") ? "an" : "a";
}

function startsWithVowel(word: string): boolean {
	if (/^(?:one|once|uni[^nm]|use|usu|eu|ukulele)/u.test(word)) return false;
	return /^(?:[aeiou]|hour|honest)/u.test(word);
}

/** "play" -> "playing", "strike" -> "striking", "hum" -> "humming", "die" -> "dying". */
export function presentParticiple(
	verb: Pick<Word, "lower" | "lemma" | "form">,
): string {
	if (verb.form === "gerund") return verb.lower;
	const { lemma } = verb;
	if (lemma.endsWith("ie")) return `${lemma.slice(0, -2)}ying`;
	if (/[^eoy]e$/u.test(lemma) && lemma.length > 2)
		return `${lemma.slice(0, -1)}ing`;
	// One syllable, one vowel, one consonant: the consonant doubles (not w, x, y).
	if (
		/^(?:[^aeiou]*|[^aeiou]*qu)[aeiou][bdfgklmnprstvz]$/u.test(lemma) &&
		lemma.length > 2
	)
		return `${lemma}${lemma.at(-1)}ing`;
	return `${lemma}ing`;
}
