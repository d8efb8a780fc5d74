/** Whether a sentence says a word or phrase: by dictionary forms of whole words, never by parts of words. */
import type { Tagger } from "../open-set-extraction/tagger.ts";
import type { Word } from "../open-set-extraction/words-of-sentence.ts";

/** Every way in which a word can be said: as written, in its dictionary form, without the ending of a plural or participle. */
function formsOf({ lower, lemma }: Pick<Word, "lower" | "lemma">): string[] {
	const forms = [lower, lemma];
	// The tagger takes some for another part of speech ("echoes" for a verb): plain English endings are tried too.
	for (const [ending, stem] of [
		["ies", "y"],
		["es", ""],
		["s", ""],
		["ing", ""],
		["ing", "e"],
		["ed", ""],
		["ed", "e"],
	] as const)
		if (lower.endsWith(ending) && lower.length - ending.length >= 3)
			forms.push(lower.slice(0, -ending.length) + stem);
	return forms;
}

/** Words of a text by sentence, for `says`; those joined by hyphens are words of their own. */
export type Said = readonly (readonly ReadonlySet<string>[])[];

/** Reads sentences once, to look for many phrases. */
export async function readSaid(
	sentences: readonly string[],
	tagger: Tagger,
): Promise<Said> {
	const tagged = await tagger.tag(sentences);
	return tagged.map((words) =>
		words
			.filter(({ part }) => part !== "mark")
			.flatMap((word) =>
				word.lower.includes("-")
					? word.lower.split("-").map((part) => ({ lower: part, lemma: part }))
					: [word],
			)
			.map((word) => new Set(formsOf(word))),
	);
}

/** One of the phrases, lower case, stands in one of the sentences, its words side by side. */
export function says(said: Said, phrases: readonly string[]): boolean {
	return phrases.some((phrase) => {
		const wanted = phrase.toLowerCase().split(/[\s-]+/u);
		return said.some((words) =>
			words.some((_, at) =>
				wanted.every((one, offset) => words[at + offset]?.has(one) === true),
			),
		);
	});
}
