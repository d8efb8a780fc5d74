/** A tagger without a worker thread, and the shipped lexicon. */
import { tagSentence } from "../../../src/modules/open-set-extraction/compromise-tags.ts";
import { loadLexicon } from "../../../src/modules/open-set-extraction/lexicon.ts";
import type { Tagger } from "../../../src/modules/open-set-extraction/tagger.ts";
import {
	type Word,
	wordsOfSentence,
} from "../../../src/modules/open-set-extraction/words-of-sentence.ts";

export const lexicon = await loadLexicon();

export function wordsOf(sentence: string): Word[] {
	return wordsOfSentence(tagSentence(sentence), lexicon);
}

export const directTagger: Tagger = {
	lexicon,
	tag: async (sentences) => sentences.map((sentence) => wordsOf(sentence)),
	close: async () => {},
};
