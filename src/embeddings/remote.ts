/** Embeddings of a server with an OpenAI-compatible `/embeddings` endpoint; the HTTP call is passed in. */
import {
	InterruptedError,
	LanguageModelError,
	throwIfInterrupted,
} from "../errors.ts";
import { chunksOf, forEachLimited } from "../shared/pool.ts";
import type { EmbeddingModel } from "./port.ts";
import { refuseBlankTexts, unitVector } from "./texts.ts";

/** One request: the vectors of `texts` in order. */
export type EmbeddingRequest = (
	texts: readonly string[],
	signal?: AbortSignal,
) => Promise<readonly (readonly number[])[]>;

export type RemoteEmbeddingsOptions = {
	readonly request: EmbeddingRequest;
	/** Content address of the embedder: base URL, model and whatever else changes a vector. */
	readonly id: string;
	/** Texts per request, 1 and up (default 64). */
	readonly batchSize?: number;
	/** Requests in flight, 1 and up (default 4). */
	readonly concurrency?: number;
};

/**
 * Vectors are scaled to unit length here, whatever the server returns. A server may give a text slightly different bytes
 * in another batch: wrap the model in `cachedEmbeddings`, which keeps the first.
 * `embed` throws LanguageModelError `embedding_count`, `embedding_dimension`, `embedding_not_finite` or `embedding_zero`
 * when the server answers nonsense, and whatever `request` throws.
 */
export function openRemoteEmbeddings(
	options: RemoteEmbeddingsOptions,
): EmbeddingModel {
	const { request, id, batchSize = 64, concurrency = 4 } = options;
	/** Of every vector so far: a server that changes it has changed its model. */
	let dimension: number | undefined;

	const checked = (
		texts: readonly string[],
		rows: readonly (readonly number[])[],
	): Float32Array[] => {
		const fail = (code: string, message: string, text?: string): never => {
			throw new LanguageModelError(`the embedding server ${message}`, {
				code,
				hint: "Check `embeddings.model` and `embeddings.baseUrl`: is it an embedding model?",
				evidence: { embedder: id, ...(text === undefined ? {} : { text }) },
			});
		};
		if (rows.length !== texts.length)
			fail(
				"embedding_count",
				`returned the wrong number of vectors: expected ${texts.length}, got ${rows.length}`,
			);
		return rows.map((row, index) => {
			const text = texts[index] as string;
			dimension ??= row.length;
			if (row.length !== dimension || row.length === 0)
				fail(
					"embedding_dimension",
					`changed the length of its vectors: expected ${dimension === 0 ? "1 or more" : dimension} numbers, got ${row.length}`,
					text,
				);
			if (!row.every((value) => Number.isFinite(value)))
				fail(
					"embedding_not_finite",
					`returned a vector with ${String(row.find((value) => !Number.isFinite(value)))} in it: expected finite numbers`,
					text,
				);
			return (
				unitVector(row) ??
				fail(
					"embedding_zero",
					"returned a vector of zeros, which has no direction: expected a length above 0",
					text,
				)
			);
		});
	};

	return {
		id,
		embed: async (texts, { signal, onProgress, onVectors } = {}) => {
			throwIfInterrupted(signal);
			refuseBlankTexts(texts);
			const vectors: Float32Array[] = new Array(texts.length);
			const starts = texts.map((_, index) => index);
			let done = 0;
			await forEachLimited(
				chunksOf(starts, batchSize),
				concurrency,
				async (indices) => {
					throwIfInterrupted(signal);
					const batch = indices.map((index) => texts[index] as string);
					const rows = await request(batch, signal).catch((error: unknown) => {
						throw signal?.aborted ? new InterruptedError(error) : error;
					});
					const first = indices[0] as number;
					const made = checked(batch, rows);
					onVectors?.(first, made);
					for (const [offset, vector] of made.entries())
						vectors[first + offset] = vector;
					done += batch.length;
					onProgress?.({ stage: "embeddings", done, total: texts.length });
				},
			);
			return vectors;
		},
		close: async () => {},
	};
}
