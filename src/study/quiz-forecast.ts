/** From what the quiz took to what 1,000 neurons, or clips, take. */
import type { WriterModel } from "../dissect/context.ts";
import { costOf, type Prices } from "../llm/prices.ts";
import type { ModelCheck } from "../modules/llm-check/check-model.ts";

export type Forecast = {
	/** Calls for 1,000 neurons; of `caption`, for 1,000 clips. */
	readonly calls: number;
	/** Seconds of one call on average; null when no call was answered. */
	readonly secondsPerCall: number | null;
	/** Calls at the same time, at most. */
	readonly concurrency: number;
	/** US dollars for these calls; null: see `noPrice`. */
	readonly usd: number | null;
	readonly noPrice: string | null;
};

/** Calls for 1,000 of what the use is about. New adjectives that a neuron brings to the filter are assumed to be one. */
const CALLS: Readonly<Record<ModelCheck["use"], number>> = {
	summarize: 2000,
	"identify-concept": 1000,
	calibrate: 1000,
	"acoustic-filter": 1000,
	caption: 1000,
};

/** By the calls of the quiz. A call of the filter has as many words as in the quiz: many, or one. */
export function forecastOf(
	{ use, usage, scores }: ModelCheck,
	{ concurrency }: Pick<WriterModel, "concurrency">,
	{ price, reason }: ReturnType<Prices["of"]>,
): Forecast {
	const { calls: asked, inputTokens, outputTokens, milliseconds } = usage;
	// Sound costs many times what text does; where nobody said how much of the input it was, all of it counts as such.
	const audio = use === "caption" ? usage.audioTokens || (inputTokens ?? 0) : 0;
	const words = scores.reduce((sum, { of }) => sum + of, 0);
	const perCall =
		use === "acoustic-filter" && asked > 0 ? Math.max(1, words / asked) : 1;
	const calls = Math.ceil(CALLS[use] / perCall);
	const cost =
		price === null || inputTokens === null || outputTokens === null
			? null
			: costOf(price, { input: inputTokens, output: outputTokens, audio });
	const usd = asked === 0 || cost === null ? null : (cost / asked) * calls;
	return {
		calls,
		secondsPerCall: asked === 0 ? null : milliseconds / asked / 1000,
		concurrency,
		usd,
		noPrice:
			usd !== null
				? null
				: (reason ??
					(asked === 0
						? "no call was answered"
						: inputTokens !== null && outputTokens !== null
							? "the price table has no price for sound (audioInput)"
							: "the server does not say how many tokens a call used")),
	};
}
