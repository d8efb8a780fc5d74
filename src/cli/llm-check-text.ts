/** The quiz in words: scores beside chance, what to expect, speed and price. */
import { expectationOf, TASK_WORDS } from "../modules/llm-check/expectation.ts";
import type { QuizScore } from "../modules/llm-check/score.ts";
import type { CheckedModel } from "../study/llm-check.ts";
import { duration, percent, plural, printable, table, usd } from "./format.ts";

type Use = CheckedModel["check"]["use"];

const VERDICTS: Readonly<Record<QuizScore["verdict"], string>> = {
	good: "good",
	fair: "better than chance",
	not_above_chance: "NOT above chance",
	no_answers: "NO usable answers",
	too_few: "too few to say",
	nothing_to_judge: "nothing to judge",
};

/** How calls were asked, as the store names it. */
const WAYS: Readonly<Record<string, string>> = {
	schema: "JSON held to a schema",
	json: "JSON of any shape",
	text: "text of any form",
	top_logprobs: "log-probabilities of labels",
	log_probabilities: "log-probabilities",
};

/** What the calls of a forecast are for. */
const FORECAST: Readonly<Record<Use, string>> = {
	summarize: "two summaries each",
	"identify-concept": "one choice each (closedSet.method icl)",
	calibrate: "one comparison each (summaryCalibration.method model)",
	"acoustic-filter": "a new word each",
	caption: "one caption each",
};

export function llmCheckText(results: readonly CheckedModel[]): string {
	const names = new Set(
		results.map(({ check }) => `${check.provider}, ${check.model}`),
	);
	const [first] = results;
	const scores = results.flatMap(({ check }) => check.scores);
	return [
		`model      ${[...names].join("; ")}`,
		`quiz       version ${first?.check.quizVersion}${results.every(({ kept }) => kept) ? ", asked at an earlier time" : ""}`,
		...labelled("asked", results.map(askedLine)),
		"",
		table(
			["use", "task", "right", "of", "95 % interval", "chance", "verdict"],
			results.flatMap(({ check: { use, scores: own } }) =>
				own.map((score, index) => [index === 0 ? use : "", ...cellsOf(score)]),
			),
		),
		"",
		...labelled("expect", scores.map(expectationOf)),
		...failureLines(results),
		...togetherLines(results),
		"",
		...labelled("in short", inShort(results)),
		"",
		...results.flatMap(forecastLines),
	]
		.map(printable)
		.join("\n");
}

function labelled(label: string, lines: readonly string[]): string[] {
	return lines.map(
		(line, index) => `${(index === 0 ? label : "").padEnd(11)}${line}`,
	);
}

function askedLine({ check: { use, ways }, used }: CheckedModel): string {
	const how = Object.entries(ways).map(
		([way, calls]) => `${plural(calls, "call")} by ${WAYS[way] ?? way}`,
	);
	return `${use}: ${how.length === 0 ? "no call was answered" : how.join(", ")}${used ? "" : "; the config gives this to no model"}`;
}

function cellsOf(score: QuizScore): string[] {
	return [
		TASK_WORDS[score.task],
		String(score.right),
		String(score.of),
		score.ci95 === null
			? "-"
			: `${percent(score.ci95[0])} to ${percent(score.ci95[1])}`,
		score.chance === null ? "-" : percent(score.chance),
		VERDICTS[score.verdict],
	];
}

const SAYS_NOTHING: ReadonlySet<QuizScore["verdict"]> = new Set([
	"too_few",
	"nothing_to_judge",
]);

/** Several words in one reply are no independent answers, as the interval takes them to be. */
function togetherLines(results: readonly CheckedModel[]): string[] {
	return results.flatMap(({ check: { use, scores, usage } }) => {
		const words = scores.reduce((sum, { of }) => sum + of, 0);
		return use === "acoustic-filter" && words > usage.calls
			? [
					`note       acoustic-filter: ${plural(words, "word")} in ${plural(usage.calls, "call")} are not independent answers, so its interval is too narrow`,
				]
			: [];
	});
}

/** One line for each degree of trust. A use is as good as its worst task. */
function inShort(results: readonly CheckedModel[]): string[] {
	const uses = {
		good: [] as Use[],
		fair: [] as Use[],
		bad: [] as Use[],
		unknown: [] as Use[],
	};
	for (const { check } of results) {
		const verdicts = new Set(check.scores.map(({ verdict }) => verdict));
		if (verdicts.has("not_above_chance") || verdicts.has("no_answers"))
			uses.bad.push(check.use);
		else if ([...verdicts].every((one) => SAYS_NOTHING.has(one)))
			uses.unknown.push(check.use);
		else if (verdicts.size === 1 && verdicts.has("good"))
			uses.good.push(check.use);
		else uses.fair.push(check.use);
	}
	const line = (words: string, those: readonly Use[]): string[] =>
		those.length === 0 ? [] : [`${words}: ${those.join(", ")}`];
	return [
		...line("good for", uses.good),
		...line("usable for, with errors", uses.fair),
		...line("NOT good enough for", uses.bad),
		...line("too few answers to say", uses.unknown),
		...(results.some(({ check }) => check.use === "caption")
			? []
			: [
					"not asked about: caption (languageModel.modules.caption names no model)",
				]),
	];
}

function failureLines(results: readonly CheckedModel[]): string[] {
	return results.flatMap(({ check }) =>
		Object.entries(check.failures).map(
			([code, count]) =>
				`failed     ${plural(count, "question")} of ${check.use}: ${code}`,
		),
	);
}

function forecastLines({ check: { use }, forecast }: CheckedModel): string[] {
	const { calls, secondsPerCall, concurrency } = forecast;
	const time =
		secondsPerCall === null
			? "time not known, no call was answered"
			: `${secondsPerCall.toFixed(2)} s a call, ${duration(secondsPerCall * calls)} one after the other${concurrency > 1 ? `, ${duration((secondsPerCall * calls) / concurrency)} with ${concurrency} in flight` : ""}`;
	const what = use === "caption" ? "1,000 clips  " : "1,000 neurons";
	return [
		`${what}  ${use}, ${FORECAST[use]}: ${plural(calls, "call")}; ${time}`,
		`               price ${forecast.usd === null ? `unknown: ${forecast.noPrice}` : usd(forecast.usd)}`,
	];
}
