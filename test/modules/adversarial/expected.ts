/** What module C should find in a sentence. */

type Expected = {
	readonly a?: string;
	readonly n?: string;
	readonly v?: string;
	readonly p?: string;
	readonly not?: string;
};

/** A sentence; its adjectives, nouns, verbs, prepositions and denied words, each in order of appearance. */
export type Case = readonly [string, Expected];

/** Cases one a line, "sentence | a=loud n=drum,bass v=play", in any order of words. */
export function parseCases(text: string): Case[] {
	return text
		.trim()
		.split("\n")
		.map((line) => {
			const [sentence = "", labels = ""] = line.split(" | ");
			const expected = Object.fromEntries(
				labels
					.split(" ")
					.map((label) => label.split("="))
					.map(([kind = "", words = ""]) => [kind, words.replaceAll(",", " ")]),
			);
			return [sentence, expected];
		});
}
