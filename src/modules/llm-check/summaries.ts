/** The quiz's exemplar sets, summarized as `dissect` does. */
import type { LanguageModel } from "../../llm/port.ts";
import { forEachLimited } from "../../shared/pool.ts";
import {
	type SummarizePrompt,
	summarizeWithModel,
} from "../summarize/summarize-with-model.ts";
import { type Attempt, attempt } from "./attempt.ts";
import type { Quiz, QuizSet } from "./quiz.ts";

/** The kept sentences of a summary and the calls behind them. */
type Written = {
	readonly sentences: readonly string[];
	readonly callIds: readonly number[];
};

export type AskedSet = {
	readonly set: QuizSet;
	readonly attempt: Attempt<Written>;
};

/** Asks for a summary of every set, with the real prompt, at most `concurrency` at a time. Throws what would hit every call. */
export async function askSummaries(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly prompt: SummarizePrompt;
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedSet[]> {
	const { quiz, concurrency, ...asked } = options;
	const answers = new Map<QuizSet, Attempt<Written>>();
	await forEachLimited(quiz.summaries, concurrency, async (set) => {
		answers.set(
			set,
			await attempt(async () => {
				const { summary, callIds } = await summarizeWithModel({
					...asked,
					captions: set.captions,
					side: "high",
				});
				return {
					sentences: summary.sentences.map(({ text }) => text),
					callIds,
				};
			}),
		);
	});
	return quiz.summaries.flatMap((set) => {
		const answer = answers.get(set);
		return answer === undefined ? [] : [{ set, attempt: answer }];
	});
}
