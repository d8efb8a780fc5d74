/** Chat filler in front of a statement: "Sure, a bell rings.", "Here is a summary: a bell rings." */

/** An exclamation of the assistant and a mark: "Okay, so", "Of course!". */
const exclamation =
	/^(?:sure|certainly|of course|absolutely|okay|ok|alright|unfortunately)(?: then)?\s*[,!.:;–—-]+\s*(?:so\s+)?/iu;
/** Where the statement comes from: "Based on the captions provided,". */
const source =
	/^(?:based on|from|judging by|according to) (?:the|these|this|your|all)(?: [\p{L}’']+){0,3}? (?:captions?|descriptions?)(?: (?:provided|given|above|you provided))?\s*[,:]\s+/iu;
/** "Here are the shared features:" with the features behind it. */
const announcement =
	/^(?:here(?: is| are|['’]s)|(?:below|the following) (?:is|are))\b[^:.!?]{0,100}:\s+(?=\S)/iu;
/** "Please note that a bell rings." */
const note = /^(?:please )?note that\s+/iu;

const fillers = [exclamation, source, announcement, note];

/** The sentence without the filler it begins with, its first letter large again; unchanged without any. */
export function withoutPreamble(sentence: string): string {
	let rest = sentence;
	for (const filler of fillers) rest = rest.replace(filler, "");
	return rest === sentence
		? sentence
		: rest.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}
