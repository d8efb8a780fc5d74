/** The analyses of captions, with the vectors of their clauses: each caption is looked at once, as the clips on top of one neuron are on top of others. */
import { forgetOldest } from "../../shared/forget-oldest.ts";
import type { OnProgress } from "../../types.ts";
import type { Tagger } from "../open-set-extraction/tagger.ts";
import { analyseCaption, type CaptionAnalysis } from "./caption-analysis.ts";
import { cleanCaption } from "./caption-hygiene.ts";
import { splitSentences } from "./split-sentences.ts";

/** Captions that are remembered, some 5 kB each. */
const remembered = 10_000;

export type KnownCaption = {
	readonly analysis: CaptionAnalysis;
	/** Of the texts of its clauses. */
	readonly vectors: readonly (readonly [string, Float32Array])[];
};

export type Embed = (
	texts: readonly string[],
	onProgress?: OnProgress,
) => Promise<Float32Array[]>;

/** Returns the function that analyses captions, in order. Throws what `embed` throws. */
export function captionAnalyser(options: {
	readonly tagger: Tagger;
	readonly embed: Embed;
}): (
	captions: readonly string[],
	onProgress?: OnProgress,
) => Promise<KnownCaption[]> {
	const { tagger, embed } = options;
	const known = new Map<string, KnownCaption>();
	return async (captions, onProgress) => {
		const wanted = new Map(captions.map((text) => [text, known.get(text)]));
		const fresh = [...wanted.keys()].filter((text) => !wanted.get(text));
		const analyses = await analyseCaptions(fresh, tagger);
		const texts = [...new Set(analyses.flatMap(clauseTexts))].sort();
		const embedded = texts.length === 0 ? [] : await embed(texts, onProgress);
		if (embedded.length !== texts.length)
			throw new RangeError(
				`Expected ${texts.length} embeddings, got ${embedded.length}`,
			);
		const vectors = new Map(
			texts.map((text, index) => [text, embedded[index] as Float32Array]),
		);
		for (const [index, analysis] of analyses.entries()) {
			const caption = {
				analysis,
				vectors: clauseTexts(analysis).map(
					(text) => [text, vectors.get(text) as Float32Array] as const,
				),
			};
			wanted.set(fresh[index] as string, caption);
			known.set(fresh[index] as string, caption);
		}
		forgetOldest(known, remembered);
		return captions.map((text) => wanted.get(text) as KnownCaption);
	};
}

const clauseTexts = ({ clauses }: CaptionAnalysis): string[] =>
	clauses.map(({ text }) => text);

/** Returns the function from the text of a clause of these captions to its vector. */
export function vectorsOf(
	captions: readonly KnownCaption[],
): (text: string) => Float32Array {
	const vectors = new Map(captions.flatMap((caption) => caption.vectors));
	return (text) => vectors.get(text) as Float32Array;
}

async function analyseCaptions(
	captions: readonly string[],
	tagger: Tagger,
): Promise<CaptionAnalysis[]> {
	const split = captions.map((caption) =>
		splitSentences(cleanCaption(caption)),
	);
	const tagged = await tagger.tag(split.flat());
	let next = 0;
	return split.map((sentences) => {
		const words = tagged.slice(next, next + sentences.length);
		next += sentences.length;
		return analyseCaption(words, tagger.lexicon);
	});
}
