/** The concepts as vectors: the text of each that an encoder reads, and its direction. */
import type { EmbeddingModel } from "../../embeddings/port.ts";
import { conceptText, unitVector } from "../../embeddings/texts.ts";
import { ConfigError, DataError } from "../../errors.ts";
import {
	CONCEPT_PLACEHOLDER,
	isConceptTemplate,
} from "../../shared/concept-template.ts";
import type { LongOptions } from "../../types.ts";

/**
 * What an encoder reads for each concept: underscores become spaces, and the result stands in `template` for every `{concept}`; null: it stands alone, as
 * published (Wu, Lin, Weng 2024). Throws ConfigError `concept_template_invalid` for a template without a place for the concept.
 */
export function conceptTexts(
	concepts: readonly string[],
	template: string | null,
): string[] {
	if (template !== null && !isConceptTemplate(template))
		throw new ConfigError(
			`the concept template ${JSON.stringify(template)} has no place for the concept: expected ${CONCEPT_PLACEHOLDER} in it`,
			{
				code: "concept_template_invalid",
				hint: `For example: "the sound of ${CONCEPT_PLACEHOLDER}".`,
			},
		);
	return concepts.map((concept) => {
		const text = conceptText(concept);
		return template?.replaceAll(CONCEPT_PLACEHOLDER, () => text) ?? text;
	});
}

/**
 * `vectors` of the concepts, in their order, scaled to length 1. Throws DataError `concept_undefined` for the first one whose length is zero or not finite:
 * no clip could be compared with it.
 */
export function conceptDirections(
	concepts: readonly string[],
	vectors: readonly Float32Array[],
): Float32Array[] {
	return concepts.map((concept, index) => {
		const direction = unitVector(vectors[index] as Float32Array);
		if (direction === null)
			throw new DataError(
				`concept ${JSON.stringify(concept)} has no direction: the encoder returned a vector that is zero or not finite`,
				{
					code: "concept_undefined",
					hint: "Write the concept in other words.",
					evidence: { concept },
				},
			);
		return direction;
	});
}

/**
 * Embeds the concepts, each once: float32 `[concepts][dimension]`, unit length. Throws what `conceptTexts`, `conceptDirections` and `embeddings` throw.
 */
export async function conceptVectors(
	options: LongOptions & {
		readonly concepts: readonly string[];
		/** Default null: none. */
		readonly conceptTemplate?: string | null | undefined;
		readonly embeddings: EmbeddingModel;
	},
): Promise<Float32Array[]> {
	const { concepts, embeddings, signal, onProgress } = options;
	const texts = conceptTexts(concepts, options.conceptTemplate ?? null);
	return conceptDirections(
		concepts,
		await embeddings.embed(texts, { signal, onProgress }),
	);
}
