/** Module B, calibration: strikes from the high summary what the low summary says too. */
import { cosine } from "../../shared/statistics.ts";
import type {
	CalibratedSentence,
	CalibratedSummary,
	Side,
	Summary,
	SummarySentence,
} from "../../types.ts";
import { marginOf } from "./margin.ts";

/** Embeds texts in order, one vector each (the EmbeddingModel port's method). */
export type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

/**
 * A high sentence is struck when its largest cosine to a low sentence exceeds `threshold`, strictly (the full matrix is looked at, so
 * the order of sentences does not matter). An undefined cosine (an embedding of norm zero, or not finite) never strikes. Every sentence
 * keeps its row of cosines, the largest, and the low sentence that one belongs to (the first of equals), so that another threshold
 * needs no new embedding. With `distinct` given, a language model has decided what is struck and the cosines are evidence only.
 *
 * Status: `high_empty` (the high side says nothing), `low_empty` (nothing could be struck), `nothing_distinguishes` (all struck), else
 * `calibrated`. RangeError when `embed` gives another number of vectors than texts.
 */
export async function calibrateSummary(options: {
	readonly high: readonly SummarySentence[];
	/** High sentences that were dropped before; they are kept as struck, with their reason. Default: none. */
	readonly dropped?: Summary["dropped"];
	readonly low: readonly SummarySentence[];
	/** In [-1, 1]; 0.5 by default in the config. */
	readonly threshold: number;
	readonly embed: Embed;
	/** Captions of the shown exemplars, by side: each high sentence then gets its `margin`. Default: none, no margins. */
	readonly captions?: Readonly<Record<Side, readonly string[]>> | undefined;
	/** From `askWhatIsDistinct`: indices, from 0, of the high sentences that the low side does not say. */
	readonly distinct?: ReadonlySet<number> | undefined;
}): Promise<CalibratedSummary> {
	const { low, dropped = [], threshold, distinct } = options;
	const compared = await compare(options);
	const sentences = [
		...compared,
		...dropped.map(
			({ text, reason }): CalibratedSentence => ({
				text,
				kept: false,
				reason,
				cosine: null,
				nearestLow: null,
			}),
		),
	];
	if (distinct === undefined) return rethreshold({ sentences, low }, threshold);
	return summaryOf({
		method: "model",
		threshold,
		low,
		sentences: sentences.map((sentence, index) =>
			struckBefore(sentence)
				? sentence
				: judged(sentence, distinct.has(index) ? null : "model"),
		),
	});
}

/** The same summary at another threshold, from the stored cosines alone, whoever struck before. */
export function rethreshold(
	summary: Pick<CalibratedSummary, "sentences" | "low">,
	threshold: number,
): CalibratedSummary {
	return summaryOf({
		method: "embeddings",
		threshold,
		low: summary.low,
		sentences: summary.sentences.map((sentence) => {
			if (struckBefore(sentence)) return sentence;
			const { cosine: largest } = sentence;
			return judged(
				sentence,
				largest !== null && largest > threshold ? "shared" : null,
			);
		}),
	});
}

/** High sentences, kept so far, with their cosines and margins. */
async function compare({
	high,
	low,
	captions,
	embed,
}: Parameters<typeof calibrateSummary>[0]): Promise<CalibratedSentence[]> {
	if (high.length === 0 || (low.length === 0 && captions === undefined))
		return high.map((sentence) => unmatched(sentence));
	const texts = [
		...[...high, ...low].map(({ text }) => text),
		...(captions?.high ?? []),
		...(captions?.low ?? []),
	];
	const vectors = await embed(texts);
	if (vectors.length !== texts.length)
		throw new RangeError(
			`Expected ${texts.length} embeddings, got ${vectors.length}`,
		);
	const lowVectors = vectors.slice(high.length, high.length + low.length);
	const captionVectors = vectors.slice(high.length + low.length);
	return high.map((sentence, i): CalibratedSentence => {
		const vector = vectors[i] as Float32Array;
		return {
			...unmatched(sentence),
			...(captions === undefined
				? {}
				: {
						margin: marginOf(vector, {
							high: captionVectors.slice(0, captions.high.length),
							low: captionVectors.slice(captions.high.length),
						}),
					}),
			...nearestOf(vector, low, lowVectors),
		};
	});
}

/** The row of the matrix; nothing without a low sentence. */
function nearestOf(
	vector: Float32Array,
	low: readonly SummarySentence[],
	lowVectors: readonly Float32Array[],
): Pick<CalibratedSentence, "cosine" | "nearestLow" | "cosines"> {
	if (low.length === 0) return { cosine: null, nearestLow: null };
	const cosines = lowVectors.map((other) => {
		const value = cosine(vector, other);
		return Number.isFinite(value) ? value : null;
	});
	const largest = cosines.reduce<number | null>(
		(best, value) =>
			value !== null && (best === null || value > best) ? value : best,
		null,
	);
	return {
		cosine: largest,
		nearestLow:
			largest === null ? null : (low[cosines.indexOf(largest)]?.text ?? null),
		cosines,
	};
}

function unmatched({ text, support }: SummarySentence): CalibratedSentence {
	return {
		text,
		kept: true,
		...(support === undefined ? {} : { support }),
		cosine: null,
		nearestLow: null,
	};
}

/** Dropped before anything was compared: no threshold brings it back. */
function struckBefore({ reason }: CalibratedSentence): boolean {
	return reason === "junk" || reason === "too_short";
}

/** The sentence kept (null), or struck for a reason. */
function judged(
	{ reason: _, ...sentence }: CalibratedSentence,
	reason: "shared" | "model" | null,
): CalibratedSentence {
	return reason === null
		? { ...sentence, kept: true }
		: { ...sentence, kept: false, reason };
}

function summaryOf(
	summary: Omit<CalibratedSummary, "status">,
): CalibratedSummary {
	return { status: statusOf(summary), ...summary };
}

function statusOf({
	sentences,
	low,
}: Omit<CalibratedSummary, "status">): CalibratedSummary["status"] {
	if (sentences.every(struckBefore)) return "high_empty";
	if (low.length === 0) return "low_empty";
	return sentences.some(({ kept }) => kept)
		? "calibrated"
		: "nothing_distinguishes";
}
