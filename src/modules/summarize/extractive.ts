/** The extractive describer: summaries without a language model, from what the captions of a side share. */
import type { OnProgress, SummarySentence } from "../../types.ts";
import {
	type AudioLexicon,
	loadLexicon,
} from "../open-set-extraction/lexicon.ts";
import { createTagger, type Tagger } from "../open-set-extraction/tagger.ts";
import { measureBackground } from "./background.ts";
import { captionAnalyser, type Embed, vectorsOf } from "./known-captions.ts";
import { sharedClauses } from "./shared-clauses.ts";
import { sharedQualities } from "./shared-qualities.ts";

export type ExtractiveDescriber = {
	/**
	 * What the captions (in rank order) have in common, as statements; `support` are the ranks, from 1, of the captions that say it.
	 * Statements about sources come first, then qualities, each by support. Empty when the captions share nothing. The result depends
	 * on these captions and the probe set, not on what was described before.
	 */
	describe(captions: readonly string[]): Promise<readonly SummarySentence[]>;
	/** Ends the tagger, if this describer opened it. */
	close(): Promise<void>;
};

/** Captions of the probe set that are looked at to learn what is usual in it. */
const sampleSize = 1000;

/**
 * Prepares a describer for a probe set.
 *
 * A caption is taken apart into clauses (who sounds, doing what) and qualities (how it sounds, by the audio lexicon's canonical forms).
 * Clauses are clustered by sentence embedding. A cluster or a quality is stated when at least `minSupport` captions of the side have it
 * and so much support would be rare for captions drawn at random from the probe set: what is common to the whole set carries no weight.
 * A statement keeps the words that enough captions support and drops the rest.
 */
export async function createExtractiveDescriber(options: {
	/** Every caption of the probe set (one per clip). */
	readonly captions: readonly string[];
	readonly embed: Embed;
	/** Of embedding the sample, which comes before anything is described. */
	readonly onProgress?: OnProgress | undefined;
	/** Captions that must support a statement, given how many there are. Default: 3 of 5, that is ceil(0.6 n). */
	readonly minSupport?: (captions: number) => number;
	/** Default: the shipped lexicon. */
	readonly lexicon?: AudioLexicon;
	/** Default: one of its own. */
	readonly tagger?: Tagger;
}): Promise<ExtractiveDescriber> {
	const lexicon =
		options.lexicon ?? options.tagger?.lexicon ?? (await loadLexicon());
	const tagger = options.tagger ?? createTagger(lexicon);
	const minSupport = options.minSupport ?? ((count) => Math.ceil(0.6 * count));
	const analyse = captionAnalyser({ tagger, embed: options.embed });
	const sample = await analyse(
		evenSample(options.captions),
		options.onProgress,
	);
	const background = measureBackground(
		sample.map(({ analysis }) => analysis),
		vectorsOf(sample),
	);
	return {
		describe: async (captions) => {
			const least = Math.max(1, minSupport(captions.length));
			const analysed = await analyse(captions);
			const side = {
				captions: analysed.map(({ analysis }) => analysis),
				least,
				background,
				lexicon,
			};
			const clauses = sharedClauses(side, vectorsOf(analysed));
			return [...clauses.sentences, ...sharedQualities(side, clauses.said)];
		},
		close: async () => {
			if (options.tagger === undefined) await tagger.close();
		},
	};
}

function evenSample(captions: readonly string[]): readonly string[] {
	if (captions.length <= sampleSize) return captions;
	return Array.from(
		{ length: sampleSize },
		(_, index) =>
			captions[Math.floor((index * captions.length) / sampleSize)] ?? "",
	);
}
