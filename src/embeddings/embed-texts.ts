/** Texts to vectors by a pool of encoder threads. */
import { InterruptedError, throwIfInterrupted } from "../errors.ts";
import { chunksOf, forEachLimited } from "../shared/pool.ts";
import type { LongOptions } from "../types.ts";
import type { EncoderPool } from "./encoder-pool.ts";
import { refuseBlankTexts } from "./texts.ts";

/** Texts per message to a worker: few enough for smooth progress, many enough that messages cost nothing. */
const BLOCK_TEXTS = 16;

/** Vectors of the texts in order, as the encoder gives them. Throws DataError `blank_text`, InterruptedError, and what `pool` throws. */
export async function embedTexts(
	texts: readonly string[],
	options: LongOptions & {
		readonly pool: EncoderPool;
		/** Blocks in flight, 1 and up. */
		readonly threads: number;
	},
): Promise<Float32Array[]> {
	const { pool, threads, signal, onProgress } = options;
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
