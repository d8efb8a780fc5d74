/** What is put to the quiz: each use of a language model, asked with its own prompt and by the module that asks it. */

import type { LanguageModel } from "../../llm/port.ts";
import type { Prompt } from "../../prompts/prompt.ts";
import {
	type JudgementStore,
	judgeAcoustic,
} from "../open-set-extraction/acoustic-filter.ts";
import type { Tagger } from "../open-set-extraction/tagger.ts";
import type { Attempt } from "./attempt.ts";
import { askCalibrations, gradeCalibrations } from "./calibrations.ts";
import { askCaptions, gradeCaptions, type HeardAs } from "./captions.ts";
import { askConcepts, gradeConcepts } from "./concepts.ts";
import { gradeSummaries } from "./grade-summaries.ts";
import type { Quiz } from "./quiz.ts";
import type { QuizScore } from "./score.ts";
import { askSummaries } from "./summaries.ts";
import { gradeWords, quizWords, wordsWait } from "./words.ts";

/** The uses of a language model that have questions in the quiz; also the names of their prompts. */
export const checkedUses = [
	"summarize",
	"identify-concept",
	"calibrate",
	"acoustic-filter",
	"caption",
] as const;

export type CheckedUse = (typeof checkedUses)[number];

/** What a use is asked with. */
export type UseOptions = {
	readonly use: CheckedUse;
	readonly model: LanguageModel;
	/** Calls at a time, 1 and up. */
	readonly concurrency: number;
	/** The prompt of the use. */
	readonly prompt: Prompt;
	/** Under which verdicts on words are kept, see `judgeAcoustic`. */
	readonly judge: string;
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
	/** Size of the run's concept set, of which only the questions that are like it are asked; null: not known, all are. */
	readonly concepts: number | null;
	/** How clips are sent; null where none are captioned. */
	readonly heard: HeardAs | null;
	readonly quiz: Quiz;
	readonly tagger: Tagger;
	readonly store: JudgementStore;
	readonly signal?: AbortSignal | undefined;
};

export type Asked = {
	readonly scores: readonly QuizScore[];
	readonly callIds: readonly number[];
	/** Error codes. */
	readonly failures: readonly string[];
};

/** Asks and grades all questions of the use. Null when calls wait. Throws what would hit every call. */
export async function askUse(options: UseOptions): Promise<Asked | null> {
	const { quiz, tagger } = options;
	switch (options.use) {
		case "summarize": {
			const asked = await askSummaries(options);
			return factsOf(asked, () => gradeSummaries(asked, quiz, tagger));
		}
		case "identify-concept": {
			const asked = await askConcepts(options);
			return factsOf(asked, () => gradeConcepts(asked));
		}
		case "calibrate": {
			const asked = await askCalibrations(options);
			return factsOf(asked, () => [gradeCalibrations(asked)]);
		}
		case "caption": {
			const { heard } = options;
			if (heard === null)
				throw new TypeError("Expected `heard` for captions, got `null`");
			const asked = await askCaptions({ ...options, heard });
			return factsOf(asked, async () => [await gradeCaptions(asked, tagger)]);
		}
		case "acoustic-filter":
			return askWords(options);
	}
}

async function askWords(options: UseOptions): Promise<Asked | null> {
	const { quiz, store } = options;
	const judgements = await judgeAcoustic({
		...options,
		lemmas: quizWords(quiz),
		judgements: store,
	});
	if (wordsWait(judgements)) return null;
	return {
		scores: [gradeWords(judgements, quiz)],
		callIds: [...judgements.verdicts.values()].flatMap(
			({ callId }) => callId ?? [],
		),
		failures: [...judgements.failures.values()].map(({ code }) => code),
	};
}

async function factsOf(
	asked: readonly {
		readonly attempt: Attempt<{ readonly callIds: readonly number[] }>;
	}[],
	grade: () => readonly QuizScore[] | Promise<readonly QuizScore[]>,
): Promise<Asked | null> {
	const attempts = asked.map(({ attempt }) => attempt);
	if (attempts.some((attempt) => "waits" in attempt)) return null;
	return {
		scores: await grade(),
		callIds: attempts.flatMap((attempt) =>
			"answer" in attempt ? attempt.answer.callIds : [],
		),
		failures: attempts.flatMap((attempt) =>
			"failed" in attempt ? [attempt.failed] : [],
		),
	};
}
