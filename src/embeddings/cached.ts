/** An embedding model that asks for each distinct text once, ever, and remembers the vector in the store. */
import { throwIfInterrupted } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";
import { chunksOf } from "../shared/pool.ts";
import type { EmbeddingCache, EmbeddingModel } from "./port.ts";
import { refuseBlankTexts } from "./texts.ts";

/** Texts embedded and committed together: what a killed process loses at most. */
const BLOCK_TEXTS = 128;

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
	let last: Promise<unknown> = Promise.resolve();

	/** Runs `task` after the tasks before it, whether those succeed or not. */
	const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
		const result = last.then(task, task);
		last = result.catch(() => undefined);
		return result;
	};

	return {
		id: model.id,
		embed: async (texts, options = {}) => {
			const { signal, onProgress } = options;
			throwIfInterrupted(signal);
			refuseBlankTexts(texts);
			const hashOf = new Map<string, string>();
			for (const text of texts)
				if (!hashOf.has(text)) hashOf.set(text, sha256(text));
			const distinct = [...hashOf];
			const vectors = cache.getEmbeddings(model.id, [...hashOf.values()]);
			const report = (done: number): void =>
				onProgress?.({
					stage: "embeddings",
					done,
					total: distinct.length,
				});

			const embedMissing = async (): Promise<void> => {
				const candidates = distinct.filter(([, hash]) => !vectors.has(hash));
				const since = cache.getEmbeddings(
					model.id,
					candidates.map(([, hash]) => hash),
				);
				for (const [hash, vector] of since) vectors.set(hash, vector);
				const missing = candidates.filter(([, hash]) => !vectors.has(hash));
				for (const block of chunksOf(missing, BLOCK_TEXTS)) {
					throwIfInterrupted(signal);
					const before = vectors.size;
					const embedded = await model.embed(
						block.map(([text]) => text),
						{
							signal,
							onProgress: ({ done }) => report(before + done),
						},
					);
					cache.putEmbeddings(
						model.id,
						block.map(([, textHash], index) => ({
							textHash,
							vector: embedded[index] as Float32Array,
						})),
					);
					const stored = cache.getEmbeddings(
						model.id,
						block.map(([, hash]) => hash),
					);
					for (const [hash, vector] of stored) vectors.set(hash, vector);
					report(vectors.size);
				}
			};

			report(vectors.size);
			if (vectors.size < distinct.length) await inTurn(embedMissing);
			return texts.map(
				(text) => vectors.get(hashOf.get(text) as string) as Float32Array,
			);
		},
		close: () => model.close(),
	};
}
