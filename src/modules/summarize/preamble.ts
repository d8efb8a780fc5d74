/** Chat filler in front of a statement: "Sure, a bell rings.", "Here is a summary: a bell rings." */
import { wordTokens } from "./words.ts";

/** An exclamation of the assistant and a mark: "Okay, so", "Of course!". */
const exclamation =
	/^(?:sure|certainly|of course|absolutely|okay|ok|alright|unfortunately)(?: then)?\s*[,!.:;–—-]+\s*(?:so\s+)?/iu;
/** How the statement stands to others: "Overall,", "However,". */
const connection =
	/^(?:overall|however|therefore|thus|so|in (?:summary|short|conclusion|essence)|to (?:sum up|summari[sz]e|conclude)),\s+/iu;
/** Where the statement comes from: "Based on the captions provided,". */
const source =
	/^(?:based on|from|judging by|according to) (?:the|these|this|your|all)(?: [\p{L}’']+){0,3}? (?:captions?|descriptions?)(?: (?:provided|given|above|you provided))?\s*[,:]\s+/iu;
/** "Here are the shared features:" with the features behind it. */
const announcement =
	/^(?:here(?: is| are|['’]s)|(?:below|the following) (?:is|are))\b[^:.!?]{0,100}:\s+(?=\S)/iu;
/** "What the sounds have in common:", "The final answer is:" */
const inCommon =
	/^(?:(?:what|the|these|they|all)\b[^:.!?]{0,60}\bin common(?: is| are)?|(?:the|my) (?:final )?(?:answer|summary) is)\s*:\s+(?=\S)/iu;
/** "I think that a bell rings." */
const opinion = /^i (?:think|believe|would say)(?: that)?\s+/iu;
/** "Please note that a bell rings." */
const note = /^(?:please )?note that\s+/iu;

const fillers = [
	exclamation,
	connection,
	source,
	announcement,
	inCommon,
	opinion,
	note,
];

/** What is not a thing that captions tell: "no rain", "different scenes". */
const nothingTold =
	"(?!(?:not?|none|nothing|neither|different|various|varied|diverse|a variety|a range)\\b)";
/** "The common theme among these captions is" */
const theme = new RegExp(
	`^the (?:most )?(?:common|shared|main|unifying|central|recurring|primary) \\p{L}+(?: \\p{L}+){0,3} (?:captions|descriptions|clips|sounds|recordings) (?:is|are)(?: that)? ${nothingTold}`,
	"iu",
);
/** "All five captions describe" */
const telling = new RegExp(
	`^(?:(?:all|most|many) )?(?:of )?(?:(?:the|these) )?(?:(?:provided|given|\\p{L}+) )?(?:captions|descriptions|clips)(?: all| provided| given)? (?:describe|mention|feature|involve|refer to|depict|contain|include|speak of|are about) ${nothingTold}`,
	"iu",
);
/** A statement has at least so many words behind these; fewer ("All captions mention rain.") need what is in front of them. */
const leastWords = 3;

/** The sentence without the filler it begins with, its first letter large again; unchanged without any. */
export function withoutPreamble(sentence: string): string {
	let rest = sentence;
	for (const filler of fillers) rest = rest.replace(filler, "");
	for (const filler of [theme, telling]) {
		const told = rest.replace(filler, "");
		if (wordTokens(told).length >= leastWords) rest = told;
	}
	return rest === sentence
		? sentence
		: rest.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
