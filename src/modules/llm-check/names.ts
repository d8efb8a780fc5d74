/** Whether a sentence says a word or phrase: by dictionary forms of whole words, never by parts of words, and never what it denies. */
import { negatedWords } from "../open-set-extraction/negation.ts";
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

type SaidWord = {
	/** None for a word that is denied ("no rain"). */
	readonly forms: ReadonlySet<string>;
	readonly verb: boolean;
};

/** Words of a text by sentence, for `says`; those joined by hyphens are words of their own. */
export type Said = readonly (readonly SaidWord[])[];

/** Reads sentences once, to look for many phrases. */
export async function readSaid(
	sentences: readonly string[],
	tagger: Tagger,
): Promise<Said> {
	const tagged = await tagger.tag(sentences);
	return tagged.map((words) => {
		const denied = negatedWords(words);
		return words.flatMap((word, index): SaidWord[] => {
			if (word.part === "mark") return [];
			const parts = word.lower.includes("-")
				? word.lower.split("-").map((part) => ({ lower: part, lemma: part }))
				: [word];
			return parts.map((part) => ({
				forms: new Set(denied[index] === true ? [] : formsOf(part)),
				verb: word.part === "verb",
			}));
		});
	});
}

/** One of the phrases, lower case, stands in one of the sentences, its words side by side. */
export function says(said: Said, phrases: readonly string[]): boolean {
	return phrases.some((phrase) => standsIn(said, phrase, () => true));
}

/**
 * The phrase names a source of sound: "drum" as anything but a verb, so that rain that drums is no drum; "to talk" as a verb only.
 */
export function mentions(said: Said, phrase: string): boolean {
	const verb = phrase.startsWith("to ");
	return standsIn(
		said,
		verb ? phrase.slice("to ".length) : phrase,
		(word) => word.verb === verb,
	);
}

function standsIn(
	said: Said,
	phrase: string,
	fits: (word: SaidWord) => boolean,
): boolean {
	const wanted = phrase.toLowerCase().split(/[\s-]+/u);
	return said.some((words) =>
		words.some((_, at) =>
			wanted.every((one, offset) => {
				const word = words[at + offset];
				if (word === undefined || !fits(word)) return false;
				return word.forms.has(one);
			}),
		),
	);
}
