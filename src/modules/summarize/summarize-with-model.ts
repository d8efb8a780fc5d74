/** Summaries written by a language model: one call per set of exemplar captions. */
import { z } from "zod";
import type { LanguageModel, Message } from "../../llm/port.ts";
import type { Side, Summary } from "../../types.ts";
import { cleanCaption } from "./caption-hygiene.ts";
import { summaryFromSentences } from "./summary-from-sentences.ts";

/** What this module needs of the prompt file `summarize`: it is given `captions`, a list of texts in rank order. */
export type SummarizePrompt = {
	readonly hash: string;
	render(variables: {
		readonly captions: readonly string[];
	}): readonly Message[];
};

/** The shape of the reply. */
export const summarySchema = z.object({ sentences: z.array(z.string()) });

/**
 * Asks `model` what the captions of one side have in common. The request depends on the captions alone, so that identical exemplar
 * sets, of either side, share a call. Throws LanguageModelError when the call fails; nothing is ever guessed in its place.
 */
export async function summarizeWithModel(options: {
	/** Captions of the shown exemplars in rank order. */
	readonly captions: readonly string[];
	readonly side: Side;
	readonly prompt: SummarizePrompt;
	readonly model: LanguageModel;
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<{
	readonly summary: Summary;
	readonly callIds: readonly number[];
}> {
	const captions = options.captions.map((caption) => cleanCaption(caption));
	const answer = await options.model.generate(
		{
			operation: "summarize",
			messages: options.prompt.render({ captions }),
			schema: { name: "summary", zod: summarySchema },
		},
		{ signal: options.signal },
	);
	return {
		summary: summaryFromSentences({
			side: options.side,
			texts: answer.value.sentences,
			minWords: options.minWords,
		}),
		callIds: answer.callIds,
	};
}
