/** Word tokens: the unit in which captions and sentences are counted and compared (letters and digits, inner apostrophes and hyphens). */

const wordToken = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/** The word tokens of a text in order, as written. `"high-pitched, isn't it"` has three. */
export function wordTokens(text: string): string[] {
	return text.match(wordToken) ?? [];
}

/** Lower-case word tokens with straight apostrophes: what two texts are compared by. */
export function comparableWords(text: string): string[] {
	return wordTokens(text.normalize("NFC")).map((word) =>
		word.toLowerCase().replaceAll("’", "'"),
	);
}
