/** Scores the summaries of a recalibrated run with the sentence encoder of its source, when that is one of this machine. */
import { z } from "zod";
import { evaluateNearestClass } from "../analysis/evaluate/evaluate-run.ts";
import { outputLayerOf } from "../analysis/evaluate/output-layer.ts";
import { cachedEmbeddings } from "../embeddings/cached.ts";
import { openSentenceEncoder } from "../embeddings/sentence-encoder.ts";
import { PrerequisiteError } from "../errors.ts";
import type { RunView, Store } from "../store/store.ts";
import type { LongOptions } from "../types.ts";

const configSchema = z.object({
	embeddings: z.object({
		provider: z.string(),
		directory: z.string().nullable().default(null),
	}),
});
const seedsSchema = z.object({ seed: z.number() });

/**
 * Stores the evaluation `nearest-class` of `run`, as `dissect` does for a run of its own. Returns null when it did, or when the run has no described output
 * layer with class names; else why not. Sends nothing: vectors of a server are not asked for. Throws InterruptedError and StoreError.
 */
export async function scoreRecalibrated(
	options: LongOptions & {
		readonly store: Store;
		readonly run: RunView;
	},
): Promise<string | null> {
	const { store, run } = options;
	const { name, classes, units } = outputLayerOf(run);
	if (name === null || classes === null || units === null) return null;
	const parsed = configSchema.safeParse(run.resolved);
	if (!parsed.success)
		return "the run's config does not say which encoder it used";
	const { provider, directory } = parsed.data.embeddings;
	if (provider !== "local")
		return `the run's embeddings are those of a server (${provider}), and recalibrate sends nothing`;
	try {
		const encoder = await openSentenceEncoder(
			directory === null ? {} : { directory },
		);
		try {
			await evaluateNearestClass({
				...options,
				run: run.id,
				classes,
				outputLayer: name,
				embeddings: cachedEmbeddings(encoder, store),
				seed: seedsSchema.parse(run.seeds).seed,
			});
		} finally {
			await encoder.close();
		}
		return null;
	} catch (error) {
		// The run is made; only this figure is missing.
		if (error instanceof PrerequisiteError) return error.message;
		throw error;
	}
}
