/** An embedding cache in memory, with its commits counted. */
import type { EmbeddingCache } from "../../src/embeddings/port.ts";

export type MemoryCache = EmbeddingCache & {
	/** Number of entries of each commit, in order. */
	readonly commits: number[];
};

export function memoryCache(): MemoryCache {
	const vectors = new Map<string, Float32Array>();
	const commits: number[] = [];
	const key = (embedder: string, hash: string): string => `${embedder} ${hash}`;
	return {
		commits,
		getEmbeddings: (embedder, hashes) =>
			new Map(
				hashes.flatMap((hash) => {
					const vector = vectors.get(key(embedder, hash));
					return vector === undefined ? [] : [[hash, vector.slice()] as const];
				}),
			),
		putEmbeddings: (embedder, entries) => {
			commits.push(entries.length);
			for (const { textHash, vector } of entries)
				if (!vectors.has(key(embedder, textHash)))
					vectors.set(key(embedder, textHash), vector.slice());
		},
	};
}
