/** What a score of the quiz means for the user, in words. */
import type { CheckedUse, ModelCheck } from "./check-model.ts";
import type { QuizScore, QuizTask } from "./score.ts";

/** What the task is, for a table. */
export const TASK_WORDS: Readonly<Record<QuizTask, string>> = {
	names: "summary names what the clips share",
	nothing: "summary admits that they share nothing",
	supported: "summary names only sources most clips have",
	choose: "choice of one option of many",
	acoustic: "acoustic filter of words",
};

const GOOD: Readonly<Record<QuizTask, string>> = {
	names: "Summaries say what the clips share.",
	nothing: "Where clips share nothing, the summary says so.",
	supported:
		"Summaries name no source of sound that is not in most of the captions.",
	choose: "It chooses the right one of many options.",
	acoustic: "The acoustic filter can be relied on.",
};

const NOT_ABOVE: Readonly<Record<QuizTask, string>> = {
	names:
		"Summaries are no closer to their own clips than to other clips: do not use this model for summaries.",
	nothing:
		"It does not tell clips that share nothing from clips that share something: a summary is no sign that there is something to hear.",
	supported:
		"Its summaries name sources of sound that one clip has or none, as often as chance would: what a summary names may not be shared, or may be invented.",
	choose: "Its choices are no better than guesses: do not let it choose.",
	acoustic:
		"Its verdicts on words are no better than coin tosses: give the acoustic filter to another model (languageModel.modules.acoustic-filter).",
};

/** What to expect, one or two sentences. */
export function expectationOf(score: QuizScore): string {
	const { task, right, of, failed } = score;
	switch (score.verdict) {
		case "good":
			return GOOD[task];
		case "fair":
			return `Better than chance, and wrong ${of - right} times in ${of}: ${TASK_WORDS[task]}.${task === "choose" || task === "acoustic" ? "" : " Check what it writes by ear."}`;
		case "not_above_chance":
			return NOT_ABOVE[task];
		case "no_answers":
			return `${failed} of ${failed + of} questions had no usable answer: many neurons would fail.`;
		case "nothing_to_judge":
			return task === "supported"
				? "It wrote no summary, so nothing can be said about what it makes up."
				: "Nothing was answered, so nothing can be said.";
	}
}

const WHAT: Readonly<Record<CheckedUse, string>> = {
	summarize: "summarize",
	"acoustic-filter": "open-set-extraction",
	choose: "choosing",
};

/** One warning for each score that is not above chance, or that too few answers went into. */
export function warningsOf(checks: readonly ModelCheck[]): string[] {
	return checks.flatMap(({ use, provider, model, scores }) =>
		scores
			.filter(
				({ verdict }) =>
					verdict === "not_above_chance" || verdict === "no_answers",
			)
			.map(
				(score) =>
					`${WHAT[use]} by ${provider}/${model}: ${score.right} of ${score.of} in the quiz (chance ${percentOf(score.chance)}). ${expectationOf(score)}`,
			),
	);
}

function percentOf(value: number | null): string {
	return value === null ? "not known" : `${Math.round(value * 100)} %`;
}
