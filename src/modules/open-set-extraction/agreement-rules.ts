/** Nouns and verbs that look alike, told apart by agreement: a plural takes a verb without -s, a singular one with -s. */
import {
	clauseOf,
	hasS,
	isFiniteAt,
	isPlural,
	isSForm,
	isSingularPhrase,
	isSounding,
	isSVerb,
	joinsSubject,
} from "./clause-context.ts";
import {
	type Context,
	linkingVerbs,
	lowerAt,
	nounPosition,
	type PartRule,
} from "./part-context.ts";

/** In the order in which they are applied. */
export const agreementRules: readonly PartRule[] = [
	adjectiveBeforeSVerb,
	pluralAfterAdjective,
	verbAfterSingular,
	objectOfVerb,
	sVerbInSeries,
	listedNoun,
	pluralBeforeBaseVerb,
	baseVerbAfterPlural,
	nounBeforeSVerb,
	baseVerbInSeries,
];

/** Applied again when verbs that were taken for plurals have been found. */
export const seriesRules: readonly PartRule[] = [
	sVerbInSeries,
	baseVerbInSeries,
];

/** Verbs behind which another infinitive stands without "to". */
const helpers = new Set("help let make do dare need".split(" "));
const relatives = new Set("that which who".split(" "));
/** Words for no particular thing: an adjective behind them belongs to them ("something heavy falls"). */
const indefinites = /^(?:some|any|no|every)(?:thing|one|body)$/u;

/** A verb without -s, or a word that can be one ("chime") and has no noun to qualify. */
function canBeBaseVerb(context: Context, index: number): boolean {
	const { tokens, parts, lexicon } = context;
	if (parts[index] === "verb")
		return tokens[index]?.tags.includes("Infinitive") === true;
	return (
		(parts[index] === "noun" || parts[index] === "adjective") &&
		lexicon.soundVerbs.has(lowerAt(tokens, index)) &&
		parts[index + 1] !== "noun"
	);
}

/** "Sounds: ...", "Rain, wind and ...", "e.g. claps": what begins or continues a list of nouns. */
function listedNoun(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	if (parts[index] !== "verb") return;
	const before = lowerAt(tokens, index - 1);
	const beforePart = parts[index - 1] ?? "mark";
	const after = parts[index + 1] ?? "mark";
	const present = tokens[index]?.tags.includes("PresentTense") === true;
	const ing = tokens[index]?.tags.includes("Gerund") === true;
	if (!present || ing) return;
	const item = itemBefore(context, index);
	const inList =
		(after === "mark" || after === "conjunction") &&
		(index === 0 ||
			((beforePart === "mark" || beforePart === "conjunction") &&
				parts[item] !== "verb"));
	// "sharp claps and snaps": what was told to be a plural takes the next along.
	const alike =
		index - item === 2 && isSForm(context, item) && isSForm(context, index);
	const source = lexicon.sourceNouns.has(tokens[index]?.lemma ?? "");
	if (
		(inList && (source || alike || (index === 0 && hasS(context, index)))) ||
		onlyNoun(context, index) ||
		["e.g", "i.e", "including"].includes(before) ||
		(before === "as" && lowerAt(tokens, index - 2) === "such")
	)
		parts[index] = "noun";
}

/** The last word of the list item before this one. */
function itemBefore({ parts }: Context, index: number): number {
	let before = index - 1;
	while (parts[before] === "mark" || parts[before] === "conjunction")
		before -= 1;
	return before;
}

/** ", only birds.", ", just wind.": no subject stands in front. */
function onlyNoun({ tokens, parts }: Context, index: number): boolean {
	return (
		/^(?:only|just|mainly|mostly)$/u.test(lowerAt(tokens, index - 1)) &&
		(parts[index - 2] ?? "mark") === "mark" &&
		(parts[index + 1] ?? "mark") === "mark"
	);
}

/** "an animal chirps", "some liquid splashes": a noun the tagger takes for an adjective, since it takes the verb for a plural. */
function adjectiveBeforeSVerb(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const verb = index + 1;
	if (parts[index] !== "adjective" || parts[verb] !== "noun") return;
	if (!lexicon.sourceNouns.has(lowerAt(tokens, index))) return;
	if (!isSounding(context, verb)) return;
	const { start, end } = clauseOf(context, index);
	if (!isSingularPhrase(context, verb) && joinsSubject(context, end)) return;
	let finite = false;
	for (let at = start; at < end; at += 1) finite ||= isFiniteAt(context, at);
	if (finite && !isSingularPhrase(context, verb)) return;
	parts[index] = "noun";
	parts[verb] = "verb";
}

/** "loud drums play", "plays loud drums": a finite verb does not follow an adjective that has no noun yet. */
function pluralAfterAdjective(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	if (!isSVerb(context, index)) return;
	// "short, staccato notes": the tagger's noun behind an adjective and a comma.
	const quality =
		lexicon.adjectives.get(lowerAt(tokens, index - 1))?.form === "adjective" &&
		lowerAt(tokens, index - 2) === "," &&
		parts[index - 3] === "adjective";
	if (parts[index - 1] !== "adjective" && !quality) return;
	if (
		nounPosition(context, index - 1) &&
		!indefinites.test(lowerAt(tokens, index - 2))
	)
		parts[index] = "noun";
}

/** "A band plays drums": behind a phrase in the singular, "plays" is no plural, and what follows is its object. */
function verbAfterSingular(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const verbLemma = tokens[index]?.verbLemma;
	if (parts[index] !== "noun" || verbLemma == null || !hasS(context, index))
		return;
	if (parts[index - 1] !== "noun" || isPlural(context, index - 1)) return;
	if (!isSVerb(context, index + 1)) return;
	const known =
		lexicon.soundVerbs.has(verbLemma) &&
		lexicon.sourceNouns.has(tokens[index + 1]?.lemma ?? "");
	if (!known && !isSingularPhrase(context, index)) return;
	parts[index] = "verb";
	parts[index + 1] = "noun";
}

/** "plays drums": of two verbs in -s the second is the object of the first. */
function objectOfVerb(context: Context, index: number): void {
	const { tokens, parts } = context;
	if (!isSVerb(context, index) || !isSVerb(context, index - 1)) return;
	// "a bell that rings sounds metallic"
	if (relatives.has(lowerAt(tokens, index - 2))) return;
	if (!linkingVerbs.has(tokens[index]?.lemma ?? "")) parts[index] = "noun";
}

/** "Coins clink", "bird calls echo": in front of a verb without -s, a word in -s is a plural. */
function pluralBeforeBaseVerb(context: Context, index: number): void {
	const { tokens, parts } = context;
	if (!isSVerb(context, index) || !canBeBaseVerb(context, index + 1)) return;
	if (helpers.has(tokens[index]?.lemma ?? "")) return;
	const adverb = parts[index - 1] === "adverb";
	const before = parts[adverb ? index - 2 : index - 1] ?? "mark";
	if (before === "pronoun" || (adverb && before === "noun")) return;
	if (isSingularPhrase(context, index)) return;
	parts[index] = "noun";
	parts[index + 1] = "verb";
}

/** "church bells chime", "tyres squeal": behind a plural, in a clause that has no verb. */
function baseVerbAfterPlural(context: Context, index: number): void {
	const { parts } = context;
	if (parts[index] === "verb" || !canBeBaseVerb(context, index)) return;
	if (!isPlural(context, index - 1) && !isOfPlural(context, index - 1)) return;
	const { start, end } = clauseOf(context, index);
	for (let at = start; at < end; at += 1) if (isFiniteAt(context, at)) return;
	parts[index] = "verb";
}

/** "waves of water rumble", "the growls of a lion echo" */
function isOfPlural(context: Context, index: number): boolean {
	const { tokens, parts } = context;
	let of = index - 1;
	while (["adjective", "determiner", "noun"].includes(parts[of] ?? "mark"))
		of -= 1;
	return (
		parts[index] === "noun" &&
		lowerAt(tokens, of) === "of" &&
		isPlural(context, of - 1)
	);
}

/** "as rain falls", "the No. 5 train passes": a verb without -s, a plural behind it, and no plural in front: the other way round. */
function nounBeforeSVerb(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const next = tokens[index + 1];
	if (parts[index] !== "verb" || parts[index + 1] !== "noun") return;
	if (tokens[index]?.tags.includes("Infinitive") !== true) return;
	if (!hasS(context, index + 1) || next?.verbLemma == null) return;
	if (!lexicon.soundVerbs.has(next.verbLemma)) return;
	const before = parts[index - 1] ?? "mark";
	if (!["mark", "conjunction", "number", "noun"].includes(before)) return;
	if (isPlural(context, index - 1)) return;
	parts[index] = "noun";
	parts[index + 1] = "verb";
}

/** "sings, hums, and whistles": behind a verb in -s and a comma or "and", a word of sounding in -s is a verb too. */
function sVerbInSeries(context: Context, index: number): void {
	const before = verbBefore(context, index);
	if (before !== null && hasS(context, before) && isSounding(context, index))
		context.parts[index] = "verb";
}

/** "pop and crackle": the same without -s. */
function baseVerbInSeries(context: Context, index: number): void {
	const { tokens, parts, lexicon } = context;
	const before = verbBefore(context, index);
	// "Whisper and sigh.": what begins a sentence has no subject, and is none.
	if (
		before !== null &&
		before > 0 &&
		!hasS(context, before) &&
		!/(?:ing|ed)$/u.test(lowerAt(tokens, before)) &&
		lexicon.soundVerbs.has(lowerAt(tokens, index))
	)
		parts[index] = "verb";
}

/** The verb of which the noun at `index` could be the continuation: right in front, but for commas and "and". */
function verbBefore({ tokens, parts }: Context, index: number): number | null {
	if (parts[index] !== "noun") return null;
	let before = index - 1;
	while ([",", "and", "or"].includes(lowerAt(tokens, before))) before -= 1;
	if (before === index - 1 || parts[before] !== "verb") return null;
	const after = parts[index + 1] ?? "mark";
	return after === "noun" || after === "verb" || after === "auxiliary"
		? null
		: before;
}
