/** A score of the quiz beside chance, and what it means. */
import { wilsonInterval } from "../../shared/statistics.ts";

/**
 * The tasks of the quiz: a summary `names` what the captions share, says `nothing` when they share nothing, and names only sources of sound
 * that are `supported` by most of them; it `choose`s, and filters words (`acoustic`).
 */
export type QuizTask =
	| "names"
	| "nothing"
	| "supported"
	| "choose"
	| "acoustic";

export type QuizScore = {
	readonly task: QuizTask;
	readonly right: number;
	/** Answers that count. */
	readonly of: number;
	/** Questions without an answer: the call failed, or its reply was none. They are not in `of`. */
	readonly failed: number;
	/** `right / of`, in [0, 1]; null when `of` is 0. */
	readonly value: number | null;
	/** Wilson 95 % interval. */
	readonly ci95: readonly [number, number] | null;
	/** What the same answers, or guesses, score when they have nothing to do with the questions, in [0, 1]; null when `of` is 0. */
	readonly chance: number | null;
	readonly verdict: QuizVerdict;
};

/**
 * `good`: above chance, and at least nine in ten right; `fair`: above chance; `not_above_chance`: the lower end of the interval is not above
 * chance; `no_answers`: fewer than four in five questions were answered; `nothing_to_judge`: no answer the task is about.
 */
type QuizVerdict =
	| "good"
	| "fair"
	| "not_above_chance"
	| "no_answers"
	| "nothing_to_judge";

/** Share of right answers that is called good. */
const GOOD = 0.9;
/** Share of questions that must have an answer. */
const ANSWERED = 0.8;

/** The score of `outcomes` (null: the call failed). `chance` in [0, 1]. */
export function scoreOf(
	task: QuizTask,
	outcomes: readonly (boolean | null)[],
	chance: number | null,
): QuizScore {
	const answered = outcomes.filter((outcome) => outcome !== null);
	const right = answered.filter((outcome) => outcome).length;
	const of = answered.length;
	const ci95 = wilsonInterval(right, of);
	const value = of === 0 ? null : right / of;
	const verdict = (): QuizVerdict => {
		if (outcomes.length === 0) return "nothing_to_judge";
		if (of < ANSWERED * outcomes.length) return "no_answers";
		if (value === null || ci95 === null || chance === null)
			return "nothing_to_judge";
		if (ci95[0] <= chance) return "not_above_chance";
		return value >= GOOD ? "good" : "fair";
	};
	return {
		task,
		right,
		of,
		failed: outcomes.length - of,
		value,
		ci95,
		chance: of === 0 ? null : chance,
		verdict: verdict(),
	};
}

/**
 * The mean of `right(answer, question)` over all pairs: what the answers score on average when they are handed out at random (the mean of
 * the permutation null; a constant answerer scores exactly this). Null when there are no pairs.
 */
export function shuffledScore<Q, A>(
	questions: readonly Q[],
	answers: readonly A[],
	right: (answer: A, question: Q) => boolean,
): number | null {
	if (questions.length === 0 || answers.length === 0) return null;
	let sum = 0;
	for (const question of questions)
		for (const answer of answers) if (right(answer, question)) sum += 1;
	return sum / (questions.length * answers.length);
}
