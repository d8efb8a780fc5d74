/** A score of the quiz beside chance, and what it means. */
import { wilsonInterval } from "../../shared/statistics.ts";
import type { Guessing } from "./guessing.ts";

/**
 * The tasks of the quiz. A summary `names` what the captions share, says `nothing` when they share nothing, names only sources of sound that
 * are `supported` by most captions, and names none that no caption has (`invented`). A concept is told among 8 to 16 (`few`) or 48 (`many`);
 * where none fits, that is said (`none-fits`). Of high statements, those the low side says too are struck (`calibrate`). Words are filtered
 * (`acoustic`). A caption says what is heard (`caption`).
 */
export const quizTasks = [
	"names",
	"nothing",
	"supported",
	"invented",
	"few",
	"many",
	"none-fits",
	"calibrate",
	"acoustic",
	"caption",
] as const;

export type QuizTask = (typeof quizTasks)[number];

export type QuizScore = {
	readonly task: QuizTask;
	readonly right: number;
	/** Answers that count. */
	readonly of: number;
	/** Questions without an answer: the call failed, or its reply was none. They are not in `of`. */
	readonly failed: number;
	/** `right / of`, in [0, 1]; null when `of` is 0. */
	readonly value: number | null;
	/** Wilson 95 % interval, from as many answers as there are replies. */
	readonly ci95: readonly [number, number] | null;
	/** Mean of guesses, in [0, 1], see `Guessing`; null when `of` is 0. */
	readonly chance: number | null;
	/** How likely guesses are to score at least as much, in (0, 1]; null when `of` is 0. */
	readonly p: number | null;
	readonly verdict: QuizVerdict;
};

/**
 * `good`: above chance, and at least nine in ten right; `fair`: above chance; `not_above_chance`: p is above 0.005; `no_answers`: fewer than
 * four in five questions were answered; `too_few`: fewer than five answers the task is about; `nothing_to_judge`: none.
 */
export const quizVerdicts = [
	"good",
	"fair",
	"not_above_chance",
	"no_answers",
	"too_few",
	"nothing_to_judge",
] as const;

type QuizVerdict = (typeof quizVerdicts)[number];

/** Share of right answers that is called good. */
const GOOD = 0.9;
/** Share of questions that must have an answer. */
const ANSWERED = 0.8;
/** Answers a verdict needs. */
const FEWEST = 5;
/** 0.05 over all tasks: of models that guess, one in twenty at most, on average, is called better than chance at anything (Bonferroni). */
const SIGNIFICANT = 0.05 / quizTasks.length;

/**
 * The score of `outcomes` (null: the call failed). `guessing`: of the answers alone. `replies`: how many replies gave the answers, when fewer
 * than one each; answers of one reply are not independent, so that the interval counts replies.
 */
export function scoreOf(
	task: QuizTask,
	outcomes: readonly (boolean | null)[],
	{ chance, p }: Guessing,
	replies?: number,
): QuizScore {
	const answered = outcomes.filter((outcome) => outcome !== null);
	const right = answered.filter((outcome) => outcome).length;
	const of = answered.length;
	const value = of === 0 ? null : right / of;
	const independent = replies ?? of;
	const verdict = (): QuizVerdict => {
		if (outcomes.length === 0) return "nothing_to_judge";
		if (of < ANSWERED * outcomes.length) return "no_answers";
		if (value === null || p === null) return "nothing_to_judge";
		if (of < FEWEST) return "too_few";
		if (p > SIGNIFICANT) return "not_above_chance";
		return value >= GOOD ? "good" : "fair";
	};
	return {
		task,
		right,
		of,
		failed: outcomes.length - of,
		value,
		ci95:
			value === null ? null : wilsonInterval(value * independent, independent),
		chance: of === 0 ? null : chance,
		p: of === 0 ? null : p,
		verdict: verdict(),
	};
}
