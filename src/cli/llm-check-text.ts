/** The quiz in words: scores beside chance, what to expect, speed and price. */
import { expectationOf, TASK_WORDS } from "../modules/llm-check/expectation.ts";
import type { QuizScore } from "../modules/llm-check/score.ts";
import type { CheckedModel } from "../study/llm-check.ts";
import { duration, percent, plural, printable, table, usd } from "./format.ts";

const VERDICTS: Readonly<Record<QuizScore["verdict"], string>> = {
	good: "good",
	fair: "better than chance",
	not_above_chance: "NOT above chance",
	no_answers: "NO usable answers",
	nothing_to_judge: "nothing to judge",
};

export function llmCheckText(results: readonly CheckedModel[]): string {
	const scores = results.flatMap(({ check }) => check.scores);
	const names = new Set(
		results.map(({ check }) => `${check.provider}, ${check.model}`),
	);
	const [first] = results;
	return [
		`model      ${[...names].join("; ")}`,
		`quiz       version ${first?.check.quizVersion}${results.every(({ kept }) => kept) ? ", asked at an earlier time" : ""}`,
		"",
		table(
			["task", "right", "of", "95 % interval", "chance", "verdict"],
			scores.map((score) => [
				TASK_WORDS[score.task],
				String(score.right),
				String(score.of),
				score.ci95 === null
					? "-"
					: `${percent(score.ci95[0])} to ${percent(score.ci95[1])}`,
				score.chance === null ? "-" : percent(score.chance),
				VERDICTS[score.verdict],
			]),
		),
		"",
		...scores.map(
			(score, index) =>
				`${index === 0 ? "expect" : "      "}     ${expectationOf(score)}`,
		),
		...failureLines(results),
		"",
		...results.flatMap(forecastLines),
	]
		.map(printable)
		.join("\n");
}

function failureLines(results: readonly CheckedModel[]): string[] {
	return results.flatMap(({ check }) =>
		Object.entries(check.failures).map(
			([code, count]) =>
				`failed     ${plural(count, "question")} of ${check.use}: ${code}`,
		),
	);
}

function forecastLines({ check, forecast }: CheckedModel): string[] {
	if (forecast === null) return [];
	const { calls, secondsPerCall, concurrency } = forecast;
	const what =
		check.use === "summarize" ? "two summaries each" : "a new word each";
	const time =
		secondsPerCall === null
			? "time not known, no call was answered"
			: `${secondsPerCall.toFixed(2)} s a call, ${duration(secondsPerCall * calls)} one after the other${concurrency > 1 ? `, ${duration((secondsPerCall * calls) / concurrency)} with ${concurrency} in flight` : ""}`;
	return [
		`1,000 neurons  ${check.use}, ${what}: ${plural(calls, "call")}; ${time}`,
		`               price ${forecast.usd === null ? `unknown: ${forecast.noPrice}` : usd(forecast.usd)}`,
	];
}
