import { describe, expect, it } from "vitest";
import {
	expectationOf,
	TASK_WORDS,
	warningsOf,
} from "../../../src/modules/llm-check/expectation.ts";
import { blindGuessing } from "../../../src/modules/llm-check/guessing.ts";
import {
	type QuizTask,
	quizTasks,
	scoreOf,
} from "../../../src/modules/llm-check/score.ts";

function score(task: QuizTask, right: number, wrong: number, chance: number) {
	const answers = [
		...Array<boolean>(right).fill(true),
		...Array<boolean>(wrong).fill(false),
	];
	return scoreOf(
		task,
		answers,
		blindGuessing(answers.map((one) => ({ right: one, chance }))),
	);
}

describe("expectationOf", () => {
	it("says how far a good score can be trusted", () => {
		expect(expectationOf(score("names", 8, 0, 0.14))).toBe(
			"Summaries say what the clips share: 8 of 8 right, so expect 68 % to 100 % right.",
		);
	});

	it("7 of 8 is better than chance, with what that may be", () => {
		expect(expectationOf(score("names", 7, 1, 0.14))).toBe(
			"Better than chance, and not always right: 7 of 8 right, so expect 53 % to 98 % right (summary names what the clips share). Check what it writes by ear.",
		);
	});

	it("no better than guesses is said so, with what to do", () => {
		expect(expectationOf(score("acoustic", 20, 20, 0.5))).toBe(
			"Its verdicts on words are no better than coin tosses: 20 of 40 right, and guesses get 50 %. Give the acoustic filter to another model (languageModel.modules.acoustic-filter).",
		);
	});

	it("what looks better and may be luck is not called a guess", () => {
		expect(expectationOf(score("few", 3, 5, 1 / 12))).toBe(
			"3 of 8 right, and guesses get 8 %, which may be luck (concept out of 8 to 16). Use closedSet.method db, or another model (languageModel.modules.identify-concept).",
		);
	});

	it("too few answers, and none, are said", () => {
		expect(expectationOf(score("supported", 4, 0, 0.1))).toBe(
			"4 of 4 right: too few to say anything (summary names only sources most clips have).",
		);
		expect(expectationOf(score("invented", 0, 0, 0.1))).toContain(
			"name no source of sound that the quiz knows",
		);
		const failed = scoreOf(
			"calibrate",
			[null, null, null, true],
			blindGuessing([{ right: true, chance: 0.5 }]),
		);
		expect(expectationOf(failed)).toBe(
			"3 of 4 questions had no usable answer (strikes what the low side says too): many neurons would fail.",
		);
	});

	it("has words for every task and verdict", () => {
		for (const task of quizTasks)
			for (const [right, wrong] of [
				[12, 0],
				[8, 4],
				[0, 12],
				[2, 0],
			] as const) {
				const words = expectationOf(score(task, right, wrong, 0.1));
				expect(words).toMatch(/^[A-Z\d].*\.$/);
				expect(words).not.toMatch(/undefined|null|NaN/);
			}
		expect(new Set(Object.values(TASK_WORDS)).size).toBe(quizTasks.length);
	});
});

describe("warningsOf", () => {
	it("warns of scores at chance and of missing answers, and of nothing else", () => {
		const check = {
			use: "summarize" as const,
			provider: "openai",
			model: "m",
			quizVersion: 2,
			usage: { calls: 1, inputTokens: 1, outputTokens: 1, milliseconds: 1 },
			ways: { schema: 1 },
			failures: {},
			scores: [
				score("names", 8, 0, 0.1),
				score("nothing", 0, 8, 0.1),
				score("supported", 3, 0, 0.1),
				score("invented", 0, 0, 0.1),
			],
		};
		expect(warningsOf([check])).toEqual([
			"summarize by openai/m: in the quiz, summary admits that they share nothing: It does not tell clips that share nothing from clips that share something: 0 of 8 right, and guesses get 10 %. A summary is no sign that there is something to hear.",
		]);
	});
});
