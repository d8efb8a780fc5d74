/** A reply that declines to summarise is no summary, and does not say that nothing is shared. */
import { summaryFromSentences } from "./summary-from-sentences.ts";

const declines =
	/^(?:(?:sorry|unfortunately|i apologi[sz]e|my apologies|i(?:['’]m| am) (?:very )?sorry)\b[\s,.!:;–—-]*)?(?:but\s+|however,?\s+)?(?:as an? [^,]{1,40},\s*)?i(?: can(?:not|['’]t)| won['’]t| am (?:unable|not able) to|['’]m (?:unable|not able) to| (?:do not|don['’]t) have the ability to)\s+(?:\p{L}+ly\s+)?(?:help|assist|comply|provide|answer|fulfil|fulfill|process|listen|hear|access|analy[sz]e|summari[sz]e|play|perform|do)\b/iu;

/** Whether the texts decline and hold no statement: "I'm sorry, I can't help with that." */
export function isRefusal(texts: readonly string[]): boolean {
	const { sentences, dropped } = summaryFromSentences({
		side: "high",
		texts,
		minWords: 1,
	});
	return (
		sentences.length === 0 && dropped.some(({ text }) => declines.test(text))
	);
}
