/** Dry run of the acoustic filter: its words come from summaries, of which some are still to be written. */
import type { LanguageModel } from "../llm/port.ts";
import {
	judgeAcoustic,
	usualWordsPerCall,
} from "../modules/open-set-extraction/acoustic-filter.ts";
import { adjectivesOf } from "../modules/open-set-extraction/extract-open-set.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import { createTagger } from "../modules/open-set-extraction/tagger.ts";
import { promptNamed } from "../prompts/load.ts";
import type { Summary } from "../types.ts";
import type { WriterModel } from "./context.ts";
import {
	type CountedCalls,
	countCalls,
	type DeferredCalls,
	upTo,
} from "./dry-run-calls.ts";
import { acousticJudge } from "./extract-concepts.ts";
import type { DissectOptions } from "./options.ts";

/** New adjectives a summary that is still to be written is assumed to bring, at most. */
export const NEW_WORDS_PER_SUMMARY = 3;

/**
 * None at least: every word may be in sentences that calibration strikes, or be known. At most: the words of the summaries that are there,
 * and three new ones of each that is not, up to as many as the lexicon has.
 */
export async function countAcousticFilter(
	options: DissectOptions & {
		readonly model: LanguageModel;
		readonly identity: WriterModel["identity"];
		readonly deferred: DeferredCalls;
	},
	summaries: { readonly known: readonly Summary[]; readonly unknown: number },
): Promise<CountedCalls> {
	const { model, deferred, store, signal } = options;
	const wordsPerCall = usualWordsPerCall(model);
	const prompt = promptNamed(options.prompts, "acoustic-filter");
	const lexicon = await loadLexicon();
	const tagger = createTagger(lexicon);
	const lemmas = new Set<string>();
	try {
		for (const { sentences } of summaries.known) {
			const kept = sentences.map(({ text }) => ({ text, kept: true }));
			for (const lemma of await adjectivesOf({ sentences: kept }, tagger))
				lemmas.add(lemma);
		}
	} finally {
		await tagger.close();
	}
	const judge = acousticJudge(options, prompt);
	const judged = store.getJudgements(judge, [...lemmas]);
	const open = [...lemmas].filter((lemma) => !judged.has(lemma)).length;
	const words =
		open +
		Math.min(
			NEW_WORDS_PER_SUMMARY * summaries.unknown,
			Math.max(lexicon.adjectives.size, wordsPerCall),
		);
	// What a full call is like.
	await judgeAcoustic({
		lemmas: [...lexicon.adjectives.keys()].slice(0, wordsPerCall),
		model,
		prompt,
		judge,
		judgements: { getJudgements: () => new Map(), putJudgements: () => {} },
		signal,
	});
	const example = deferred.take();
	if (words === 0) return countCalls([]);
	return upTo(Math.ceil(words / wordsPerCall), example);
}
