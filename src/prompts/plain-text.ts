/** Takes the force out of what a value could do beyond being read: control characters, and the marks by which chat templates tell roles apart. */

/**
 * `<` before a letter, `|`, `/`, `_` or another `<`: servers that render a chat template and tokenise the whole text take
 * `<|im_start|>`, `</s>`, `<start_of_turn>` or `<__media__>` in a caption for their own.
 */
const ANGLE_MARKS = /<(?=[|｜/_<\p{L}])/gu;
/** `[INST]`, `[/SYSTEM_PROMPT]`. */
const BRACKET_MARKS = /\[(?=\/?[A-Z][A-Z_]*\])/g;
/** Invisible letters (Unicode tags), which people do not see and models read. */
const HIDDEN_LETTERS = /[\u{E0000}-\u{E007F}]/gu;

/** Half a surrogate pair: no UTF-8 can say it. */
const HALF_PAIRS = /\p{Cs}/gu;

/**
 * The text as a prompt may hold it. Control characters (but tab and line ends) become spaces, invisible letters are dropped, half a
 * surrogate pair becomes U+FFFD, and a space comes into every role mark: `< |im_start|>`, `[ INST]`. All else stays.
 */
export function plainText(text: string): string {
	return text
		.replace(HALF_PAIRS, "\u{FFFD}")
		.replace(HIDDEN_LETTERS, "")
		.replace(/[^\P{Cc}\t\n\r]/gu, " ")
		.replace(ANGLE_MARKS, "< ")
		.replace(BRACKET_MARKS, "[ ");
}
