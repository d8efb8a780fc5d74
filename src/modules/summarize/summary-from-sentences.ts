/** From what a describer wrote to a Summary: split, drop junk and short sentences, keep what was dropped with its reason. */
import type { Side, Summary, SummarySentence } from "../../types.ts";
import { isJunk } from "./junk.ts";
import { withoutPreamble } from "./preamble.ts";
import { splitSentences } from "./split-sentences.ts";
import { comparableWords, wordTokens } from "./words.ts";

/**
 * Splits every text into sentences and keeps those with at least `minWords` word tokens that are not junk, without the filler that some
 * begin with ("Based on the captions, rain falls." says that rain falls). A sentence that says the same words as an earlier one is left out (it adds nothing and would only be counted twice). Junk is reported as junk even when short.
 */
export function summaryFromSentences(options: {
	readonly side: Side;
	readonly texts: readonly string[];
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
}): Summary {
	const sentences: SummarySentence[] = [];
	const dropped: { text: string; reason: "junk" | "too_short" }[] = [];
	const seen = new Set<string>();
	for (const whole of options.texts.flatMap((item) => splitSentences(item))) {
		const text = withoutPreamble(whole);
		if (isJunk(text)) dropped.push({ text: whole, reason: "junk" });
		else if (wordTokens(text).length < options.minWords)
			dropped.push({ text: whole, reason: "too_short" });
		else {
			const words = comparableWords(text).join(" ");
			if (!seen.has(words)) sentences.push({ text });
			seen.add(words);
		}
	}
	return { side: options.side, sentences, dropped };
}
