/** Summaries in a language model's words. */
import { z } from "zod";
import type { LanguageModel, Message } from "../../llm/port.ts";
import type { Side, Summary } from "../../types.ts";
import { cleanCaption } from "./caption-hygiene.ts";
import { isRefusal } from "./refusal.ts";
import { sentencesFromText } from "./sentences-from-text.ts";
import { summaryFromSentences } from "./summary-from-sentences.ts";

/** What this module needs of the prompt file `summarize`: it is given `captions`, a list of texts in rank order, and `reply` when it uses that. */
export type SummarizePrompt = {
	readonly hash: string;
	readonly variables: readonly string[];
	render(variables: {
		readonly captions: readonly string[];
		/** `json` or `text`: what the reply must be. */
		readonly reply?: string;
	}): readonly Message[];
};

/** The shape of the reply; one that declines is invalid. */
export const summarySchema = z
	.object({ sentences: z.array(z.string()) })
	.superRefine(({ sentences }, context) => {
		if (isRefusal(sentences))
			context.addIssue({
				code: "custom",
				path: ["sentences"],
				message:
					"expected statements about the sounds, or none when they share nothing, got a reply that declines",
			});
	});

/**
 * Asks `model` what the captions of one side have in common, in JSON or in plain text as the model does best (a prompt that does not use
 * `reply` is for JSON). The request depends on the captions alone, so that identical exemplar sets, of either side, share a call.
 * Throws LanguageModelError when the call fails; nothing is ever guessed in its place.
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
	const { prompt, model } = options;
	const captions = options.captions.map((caption) => cleanCaption(caption));
	const saysHow = prompt.variables.includes("reply");
	const answer = await model.generate(
		{
			operation: "summarize",
			messages: prompt.render({
				captions,
				...(saysHow ? { reply: model.reply } : {}),
			}),
			schema: { name: "summary", zod: summarySchema },
			...(saysHow ? { fromText: summaryOfText } : {}),
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

function summaryOfText(text: string): z.infer<typeof summarySchema> {
	return { sentences: sentencesFromText(text) };
}
