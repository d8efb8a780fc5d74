/** The concepts of a large set that a language model is shown: those nearest to the summary. */
import type { EmbeddingModel } from "../../embeddings/port.ts";
import { unitVector } from "../../embeddings/texts.ts";
import { DataError } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { cosineRow } from "./concept-scores.ts";
import { conceptVectors } from "./concept-vectors.ts";
import { rankConcepts } from "./ranking.ts";

/** Concepts a model is shown of a larger set. */
export const SHORTLIST = 50;

/**
 * Gives the 50 concepts that fit some sentences best, best first; null when the set has no more than 50, and all are shown. Rejects with DataError
 * `summary_undefined` when the sentences' vector is zero or not finite, and with what the embedding model throws.
 */
export type Shortlister = (
	sentences: readonly string[],
) => Promise<readonly string[] | null>;

/**
 * Embeds the concepts of a set of more than 50 once, for all neurons. The sentences are embedded as one text, joined by spaces; order by cosine, equal
 * ones by their place in the set. Throws DataError `concept_undefined` for a concept whose vector is zero or not finite, ConfigError
 * `concept_template_invalid`, InterruptedError, and what `embeddings` throws.
 */
export async function createShortlister(
	options: LongOptions & {
		readonly concepts: readonly string[];
		/** See `conceptScores`. */
		readonly conceptTemplate?: string | null | undefined;
		/** Wrap it in `cachedEmbeddings`, so that nothing is embedded twice. */
		readonly embeddings: EmbeddingModel;
	},
): Promise<Shortlister> {
	const { concepts, embeddings, signal } = options;
	if (concepts.length <= SHORTLIST) return async () => null;
	const directions = await conceptVectors(options);
	return async (sentences) => {
		const [vector] = await embeddings.embed([sentences.join(" ")], { signal });
		const summary = unitVector(vector as Float32Array);
		if (summary === null)
			throw new DataError(
				"the summary cannot be compared with the concepts: the encoder returned a vector that is zero or not finite",
				{
					code: "summary_undefined",
					hint: "Use a concept set of at most 50 concepts, which needs no embedding, or another encoder (embeddings in the config).",
				},
			);
		return rankConcepts(cosineRow(summary, directions), SHORTLIST).map(
			(index) => concepts[index] as string,
		);
	};
}
