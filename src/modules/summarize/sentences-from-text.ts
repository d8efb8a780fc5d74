/** Reads a summary that was written as plain text. */
import { splitSentences } from "./split-sentences.ts";
import { comparableWords } from "./words.ts";

/** The whole of a first sentence that says there is nothing to say, in comparable words. Longer ones are statements. */
const nothing = new Set(
	`
	nothing in common | nothing | none | nothing is shared | nothing is in common | nothing shared
	there is nothing in common | they have nothing in common | they share nothing | no common sound | no common sounds
	the sounds have nothing in common | the sounds share nothing | the captions have nothing in common | the captions share nothing
	the clips have nothing in common | the clips share nothing
	`
		.split(/[|\n]/u)
		.map((phrase) => comparableWords(phrase).join(" "))
		.filter((phrase) => phrase !== ""),
);

/**
 * The sentences of a plain-text reply; none when its first one says, in one of a few exact wordings, that nothing is shared ("Nothing in
 * common."). The words inside a longer sentence ("Nothing in common but rain falls.") do not count.
 */
export function sentencesFromText(text: string): string[] {
	const sentences = splitSentences(text);
	const [first] = sentences;
	return first !== undefined && nothing.has(comparableWords(first).join(" "))
		? []
		: sentences;
}
