/** Spellings of one word: what is shown and looked up together. Never words that only mean something similar. */
import { conceptKey } from "./concept-key.ts";

/** First parts after which "pitched" and the like belong to one word, also when written together. */
const solidCompound =
	/^(high|low|mid|medium|deep|clear|dark|pure)(pitch(?:ed)?|ton(?:e|ed)|frequency|range)$/u;

/**
 * Equal for spellings of one word: with hyphen, space or neither ("high-pitched", "high pitched", "highpitched"), a compound with and
 * without -ed ("high-pitch"), and British or American ("synthesised", "coloured"). Two words that share a meaning ("loud", "noisy")
 * have two keys. A key is for comparing, it need not be a word.
 */
export function spellingKey(word: string): string {
	const plain = conceptKey(word).replaceAll("’", "'");
	const compound = /[\s-]/u.test(plain) || solidCompound.test(plain);
	const letters = plain.replace(/[\s-]+/gu, "");
	const stem = compound ? letters.replace(/ed?$/u, "") : letters;
	return stem
		.replace(/([a-z]{3})is(e|ed|ing|er)$/u, "$1iz$2")
		.replace(/([a-z]{3})our(ed|ful|less|s)?$/u, "$1or$2");
}

/** Concepts that are spellings of one word. */
export type SpellingGroup<T> = {
	/** The one that stands for the group: the strongest, of equals the first. */
	readonly shown: T;
	/** The other spellings, in order. */
	readonly others: readonly T[];
};

/** Groups concepts by `spellingKey`, in the order of each group's first member. `strength`: larger is shown. */
export function groupSpellings<T extends { readonly lemma: string }>(
	concepts: readonly T[],
	strength: (concept: T) => number,
): SpellingGroup<T>[] {
	const groups = new Map<string, T[]>();
	for (const concept of concepts) {
		const key = spellingKey(concept.lemma);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [concept]);
		else group.push(concept);
	}
	return [...groups.values()].map((group) => {
		const shown = group.reduce((best, concept) =>
			strength(concept) > strength(best) ? concept : best,
		);
		return { shown, others: group.filter((concept) => concept !== shown) };
	});
}
