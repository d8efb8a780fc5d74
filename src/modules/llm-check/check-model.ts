/** One use of a language model put to the quiz: asked with the real prompt and the real module, scored, kept for good. */
import { z } from "zod";
import { LanguageModelError } from "../../errors.ts";
import { hashJson, type Json } from "../../shared/hash.ts";
import { lengthsFor } from "./concepts.ts";
import { type QuizScore, quizTasks, quizVerdicts } from "./score.ts";
import { askUse, checkedUses, type UseOptions } from "./uses.ts";

const usage = z.object({
	calls: z.number(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	/** Of the input, sound; absent in results of before it was kept. */
	audioTokens: z.number().optional(),
	milliseconds: z.number(),
});

const score: z.ZodType<QuizScore> = z.object({
	task: z.enum(quizTasks),
	right: z.number(),
	of: z.number(),
	failed: z.number(),
	value: z.number().nullable(),
	ci95: z.tuple([z.number(), z.number()]).nullable(),
	chance: z.number().nullable(),
	p: z.number().nullable(),
	verdict: z.enum(quizVerdicts),
});

const checkSchema = z.object({
	use: z.enum(checkedUses),
	provider: z.string(),
	model: z.string(),
	quizVersion: z.number(),
	scores: z.array(score),
	/** What the answered calls used. */
	usage,
	/** How the answered calls were asked, with how many: `schema`, `json`, `text`, `top_logprobs`, `log_probabilities`. */
	ways: z.record(z.string(), z.number()),
	/** Codes of the calls that failed, with how many. */
	failures: z.record(z.string(), z.number()),
});

/** Result of the quiz for one use of one model. */
export type ModelCheck = z.output<typeof checkSchema>;

/** What this module needs of a store; all synchronous. */
type CheckStore = UseOptions["store"] & {
	getModelCheck(key: string): Json | undefined;
	putModelCheck(key: string, result: Json, ways: readonly string[]): void;
	usageOfCalls(ids: readonly number[]): z.output<typeof usage>;
	waysOfCalls(ids: readonly number[]): Readonly<Record<string, number>>;
};

export type CheckOptions = UseOptions & {
	/** Everything about the model that can change a reply: results are kept under it. */
	readonly identity: Json;
	readonly store: CheckStore;
};

/** Raised when answers are graded in another way. */
const GRADING = 3;

/** Under what a result is kept: the quiz, how it is graded, the model, the prompt, and what else of the options can change answers or grades. */
function checkKey(options: CheckOptions): string {
	const { use, identity, prompt, judge, minWords, heard, concepts, quiz } =
		options;
	return hashJson({
		use,
		identity,
		prompt: prompt.hash,
		quiz: quiz.hash,
		grading: GRADING,
		...(use === "summarize" ? { minWords } : {}),
		...(use === "acoustic-filter" ? { judge } : {}),
		...(use === "caption" ? { heard } : {}),
		...(use === "identify-concept" ? { lists: lengthsFor(concepts) } : {}),
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
	const asked = await askUse(options).catch((error: unknown) => {
		if (error instanceof LanguageModelError && error.code === "replay_miss")
			return null;
		throw error;
	});
	if (asked === null) return null;
	const { use, model, quiz, store } = options;
	const callIds = [...new Set(asked.callIds)];
	const check: ModelCheck = {
		use,
		provider: model.provider,
		model: model.model,
		quizVersion: quiz.version,
		scores: [...asked.scores],
		usage: store.usageOfCalls(callIds),
		ways: { ...store.waysOfCalls(callIds) },
		failures: countOf(asked.failures),
	};
	// What a model cannot answer, it cannot; what did not get through says nothing of it.
	if (asked.failures.every((code) => code.startsWith("reply_")))
		store.putModelCheck(checkKey(options), check, Object.keys(check.ways));
	return check;
}

function countOf(codes: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
	return counts;
}
