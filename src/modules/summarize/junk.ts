/** The junk rule: chat filler that is no statement about sound. Whole words only, openers only at the start of a sentence. */
import { comparableWords } from "./words.ts";

/** A sentence that starts with these words is filler. */
const openers = phrases(`
	sure | certainly | of course | absolutely | okay | ok | great question
	here is | here are | here's | below is | below are | the following is | the following are | the following sentences | the following statements
	i hope | hope this helps | hope that helps | here you go | i've listed | i have listed | is there anything else | do you want | i'm happy | i am happy | i'd be happy | i would be happy | happy to help | glad to help
	i'm sorry | i am sorry | sorry | unfortunately | as an ai | as a language model
	i cannot | i can't | i am unable | i'm unable
	sure thing | got it | understood | no problem | you're welcome | you are welcome | as requested | okay then | ok then | alright
	i apologize | i apologise | my apologies | apologies | i'm not able | i am not able | i don't have | i do not have | i have identified | i've identified | i have summarized | i've summarized
	i'll list | i will list | i'll summarize | i will summarize | i'll now | i will now | let's look | let's see | let's analyze | let us look | let us see | let us analyze
	based on these | based on this | based on your | based on the above
	let me | please | thank you | thanks
`);

/** A sentence that has these words anywhere is filler, or says that there is nothing to say. */
const anywhere = phrases(`
	let me know | feel free | anything else i can | based on the descriptions | based on the description | based on the captions
	based on the caption | based on the provided | based on the given
	nothing in common | no clear theme | common theme cannot
	because the captions | because the descriptions | end of response
	captions share nothing | clips share nothing | sounds share nothing | captions do not share | clips do not share | captions share anything
	identify shared features | identify common features | determine a common
	if you have any | if you need | if you would like | if you'd like | would you like | happy to help | i am an ai | as an ai
`);

/** A remark about the answer: "(Note: ...)", "Explanation: ...". */
const remark =
	/^[\W_]*(?:notes?|n\.?b\.?|p\.?s\.?|disclaimer|explanation|reasoning|rationale|justification|confidence)\s*[:：]/iu;
/** What is said of one caption is not shared: "The third caption mentions a door.", "Caption 5 does not." */
const ofOneCaption =
	/^(?:(?:but|while|only|just|in|and)\s+){0,2}(?:(?:the|only|just|this|one)\s+)*(?:(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|one|other|another|remaining)\s+(?:caption|clip|description)s?\b(?!\s+of\b)|(?:caption|clip|description)\s*#?\d+\b(?!\s*(?:,|and|to|through|[-–])\s*\d))/iu;

/** Filler unless they are the subject of what they say: "The captions provided mention rain." */
const givenCaptions = phrases(`
	the descriptions provided | the captions provided | the provided captions | the provided descriptions | the given captions | the given descriptions
`);
const telling =
	/^(?:(?:mention|describe|feature|contain|include|involve|depict)s?|share|have|all|each)$/u;

/** A sentence of these words alone, one that denies and one of sharing among them, says that nothing is shared. */
const ofSharing = words(`
	the a an of in to at all any anything between among across these those them they it that there here each other one single two three four five
	clip clips caption captions sound sounds recording recordings audio description descriptions audios statement statements example examples sample samples
	is are be being was were do does did have has can could found find identified seem seems appear appears or and
	obvious clear apparent real meaningful identifiable consistent particular specific overall whatsoever really actually
	feature features element elements theme themes source sources quality qualities characteristic characteristics trait traits attribute attributes
	property properties thread pattern point points ground event events
	every describe describes scene scenes situation situations
`);
const ofDenial = words("no none nothing not neither nor");
const sharing =
	/^(?:shar(?:e|es|ed|ing)|common(?:ly|ality|alities)?|similar(?:ly|ity|ities)?|alike)$/u;

/** With words of sharing alone: "Each caption describes a different scene." */
const differing = words(
	"different distinct unrelated diverse dissimilar varied",
);

/** "no common sounds", "no shared characteristics". */
const whatIsShared = new Set(
	"sound sounds feature features characteristic characteristics element elements theme themes quality qualities trait traits property properties attribute attributes".split(
		" ",
	),
);

/** One-word openers that could also begin a statement ("Certainly loud"): filler only when a mark follows the word. */
const bareOpeners = new Set(
	"sure certainly absolutely okay ok alright understood sorry unfortunately thanks".split(
		" ",
	),
);

function words(list: string): ReadonlySet<string> {
	return new Set(comparableWords(list));
}

function phrases(list: string): readonly (readonly string[])[] {
	return list
		.split(/[|\n]/u)
		.map((phrase) => comparableWords(phrase))
		.filter((words) => words.length > 0);
}

/**
 * True when the sentence is chat filler ("Sure, here are the sentences:", "Let me know if ..."), a heading (it ends with a colon), a
 * question, a remark ("Note: ..."), about one caption ("Only the last clip is quiet."), or says that nothing is shared, which is no fact about a sound ("There is nothing in common.", "No shared features are apparent."). Substrings never count: "pressure",
 * "measured" and "pleased" are no filler, and "sure" inside a sentence is none either. What is quoted inside a sentence is heard in a clip.
 */
export function isJunk(sentence: string): boolean {
	if (/[:：]["”’)]*\s*$/u.test(sentence)) return true;
	// A question that is heard ends with the mark of its quotation.
	if (/[?？][)*_]*\s*$/u.test(sentence)) return true;
	if (remark.test(sentence) || ofOneCaption.test(sentence)) return true;
	// "“Please mind the gap” is announced." A sentence that is wholly in quotes is the model's own.
	const unquoted = sentence.replace(
		/["“](?![^"“”]*\bin common\b)[^"“”]*["”]/giu,
		'"',
	);
	const own = comparableWords(unquoted).length > 0 ? unquoted : sentence;
	const words = comparableWords(own);
	return (
		words.length === 0 ||
		deniesSharing(words) ||
		openers.some((phrase) => startsWith(own, words, phrase)) ||
		anywhere.some((phrase) => contains(words, phrase)) ||
		givenCaptions.some((phrase) => contains(words, phrase, telling)) ||
		words.some(
			(word, index) =>
				word === "no" &&
				/^(?:common|shared)$/u.test(words[index + 1] ?? "") &&
				whatIsShared.has(words[index + 2] ?? ""),
		)
	);
}

/** "None of the captions share a common sound.", "There doesn't appear to be a common theme." */
function deniesSharing(words: readonly string[]): boolean {
	const isDenial = (word: string): boolean =>
		ofDenial.has(word) || word.endsWith("n't");
	return (
		((words.some(isDenial) && words.some((word) => sharing.test(word))) ||
			words.some((word) => differing.has(word))) &&
		words.every(
			(word) =>
				ofSharing.has(word) ||
				isDenial(word) ||
				sharing.test(word) ||
				differing.has(word),
		)
	);
}

function startsWith(
	sentence: string,
	words: readonly string[],
	phrase: readonly string[],
): boolean {
	if (!phrase.every((word, index) => words[index] === word)) return false;
	const [first] = phrase;
	if (phrase.length > 1 || first === undefined || !bareOpeners.has(first))
		return true;
	// A bare "Sure" is an exclamation: a mark follows it, or nothing does.
	return /^\W*\p{L}+\s*(?:[,!.:;–—-]|$)/u.test(sentence);
}

/** `unless`: what the word behind the phrase must not be. */
function contains(
	words: readonly string[],
	phrase: readonly string[],
	unless?: RegExp,
): boolean {
	return words.some(
		(_, start) =>
			phrase.every((word, index) => words[start + index] === word) &&
			unless?.test(words[start + phrase.length] ?? "") !== true,
	);
}
