/** One use of a language model put to the quiz: asked with the real prompt and the real module, scored, kept for good. */
import { z } from "zod";
import { LanguageModelError } from "../../errors.ts";
import type { LanguageModel } from "../../llm/port.ts";
import type { Prompt } from "../../prompts/prompt.ts";
import { hashJson, type Json } from "../../shared/hash.ts";
import {
	type JudgementStore,
	judgeAcoustic,
} from "../open-set-extraction/acoustic-filter.ts";
import type { Tagger } from "../open-set-extraction/tagger.ts";
import type { Attempt } from "./attempt.ts";
import { askChoices, gradeChoices } from "./choices.ts";
import type { Quiz } from "./quiz.ts";
import type { QuizScore } from "./score.ts";
import { askSummaries, gradeSummaries } from "./summaries.ts";
import { gradeWords, quizWords, wordsWait } from "./words.ts";

/** What is put to the quiz: the work of a module, or choosing as such. */
export type CheckedUse = "summarize" | "acoustic-filter" | "choose";

const usage = z.object({
	calls: z.number(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	milliseconds: z.number(),
});

const score: z.ZodType<QuizScore> = z.object({
	task: z.enum(["names", "nothing", "supported", "choose", "acoustic"]),
	right: z.number(),
	of: z.number(),
	failed: z.number(),
	value: z.number().nullable(),
	ci95: z.tuple([z.number(), z.number()]).nullable(),
	chance: z.number().nullable(),
	verdict: z.enum([
		"good",
		"fair",
		"not_above_chance",
		"no_answers",
		"nothing_to_judge",
	]),
});

const checkSchema = z.object({
	use: z.enum(["summarize", "acoustic-filter", "choose"]),
	provider: z.string(),
	model: z.string(),
	quizVersion: z.number(),
	scores: z.array(score),
	/** What the answered calls used. */
	usage,
	/** Codes of the calls that failed, with how many. */
	failures: z.record(z.string(), z.number()),
});

/** Result of the quiz for one use of one model. */
export type ModelCheck = z.output<typeof checkSchema>;

/** What this module needs of a store; all synchronous. */
type CheckStore = JudgementStore & {
	getModelCheck(key: string): Json | undefined;
	putModelCheck(key: string, result: Json): void;
	usageOfCalls(ids: readonly number[]): z.output<typeof usage>;
};

export type CheckOptions = {
	readonly use: CheckedUse;
	readonly model: LanguageModel;
	/** Everything about the model that can change a reply: results are kept under it. */
	readonly identity: Json;
	/** Calls at a time, 1 and up. */
	readonly concurrency: number;
	/** The prompt of the use; null for `choose`, which has none. */
	readonly prompt: Prompt | null;
	/** Under which verdicts on words are kept, see `judgeAcoustic`. */
	readonly judge: string;
	/** Least number of word tokens of a kept sentence, from 1. */
	readonly minWords: number;
	readonly quiz: Quiz;
	readonly tagger: Tagger;
	readonly store: CheckStore;
	readonly signal?: AbortSignal | undefined;
};

/** Raised when answers are graded in another way. */
const GRADING = 1;

/** Under what a result is kept: the quiz, how it is graded, the model, the prompt. */
function checkKey(options: CheckOptions): string {
	const { use, identity, prompt, minWords, quiz } = options;
	return hashJson({
		use,
		identity,
		prompt: prompt?.hash ?? null,
		minWords,
		quiz: quiz.hash,
		grading: GRADING,
	});
}

/** The result that is kept; undefined when the quiz was not put to this model for this use. */
export function keptCheck(options: CheckOptions): ModelCheck | undefined {
	const kept = options.store.getModelCheck(checkKey(options));
	return kept === undefined ? undefined : checkSchema.parse(kept);
}

/**
 * Puts the quiz to the model, unless its result is kept. Null when calls wait (put aside, or beyond the budget) and when recorded calls
 * are replayed that the quiz is not among. A result with calls that did not get through is returned and not kept. Throws
 * LanguageModelError for what would hit every call, InterruptedError, and what the store throws.
 */
export async function checkModel(
	options: CheckOptions,
): Promise<ModelCheck | null> {
	const kept = keptCheck(options);
	if (kept !== undefined) return kept;
	const asked = await askAndGrade(options).catch((error: unknown) => {
		if (error instanceof LanguageModelError && error.code === "replay_miss")
			return null;
		throw error;
	});
	if (asked === null) return null;
	const { use, model, quiz, store } = options;
	const check: ModelCheck = {
		use,
		provider: model.provider,
		model: model.model,
		quizVersion: quiz.version,
		scores: [...asked.scores],
		usage: store.usageOfCalls([...new Set(asked.callIds)]),
		failures: countOf(asked.failures),
	};
	// What a model cannot answer, it cannot; what did not get through says nothing of it.
	if (asked.failures.every((code) => code.startsWith("reply_")))
		store.putModelCheck(checkKey(options), check);
	return check;
}

type Asked = {
	readonly scores: readonly QuizScore[];
	readonly callIds: readonly number[];
	/** Error codes. */
	readonly failures: readonly string[];
};

/** Null when calls wait. */
async function askAndGrade(options: CheckOptions): Promise<Asked | null> {
	const { use, quiz, prompt, tagger } = options;
	if (use === "choose") {
		const asked = await askChoices(options);
		const facts = factsOf(asked.map(({ attempt }) => attempt));
		return facts && { ...facts, scores: [gradeChoices(asked)] };
	}
	if (prompt === null)
		throw new TypeError(`Expected \`prompt\` for \`${use}\`, got \`null\``);
	if (use === "summarize") {
		const asked = await askSummaries({ ...options, prompt });
		const facts = factsOf(asked.map(({ attempt }) => attempt));
		return (
			facts && { ...facts, scores: await gradeSummaries(asked, quiz, tagger) }
		);
	}
	const judgements = await judgeAcoustic({
		...options,
		prompt,
		lemmas: quizWords(quiz),
		judgements: options.store,
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

function factsOf(
	attempts: readonly Attempt<{ readonly callIds: readonly number[] }>[],
): Omit<Asked, "scores"> | null {
	if (attempts.some((attempt) => "waits" in attempt)) return null;
	return {
		callIds: attempts.flatMap((attempt) =>
			"answer" in attempt ? attempt.answer.callIds : [],
		),
		failures: attempts.flatMap((attempt) =>
			"failed" in attempt ? [attempt.failed] : [],
		),
	};
}

function countOf(codes: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
	return counts;
}
