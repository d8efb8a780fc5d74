/** Module B, calibration: strikes from the high summary what the low summary says too. */
import { cosine } from "../../shared/statistics.ts";
import type {
	CalibratedSentence,
	CalibratedSummary,
	SummarySentence,
} from "../../types.ts";

/** Embeds texts in order, one vector each (the EmbeddingModel port's method). */
export type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

/**
 * A high sentence is struck when its largest cosine to a low sentence exceeds `threshold`, strictly (the full matrix is looked at, so
 * the order of sentences does not matter). An undefined cosine (an embedding of norm zero, or not finite) never strikes. Every sentence
 * keeps its largest cosine and the low sentence it belongs to (the first of equals), so that another threshold needs no new embedding.
 *
 * Status: `high_empty` (the high side says nothing), `low_empty` (nothing could be struck), `nothing_distinguishes` (all struck), else
 * `calibrated`.
 */
export async function calibrateSummary(options: {
	readonly high: readonly SummarySentence[];
	readonly low: readonly SummarySentence[];
	/** In [-1, 1]; 0.5 by default in the config. */
	readonly threshold: number;
	readonly embed: Embed;
}): Promise<CalibratedSummary> {
	const { high, low, threshold } = options;
	if (high.length === 0 || low.length === 0)
		return rethreshold(
			{
				low,
				sentences: high.map((sentence) => unmatched(sentence)),
			},
			threshold,
		);
	const vectors = await options.embed(
		[...high, ...low].map((sentence) => sentence.text),
	);
	const sentences = high.map((sentence, i): CalibratedSentence => {
		let best: { cosine: number; text: string } | undefined;
		for (const [j, other] of low.entries()) {
			const a = vectors[i];
			const b = vectors[high.length + j];
			if (a === undefined || b === undefined)
				throw new RangeError(
					`Expected ${high.length + low.length} embeddings, got ${vectors.length}`,
				);
			const value = cosine(a, b);
			if (Number.isFinite(value) && (best === undefined || value > best.cosine))
				best = { cosine: value, text: other.text };
		}
		return best === undefined
			? unmatched(sentence)
			: {
					...unmatched(sentence),
					cosine: best.cosine,
					nearestLow: best.text,
				};
	});
	return rethreshold({ low, sentences }, threshold);
}

/** The same summary at another threshold, from the stored cosines alone. */
export function rethreshold(
	summary: Pick<CalibratedSummary, "sentences" | "low">,
	threshold: number,
): CalibratedSummary {
	const sentences = summary.sentences.map((sentence) => ({
		...sentence,
		kept: sentence.cosine === null || !(sentence.cosine > threshold),
	}));
	return {
		status: statusOf(sentences, summary.low),
		threshold,
		sentences,
		low: summary.low,
	};
}

function statusOf(
	sentences: readonly CalibratedSentence[],
	low: readonly SummarySentence[],
): CalibratedSummary["status"] {
	if (sentences.length === 0) return "high_empty";
	if (low.length === 0) return "low_empty";
	return sentences.some((sentence) => sentence.kept)
		? "calibrated"
		: "nothing_distinguishes";
}

function unmatched(sentence: SummarySentence): CalibratedSentence {
	return {
		text: sentence.text,
		kept: true,
		...(sentence.support === undefined ? {} : { support: sentence.support }),
		cosine: null,
		nearestLow: null,
	};
}
