/** How much each clip is about each concept, from its sound: the matrix P of the text-audio variant. */
import type { AudioClip, TextAudioModel } from "../../embeddings/port.ts";
import type { LongOptions } from "../../types.ts";
import {
	type ConceptScores,
	conceptVectors,
	cosineRow,
} from "./concept-scores.ts";

export type AudioConceptScores = ConceptScores & {
	/** Why, for each of `undefinedClips`. */
	readonly reasons: readonly {
		readonly code: string;
		readonly message: string;
	}[];
};

/**
 * Embeds all clips and concepts (each once): `P[clip, concept]` is the cosine of sound and text, in [-1, 1], without softmax and without a
 * template around the concept (Wu, Lin, Weng 2024, text-audio-based). A clip whose bytes have no vector has a row of NaN.
 * Throws DataError `concept_undefined`, and what `model` throws.
 */
export async function audioConceptScores(
	options: LongOptions & {
		/** In the order of the recording's columns. */
		readonly clips: readonly AudioClip[];
		/** At least one. */
		readonly concepts: readonly string[];
		/** Wrap it in `cachedTextAudio`, so that nothing is embedded twice. */
		readonly model: TextAudioModel;
	},
): Promise<AudioConceptScores> {
	const { clips, concepts, model, signal, onProgress } = options;
	const directions = await conceptVectors({
		concepts,
		embeddings: model,
		signal,
		onProgress,
	});
	const sounds = await model.embedAudio(clips, { signal, onProgress });
	const scores = new Float32Array(clips.length * concepts.length);
	const undefinedClips: number[] = [];
	const reasons: { code: string; message: string }[] = [];
	for (const [clip, sound] of sounds.entries()) {
		const vector = "vector" in sound ? sound.vector : null;
		if (!("vector" in sound)) {
			undefinedClips.push(clip);
			reasons.push({ code: sound.code, message: sound.message });
		}
		scores.set(cosineRow(vector, directions), clip * concepts.length);
	}
	return { scores, undefinedClips, reasons };
}
