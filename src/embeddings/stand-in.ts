/** Vectors without asking anybody: those that are remembered, and for the other texts made-up ones or none. */
import { CallDeferredError } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";
import type { EmbeddingCache, EmbeddingModel } from "./port.ts";
import { refuseBlankTexts } from "./texts.ts";

/** Numbers of a made-up vector when none of the texts has a true one. */
const DIMENSIONS = 8;

/**
 * Nothing is sent and nothing is remembered. What is computed from the vectors means nothing; it only has the form of the true result.
 * `id`: of the embedder it stands for.
 */
export function standInEmbeddings(
	id: string,
	cache: Pick<EmbeddingCache, "getEmbeddings">,
): EmbeddingModel {
	return fromMemory(id, cache, (hashes, known) => {
		const [one] = known.values();
		const length = one?.length ?? DIMENSIONS;
		return hashes.map((hash) => known.get(hash) ?? madeUp(hash, length));
	});
}

/**
 * Remembered vectors and no others: `embed` throws CallDeferredError when a text has none. `id`: of the embedder whose they are.
 */
export function rememberedEmbeddings(
	id: string,
	cache: Pick<EmbeddingCache, "getEmbeddings">,
): EmbeddingModel {
	return fromMemory(id, cache, (hashes, known) =>
		hashes.map((hash) => {
			const vector = known.get(hash);
			if (vector !== undefined) return vector;
			throw new CallDeferredError(
				null,
				`${hashes.filter((one) => !known.has(one)).length} of ${hashes.length} texts have no vector yet`,
			);
		}),
	);
}

/** `vectorsOf`: one for each hash of a text, from those that are remembered. */
function fromMemory(
	id: string,
	cache: Pick<EmbeddingCache, "getEmbeddings">,
	vectorsOf: (
		hashes: readonly string[],
		known: ReadonlyMap<string, Float32Array>,
	) => Float32Array[],
): EmbeddingModel {
	return {
		id,
		embed: async (texts) => {
			refuseBlankTexts(texts);
			const hashes = texts.map((text) => sha256(text));
			return vectorsOf(hashes, cache.getEmbeddings(id, hashes));
		},
		close: async () => {},
	};
}

/** Of unit length, another one for each text. */
function madeUp(hash: string, length: number): Float32Array {
	const vector = new Float32Array(length);
	vector[Number.parseInt(hash.slice(0, 8), 16) % length] = 1;
	return vector;
}
