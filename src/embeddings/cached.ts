/** Embedding models that ask for each distinct text and sound once, ever, and remember the vector in the store. */
import { throwIfInterrupted } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";
import type {
	AudioClip,
	AudioEmbedding,
	EmbeddingCache,
	EmbeddingModel,
	TextAudioModel,
} from "./port.ts";
import { rememberIn } from "./remembered.ts";
import { refuseBlankTexts } from "./texts.ts";

/**
 * Wraps `model` so that only texts whose hash is not in `cache` reach it, each once, in blocks of 128 that are committed before the next is asked for.
 * The vectors returned are those of the cache, so their bytes do not depend on what was cached before; equal texts share one array, which must not be changed.
 * Calls that overlap wait for each other instead of paying twice. `onProgress` counts distinct texts, cached ones included.
 * `close` closes `model`.
 */
export function cachedEmbeddings(
	model: EmbeddingModel,
	cache: EmbeddingCache,
): EmbeddingModel {
	const remembered = rememberIn<string>(cache, model.id, "embeddings");
	return {
		id: model.id,
		embed: async (texts, options = {}) => {
			throwIfInterrupted(options.signal);
			refuseBlankTexts(texts);
			const hashOf = new Map<string, string>();
			for (const text of texts)
				if (!hashOf.has(text)) hashOf.set(text, sha256(text));
			const vectors = await remembered({
				...options,
				items: new Map([...hashOf].map(([text, hash]) => [hash, text])),
				make: (missing, longOptions) => model.embed(missing, longOptions),
			});
			return texts.map(
				(text) => vectors.get(hashOf.get(text) as string) as Float32Array,
			);
		},
		close: () => model.close(),
	};
}

/** The same for a model that takes sounds too: a sound is known by the hash of its file. One that has no vector is asked for again. */
export function cachedTextAudio(
	model: TextAudioModel,
	cache: EmbeddingCache,
): TextAudioModel {
	const remembered = rememberIn<AudioClip>(
		cache,
		model.audioId,
		"audio embeddings",
	);
	return {
		...cachedEmbeddings(model, cache),
		audioId: model.audioId,
		embedAudio: async (clips, options = {}) => {
			const without = new Map<string, AudioEmbedding>();
			const vectors = await remembered({
				...options,
				items: new Map(clips.map((clip) => [clip.hash, clip])),
				make: async (missing, longOptions) => {
					const made = await model.embedAudio(missing, longOptions);
					return made.map((embedding, index) => {
						if ("vector" in embedding) return embedding.vector;
						without.set((missing[index] as AudioClip).hash, embedding);
						return null;
					});
				},
			});
			return clips.map(({ hash }): AudioEmbedding => {
				const vector = vectors.get(hash);
				return vector === undefined
					? (without.get(hash) as AudioEmbedding)
					: { vector };
			});
		},
	};
}
