/** The EmbeddingModel port: texts in, vectors out; and that of a model that takes sounds too. */
import type { HashedClip, LongOptions } from "../types.ts";

/** How texts are embedded. */
export type EmbedOptions = LongOptions & {
	/**
	 * Given vectors as soon as they are there, `first` the position of the first text: what was paid for is not lost when a later request fails.
	 * A model that makes them all in one go need not call it.
	 */
	readonly onVectors?:
		| ((first: number, vectors: readonly Float32Array[]) => void)
		| undefined;
};

export type EmbeddingModel = {
	/** Content address: everything that can change a vector (weights, tokenizer, base URL, model). */
	readonly id: string;
	/**
	 * One vector per text, in order; unit length unless the text has none. Blank texts are a DataError (`blank_text`).
	 * The same text has the same bytes whatever it is embedded together with.
	 */
	embed(
		texts: readonly string[],
		options?: EmbedOptions,
	): Promise<Float32Array[]>;
	close(): Promise<void>;
};

/** A sound: its file, and the SHA-256 of the file's bytes. */
export type AudioClip = Pick<HashedClip, "id" | "path" | "hash">;

/** The vector of a clip, of unit length; or why its bytes have none. */
export type AudioEmbedding =
	| { readonly vector: Float32Array }
	| { readonly code: string; readonly message: string };

/** Texts and sounds in one space: the cosine of a text and a sound says how well they fit. */
export type TextAudioModel = EmbeddingModel & {
	/** Content address of all that can change the vector of a sound (weights, front end). */
	readonly audioId: string;
	/**
	 * One embedding per clip, in order. The same bytes have the same vector whatever they are embedded together with.
	 * Throws DataError when a file cannot be read or is not the one that was hashed.
	 */
	embedAudio(
		clips: readonly AudioClip[],
		options?: LongOptions,
	): Promise<AudioEmbedding[]>;
};

/** What `cachedEmbeddings` needs of a store. `textHash` is the SHA-256 of the text, or of a sound's file. */
export type EmbeddingCache = {
	getEmbeddings(
		embedder: string,
		textHashes: readonly string[],
	): Map<string, Float32Array>;
	/** Commits all entries in one transaction; an entry that exists is left as it is. */
	putEmbeddings(
		embedder: string,
		entries: readonly {
			readonly textHash: string;
			readonly vector: Float32Array;
		}[],
	): void;
};
