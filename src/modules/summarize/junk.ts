/** The junk rule: chat filler that is no statement about sound. Whole words only, openers only at the start of a sentence. */
import { comparableWords } from "./words.ts";

/** A sentence that starts with these words is filler. */
const openers = phrases(`
	sure | certainly | of course | absolutely | okay | ok | great question
	here is | here are | here's | below is | below are | the following is | the following are | the following sentences | the following statements
	i hope | i'm happy | i am happy | i'd be happy | i would be happy | happy to help | glad to help
	i'm sorry | i am sorry | sorry | unfortunately | as an ai | as a language model
	i cannot | i can't | i am unable | i'm unable
	sure thing | got it | understood | no problem | you're welcome | you are welcome | as requested | okay then | ok then | alright
	based on these | based on this | based on your | based on the above
	let me | please | thank you | thanks
`);

/** A sentence that has these words anywhere is filler, or says that there is nothing to say. */
const anywhere = phrases(`
	let me know | feel free | hope this helps | based on the descriptions | based on the description | based on the captions
	based on the caption | based on the provided | based on the given | from the descriptions provided | the descriptions provided
	the captions provided | the provided captions | the provided descriptions | the given captions | the given descriptions
	nothing in common | no common theme | no common features | no shared features | no clear theme | common theme cannot
	captions share nothing | clips share nothing | sounds share nothing | captions do not share | clips do not share | captions share anything
	identify shared features | identify common features | determine a common
	if you have any | if you need | if you would like | if you'd like | would you like | happy to help | i am an ai | as an ai
`);

/** One-word openers that could also begin a statement ("Certainly loud"): filler only when a mark follows the word. */
const bareOpeners = new Set(
	"sure certainly absolutely okay ok alright understood sorry unfortunately thanks".split(
		" ",
	),
);

function phrases(list: string): readonly (readonly string[])[] {
	return list
		.split(/[|\n]/u)
		.map((phrase) => comparableWords(phrase))
		.filter((words) => words.length > 0);
}

/**
 * True when the sentence is chat filler ("Sure, here are the sentences:", "Let me know if ..."), a heading (it ends with a colon), or says
 * that nothing is shared, which is no fact about a sound ("There is nothing in common."). Substrings never count: "pressure",
 * "measured" and "pleased" are no filler, and "sure" inside a sentence is none either.
 */
export function isJunk(sentence: string): boolean {
	const words = comparableWords(sentence);
	if (words.length === 0 || /[:：]["”’)]*\s*$/u.test(sentence)) return true;
	return (
		openers.some((phrase) => startsWith(sentence, words, phrase)) ||
		anywhere.some((phrase) => contains(words, phrase))
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

function contains(
	words: readonly string[],
	phrase: readonly string[],
): boolean {
	return words.some((_, start) =>
		phrase.every((word, index) => words[start + index] === word),
	);
}
