/** The one sentence that describes a neuron: the surviving statement that says most of its high clips and least of its low ones. */
import type { CalibratedSentence, OpenSetKind } from "../../types.ts";
import { conceptKeys, conceptsOf } from "./concepts.ts";
import type { AudioLexicon } from "./lexicon.ts";
import type { Word } from "./words-of-sentence.ts";

const contentKinds = [
	"adjective",
	"noun",
	"verb",
] as const satisfies OpenSetKind[];

/**
 * The kept sentence with the largest margin; of equals the first, null when there is none. Where margins are missing (results of earlier
 * versions) it is the one with the largest support. The extractive describer knows the captions
 * that say a sentence; of other sentences, a caption supports one when it contains at least half of its adjectives, nouns and verbs.
 * `words`: the sentences tagged; `contents`: what each caption contains (`contentKeys`).
 */
export function bestStatement(options: {
	readonly kept: readonly CalibratedSentence[];
	readonly words: readonly (readonly Word[])[];
	readonly contents: readonly ReadonlySet<string>[];
	readonly lexicon: AudioLexicon;
}): string | null {
	const { kept, words, contents, lexicon } = options;
	const margins = kept.flatMap(({ margin }) => margin ?? []);
	const worth =
		margins.length === kept.length
			? margins
			: kept.map(
					({ support }, index) =>
						support?.length ??
						supporters(words[index] ?? [], contents, lexicon),
				);
	return kept[worth.indexOf(Math.max(...worth))]?.text ?? null;
}

function supporters(
	words: readonly Word[],
	contents: readonly ReadonlySet<string>[],
	lexicon: AudioLexicon,
): number {
	const { concepts } = conceptsOf([words], lexicon);
	const keys = contentKinds.flatMap((kind) =>
		concepts[kind].map((lemma) => conceptKeys(kind, lemma, lexicon)),
	);
	if (keys.length === 0) return 0;
	return contents.filter((content) => {
		const found = keys.filter((any) => any.some((key) => content.has(key)));
		return found.length * 2 >= keys.length;
	}).length;
}
