/** What a score of the quiz means for the user, in words. */
import type { ModelCheck } from "./check-model.ts";
import type { QuizScore, QuizTask } from "./score.ts";

/** What the task is, for a table. */
export const TASK_WORDS: Readonly<Record<QuizTask, string>> = {
	names: "summary names what the clips share",
	nothing: "summary admits that they share nothing",
	supported: "summary names only sources most clips have",
	invented: "summary names no source that no clip has",
	few: "concept out of 8 to 16",
	many: "concept out of 48",
	"none-fits": "says that no concept fits",
	calibrate: "strikes what the low side says too",
	acoustic: "acoustic filter of words",
	caption: "caption names what is heard",
};

const GOOD: Readonly<Record<QuizTask, string>> = {
	names: "Summaries say what the clips share",
	nothing: "Where clips share nothing, the summary says so",
	supported:
		"Sources of sound that a summary names are in most of the captions",
	invented: "Summaries make up no sources of sound",
	few: "It finds the right one of a few concepts",
	many: "It finds the right one of many concepts",
	"none-fits": "Where no concept fits, it says so",
	calibrate: "It tells what both sides say from what only the high side says",
	acoustic: "The acoustic filter can be relied on",
	caption: "Captions name what is heard",
};

const CHOOSE_OTHERWISE =
	"Use closedSet.method db, or another model (languageModel.modules.identify-concept).";

/** What a score at chance means, and what to do about it. */
const AT_CHANCE: Readonly<Record<QuizTask, readonly [string, string]>> = {
	names: [
		"Summaries are no closer to their own clips than to other clips",
		"Do not use this model for summaries.",
	],
	nothing: [
		"It does not tell clips that share nothing from clips that share something",
		"A summary is no sign that there is something to hear.",
	],
	supported: [
		"Summaries name sources of sound that most clips lack, as often as guesses would",
		"What a summary names may not be shared.",
	],
	invented: [
		"Summaries name sources of sound that no clip has, as often as guesses would",
		"What a summary names may be made up.",
	],
	few: [
		"Its choices of a concept are no better than guesses",
		CHOOSE_OTHERWISE,
	],
	many: [
		"Its choices of a concept are no better than guesses",
		CHOOSE_OTHERWISE,
	],
	"none-fits": [
		"It does not tell statements that no concept fits from those that one fits",
		"A concept is no sign that it fits.",
	],
	calibrate: [
		"What it strikes is no better than coin tosses",
		"Use summaryCalibration.method embeddings, or another model (languageModel.modules.calibrate).",
	],
	acoustic: [
		"Its verdicts on words are no better than coin tosses",
		"Give the acoustic filter to another model (languageModel.modules.acoustic-filter).",
	],
	caption: [
		"Captions are no closer to their own clips than to other clips",
		"Let another model caption (languageModel.modules.caption).",
	],
};

/** Tasks of free text, which can be wrong in ways the quiz does not ask about. */
const WRITTEN: ReadonlySet<QuizTask> = new Set([
	"names",
	"nothing",
	"supported",
	"invented",
	"caption",
]);

/** What to expect, one or two sentences. */
export function expectationOf(score: QuizScore): string {
	const { task, right, of, failed } = score;
	const answers = `${right} of ${of} right`;
	switch (score.verdict) {
		case "good":
			return `${GOOD[task]}: ${answers}, so expect ${rangeOf(score)}.`;
		case "fair":
			return `Better than chance, and not always right: ${answers}, so expect ${rangeOf(score)} (${TASK_WORDS[task]}).${WRITTEN.has(task) ? " Check what it writes by ear." : ""}`;
		case "not_above_chance":
			return notAboveChance(score);
		case "no_answers":
			return `${failed} of ${failed + of} questions had no usable answer (${TASK_WORDS[task]}): many neurons would fail.`;
		case "too_few":
			return `${answers}: too few to say anything (${TASK_WORDS[task]}).`;
		case "nothing_to_judge":
			return task === "supported" || task === "invented"
				? "Its summaries name no source of sound that the quiz knows, so nothing can be said about what it makes up."
				: "Nothing was answered, so nothing can be said.";
	}
}

function notAboveChance({ task, right, of, value, chance }: QuizScore): string {
	const [claim, advice] = AT_CHANCE[task];
	const numbers = `${right} of ${of} right, and guesses get ${percentOf(chance)}`;
	return value !== null && chance !== null && value > chance
		? `${numbers}, which may be luck (${TASK_WORDS[task]}). ${advice}`
		: `${claim}: ${numbers}. ${advice}`;
}

/** "68 % to 100 %": where the share of right answers lies, by the 95 % interval. */
function rangeOf({ ci95 }: QuizScore): string {
	return ci95 === null
		? "nothing"
		: `${percentOf(ci95[0])} to ${percentOf(ci95[1])} right`;
}

/** One warning for each score that is not above chance, or that too few questions were answered for. */
export function warningsOf(checks: readonly ModelCheck[]): string[] {
	return checks.flatMap(({ use, provider, model, scores }) =>
		scores
			.filter(
				({ verdict }) =>
					verdict === "not_above_chance" || verdict === "no_answers",
			)
			.map(
				(score) =>
					`${use} by ${provider}/${model}: in the quiz, ${TASK_WORDS[score.task]}: ${expectationOf(score)}`,
			),
	);
}

function percentOf(value: number | null): string {
	return value === null ? "not known" : `${Math.round(value * 100)} %`;
}
