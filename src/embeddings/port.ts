/** The EmbeddingModel port: texts in, vectors out. */
import type { LongOptions } from "../types.ts";

export type EmbeddingModel = {
	/** Content address: everything that can change a vector (weights, tokenizer, base URL, model). */
	readonly id: string;
	/**
	 * One vector per text, in order; unit length unless the text has none. Blank texts are a DataError (`blank_text`).
	 * The same text has the same bytes whatever it is embedded together with.
	 */
	embed(
		texts: readonly string[],
		options?: LongOptions,
	): Promise<Float32Array[]>;
	close(): Promise<void>;
};

/** What `cachedEmbeddings` needs of a store. `textHash` is the SHA-256 of the text. */
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
