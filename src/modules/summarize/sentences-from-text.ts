/** Reads a summary that was written as plain text. */
import { z } from "zod";
import { answerOf } from "./reply-answer.ts";
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
	const sentences = listIn(text) ?? splitSentences(answerOf(text));
	const [first] = sentences;
	return first !== undefined && nothing.has(comparableWords(first).join(" "))
		? []
		: sentences;
}

const texts = z.array(z.string());

/** The texts of a list in JSON, if the reply is one. */
function listIn(text: string): string[] | null {
	const json = /^(?:```\w*\s*)?(\[\s*"[\s\S]*\])\s*(?:```)?$/u.exec(
		text.trim(),
	)?.[1];
	if (json === undefined) return null;
	try {
		return texts.safeParse(JSON.parse(json)).data ?? null;
	} catch {
		return null;
	}
}
