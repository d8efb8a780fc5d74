/** How much each clip is about each concept, from its sound: the matrix P of the text-audio variant. */
import type {
	AudioClip,
	AudioEmbedding,
	TextAudioModel,
} from "../../embeddings/port.ts";
import { unitVector } from "../../embeddings/texts.ts";
import type { LongOptions } from "../../types.ts";
import { type ConceptScores, cosineRow } from "./concept-scores.ts";
import { conceptVectors } from "./concept-vectors.ts";

type Reason = { readonly code: string; readonly message: string };

export type AudioConceptScores = ConceptScores & {
	/** Why, for each of `undefinedClips`, in their order. */
	readonly reasons: readonly Reason[];
};

/**
 * The text-audio-based variant of Wu, Lin, Weng 2024: `P[i, c] = cos(E_audio(clip_i), E_text(concept_c))`, float32 `[clips, concepts]`, in [-1, 1], without a
 * softmax. All clips and concepts are embedded, each once. A clip whose bytes have no vector, or one that is zero or not finite, has a row of NaN and a
 * reason. Throws DataError `concept_undefined`, ConfigError `concept_template_invalid`, InterruptedError, and what `model` throws.
 */
export async function audioConceptScores(
	options: LongOptions & {
		/** In the order of the recording's columns. */
		readonly clips: readonly AudioClip[];
		/** At least one. Underscores are read as spaces. */
		readonly concepts: readonly string[];
		/** What the encoder reads for a concept, with `{concept}` in its place. Default null: the concept alone, as published. */
		readonly conceptTemplate?: string | null | undefined;
		/** Wrap it in `cachedTextAudio`, so that nothing is embedded twice. */
		readonly model: TextAudioModel;
	},
): Promise<AudioConceptScores> {
	const { clips, concepts, model, signal, onProgress } = options;
	const directions = await conceptVectors({ ...options, embeddings: model });
	const sounds = await model.embedAudio(clips, { signal, onProgress });
	const scores = new Float32Array(clips.length * concepts.length);
	const undefinedClips: number[] = [];
	const reasons: Reason[] = [];
	for (const [clip, sound] of sounds.entries()) {
		const direction = directionOf(sound);
		if ("code" in direction) {
			undefinedClips.push(clip);
			reasons.push(direction);
		}
		const vector = "code" in direction ? null : direction.vector;
		scores.set(cosineRow(vector, directions), clip * concepts.length);
	}
	return { scores, undefinedClips, reasons };
}

/** The vector, of unit length whoever made it; or why there is none. */
function directionOf(
	sound: AudioEmbedding,
): { readonly vector: Float32Array } | Reason {
	if (!("vector" in sound)) return { code: sound.code, message: sound.message };
	const vector = unitVector(sound.vector);
	return vector === null
		? {
				code: "embedding_undefined",
				message:
					"the sound's vector has no direction: it is zero or not finite",
			}
		: { vector };
}
