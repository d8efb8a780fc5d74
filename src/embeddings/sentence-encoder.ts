/** The local sentence encoder: an ONNX file and its tokenizer, run in worker threads. */
import { availableParallelism } from "node:os";
import { InterruptedError, throwIfInterrupted } from "../errors.ts";
import { chunksOf, forEachLimited } from "../shared/pool.ts";
import {
	MAXIMUM_IDS,
	readEncoderFiles,
	shippedEncoderDirectory,
} from "./encoder-files.ts";
import { type EncoderPool, openEncoderPool } from "./encoder-pool.ts";
import type { EmbeddingModel } from "./port.ts";
import { refuseBlankTexts } from "./texts.ts";

/** Texts per message to a worker: few enough for smooth progress, many enough that messages cost nothing. */
const BLOCK_TEXTS = 16;

export type SentenceEncoderOptions = {
	/** Folder with `model.onnx`, `tokenizer.json` and `tokenizer_config.json`; default the shipped all-MiniLM-L6-v2 (384 dimensions, English). */
	readonly directory?: string | undefined;
	/** Worker threads, 1 and up; each holds the weights (about 120 MB). Default: the cores, at most 2. Never changes a vector. */
	readonly threads?: number | undefined;
};

/**
 * Opens the encoder. Each text is one run of the network (no batch, no padding) on one thread, so its bytes depend on nothing else.
 * Texts of more than 256 token ids are cut. The workers start with the first `embed`, end with `close`, and do not keep an idle process alive.
 * Throws PrerequisiteError `encoder_missing`; `embed` throws DataError `blank_text`, PrerequisiteError `encoder_unreadable` (a damaged file), InterruptedError.
 *
 * @example
 * const encoder = await openSentenceEncoder();
 * const [rain, drizzle] = await encoder.embed(["heavy rain", "a light drizzle"]);
 * await encoder.close();
 */
export async function openSentenceEncoder(
	options: SentenceEncoderOptions = {},
): Promise<EmbeddingModel> {
	const threads = options.threads ?? Math.min(2, availableParallelism());
	if (!Number.isInteger(threads) || threads < 1)
		throw new RangeError(
			`Expected \`threads\` to be an integer from 1 and up, got \`${threads}\``,
		);
	const { id, ...files } = await readEncoderFiles(
		options.directory ?? shippedEncoderDirectory,
	);
	const pool = openEncoderPool({
		task: { ...files, maximumIds: MAXIMUM_IDS },
		size: threads,
	});
	return {
		id,
		embed: async (texts, { signal, onProgress } = {}) => {
			throwIfInterrupted(signal);
			refuseBlankTexts(texts);
			const vectors: Float32Array[] = new Array(texts.length);
			let done = 0;
			const work = encodeAll({
				pool,
				texts,
				threads,
				isInterrupted: () => signal?.aborted === true,
				onVector: (index, vector) => {
					vectors[index] = vector;
					done += 1;
				},
				onBlock: () =>
					onProgress?.({ stage: "embeddings", done, total: texts.length }),
			});
			await untilInterrupted(work, signal);
			return vectors;
		},
		close: () => pool.close(),
	};
}

/** Longest texts first, so that the workers finish together; as many blocks in flight as workers. */
async function encodeAll(options: {
	readonly pool: EncoderPool;
	readonly texts: readonly string[];
	readonly threads: number;
	readonly isInterrupted: () => boolean;
	readonly onVector: (index: number, vector: Float32Array) => void;
	readonly onBlock: () => void;
}): Promise<void> {
	const { pool, texts, threads, isInterrupted, onVector, onBlock } = options;
	const order = texts
		.map((text, index) => ({ index, length: text.length }))
		.sort((a, b) => b.length - a.length || a.index - b.index);
	const size = Math.max(
		1,
		Math.min(BLOCK_TEXTS, Math.ceil(texts.length / threads)),
	);
	await forEachLimited(chunksOf(order, size), threads, async (block) => {
		if (isInterrupted()) return;
		const encoded = await pool.encode(
			block.map(({ index }) => texts[index] as string),
		);
		if (isInterrupted()) return;
		for (const [place, { index }] of block.entries())
			onVector(index, encoded[place] as Float32Array);
		onBlock();
	});
}

/** The work, or InterruptedError as soon as the signal fires: blocks in a worker then end unheard. */
async function untilInterrupted(
	work: Promise<void>,
	signal: AbortSignal | undefined,
): Promise<void> {
	if (signal === undefined) return work;
	let listener: (() => void) | undefined;
	const interrupted = new Promise<never>((_, reject) => {
		listener = () => reject(new InterruptedError(signal.reason));
		signal.addEventListener("abort", listener, { once: true });
	});
	try {
		await Promise.race([work, interrupted]);
	} finally {
		if (listener) signal.removeEventListener("abort", listener);
	}
}
