/** The local sentence encoder: an ONNX file and its tokenizer, run in worker threads. */
import { availableParallelism } from "node:os";
import { embedTexts } from "./embed-texts.ts";
import {
	MAXIMUM_IDS,
	readEncoderFiles,
	shippedEncoderDirectory,
} from "./encoder-files.ts";
import { openEncoderPool } from "./encoder-pool.ts";
import type { EmbeddingModel } from "./port.ts";

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
		name: "the sentence encoder",
		hint: "Reinstall audio-dissect, or check the files in `embeddings.directory`.",
	});
	return {
		id,
		embed: (texts, options = {}) =>
			embedTexts(texts, { ...options, pool, threads }),
		close: () => pool.close(),
	};
}
