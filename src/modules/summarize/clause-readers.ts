/** Readers of a sentence's conjunctions, verbs, prepositions and noun phrases: each moves on and adds to the clause under construction. */
import type { Word } from "../open-set-extraction/words-of-sentence.ts";
import { addQuality, flush, type Parse } from "./clause-state.ts";
import { type Phrase, type Reader, readPhrase, wordAt } from "./phrases.ts";

/** With these a second sound is named: "with a slight hiss", "over background noise". */
const accompaniments = new Set(
	"with over against amid amidst alongside".split(" "),
);
const noises = new Set(
	"noise hiss hum rumble static music chatter traffic buzz drone".split(" "),
);
/** What is described instead of the sound. */
const settings = new Set(
	"room hall space place environment setting atmosphere mood tone voice pitch volume tempo rhythm melody".split(
		" ",
	),
);
/** Verbs behind which another event stands: "followed by a bang". */
const sequels = new Set(["follow", "precede", "interrupt"]);
/** Verbs of sounding that are also done to things: "a drum played", unlike "a dog barked". */
const playing = new Set(
	"play hit strike beat tap pound strum slam smash knock ring blow start stop".split(
		" ",
	),
);

/** "and" goes on with the clause when a verb follows; other conjunctions end it. */
export function readConjunction(parse: Parse, word: Word): void {
	const { reader } = parse;
	const next = wordAt(reader, 1)?.lower;
	if (word.lower === "as" && (next === "if" || next === "though")) {
		flush(parse);
		const mark = reader.words.findIndex(
			({ part }, index) => index > reader.position && part === "mark",
		);
		reader.position = mark < 0 ? reader.words.length : mark;
		return;
	}
	reader.position += 1;
	const joinsVerbs = word.lower === "and" || word.lower === "or";
	const following = wordAt(reader)?.part;
	// "over and over": the particle behind "and" belongs to the clause.
	if (
		!joinsVerbs ||
		(parse.verb !== null && following !== "verb" && following !== "particle")
	)
		flush(parse);
}

/** A verb is what the subject does, unless it only presents ("is heard") or describes ("echoes"). */
export function readVerb(parse: Parse, word: Word): void {
	const { reader } = parse;
	const { lexicon } = reader;
	reader.position += 1;
	// "Burning logs crackle": it qualifies the subject.
	if (
		word.form === "gerund" &&
		parse.subject === null &&
		wordAt(reader)?.part === "noun"
	)
		return;
	const quality = lexicon.qualityVerbs.get(word.lemma);
	if (quality !== undefined && !startsPhrase(wordAt(reader))) {
		addQuality(parse, quality);
		return;
	}
	// "a siren sounding two notes" does something, "it sounds loud" does not.
	const sounding =
		word.lemma === "sound" && word.form === "gerund" && parse.subject !== null;
	if (lexicon.boilerplateVerbs.has(word.lemma) && !sounding) {
		parse.linking ||= word.lemma !== "hear";
		return;
	}
	if (sequels.has(word.lemma)) {
		flush(parse);
		if (wordAt(reader)?.lower === "by") reader.position += 1;
		return;
	}
	if (parse.verb !== null) {
		const before = reader.words
			.slice(0, reader.position - 1)
			.findLast(({ part }) => part !== "adverb");
		// A second verb without "and" completes the first ("ringing to be answered"): it names no second sound.
		if (before?.lower !== "and" && before?.text !== ",") return;
		const { subject } = parse;
		flush(parse);
		parse.subject = subject;
	}
	const next = wordAt(reader);
	const particle =
		next?.part === "particle" && wordAt(reader, 1)?.lower !== "and"
			? next.lower
			: null;
	const auxiliary = reader.words[reader.position - 2]?.part === "auxiliary";
	const passive =
		word.form === "participle" &&
		(auxiliary ||
			playing.has(word.lemma) ||
			!lexicon.soundVerbs.has(word.lemma));
	parse.verb = { word, particle, passive };
	parse.linking = false;
}

function startsPhrase(word: Word | undefined): boolean {
	return ["determiner", "noun", "adjective", "number", "quoted"].includes(
		word?.part ?? "mark",
	);
}

/** A prepositional phrase: of the clause, a second sound, or a quality. */
export function readPreposition(parse: Parse, word: Word): void {
	const { reader } = parse;
	reader.position += 1;
	if (!startsPhrase(wordAt(reader))) return;
	const { phrase, qualities } = readPhrase(reader, word.lower);
	if (phrase === null) {
		// "with a muffled sound" is said of the sound itself.
		for (const quality of qualities) addQuality(parse, quality);
		return;
	}
	const named = qualityNamed(phrase, reader);
	if (named !== undefined) {
		addQuality(parse, named);
		return;
	}
	// A place reverberates with what is heard in it; its other adjectives are its own.
	if (qualities.includes("reverberant")) addQuality(parse, "reverberant");
	if (
		accompaniments.has(word.lower) &&
		(word.lower !== "over" || isNoise(phrase))
	)
		parse.clauses.push({
			subject: { ...phrase, preposition: null },
			verb: null,
			rest: [],
		});
	else if (parse.subject !== null || parse.verb !== null)
		parse.rest.push(phrase);
}

/** "over some background hiss" names a second sound, "over a telephone line" a way. */
function isNoise({ head, modifiers }: Phrase): boolean {
	return (
		modifiers.some(({ lower }) => lower === "background") ||
		noises.has(head?.lemma ?? "")
	);
}

/** A noun phrase is the subject in front of the verb and an object behind it. */
export function readNominal(parse: Parse): void {
	const { reader } = parse;
	const start = reader.position;
	const { phrase, qualities } = readPhrase(reader, null);
	if (reader.position === start) reader.position += 1;
	for (const quality of qualities) addQuality(parse, quality);
	if (phrase === null) {
		// "The room is reverberant" describes; no room is heard. "The violin is loud" does both.
		const head = parse.subject?.head?.lemma ?? "";
		if (qualities.length > 0 && parse.verb === null && settings.has(head))
			parse.subject = null;
		return;
	}
	const named = qualityNamed(phrase, reader);
	if (named !== undefined && parse.verb === null) addQuality(parse, named);
	if (parse.verb !== null && !parse.comma) {
		parse.rest.push(phrase);
		return;
	}
	flush(parse);
	parse.subject = phrase;
}

function qualityNamed(phrase: Phrase, reader: Reader): string | undefined {
	return phrase.head === null
		? undefined
		: reader.lexicon.qualityNouns.get(phrase.head.lemma);
}
