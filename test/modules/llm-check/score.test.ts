import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	scoreOf,
	shuffledScore,
} from "../../../src/modules/llm-check/score.ts";

const outcomes = (right: number, wrong: number, failed = 0) => [
	...Array<boolean>(right).fill(true),
	...Array<boolean>(wrong).fill(false),
	...Array<null>(failed).fill(null),
];

describe("scoreOf", () => {
	// Wilson 95 % lower ends: 27 of 40: 0.5202; 26 of 40: 0.4951; 36 of 40: 0.7695 (scipy.stats, proportion_ci "wilson").
	it.each([
		[36, 4, "good"],
		[35, 5, "fair"],
		[27, 13, "fair"],
		[26, 14, "not_above_chance"],
		[20, 20, "not_above_chance"],
		[0, 40, "not_above_chance"],
	] as const)(
		"%i right and %i wrong of 40 at chance 1/2: %s",
		(right, wrong, verdict) => {
			expect(scoreOf("acoustic", outcomes(right, wrong), 0.5)).toMatchObject({
				right,
				of: 40,
				failed: 0,
				verdict,
			});
		},
	);

	it("failed calls are not wrong answers, and too many of them are no result", () => {
		expect(scoreOf("choose", outcomes(10, 0, 2), 0.1)).toMatchObject({
			right: 10,
			of: 10,
			failed: 2,
			value: 1,
			verdict: "good",
		});
		expect(scoreOf("choose", outcomes(9, 0, 3), 0.1).verdict).toBe(
			"no_answers",
		);
		expect(scoreOf("choose", outcomes(0, 0, 12), 0.1)).toMatchObject({
			value: null,
			ci95: null,
			chance: null,
			verdict: "no_answers",
		});
	});

	it("no question is no score", () => {
		expect(scoreOf("supported", [], null)).toMatchObject({
			value: null,
			verdict: "nothing_to_judge",
		});
	});
});

describe("shuffledScore", () => {
	it("a constant answerer scores exactly its chance", () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1 }),
				fc.integer({ min: 0, max: 5 }),
				(questions, said) => {
					const right = (answer: number, question: number) =>
						answer === question;
					const score =
						questions.filter((question) => question === said).length /
						questions.length;
					expect(
						shuffledScore(
							questions,
							questions.map(() => said),
							right,
						),
					).toBeCloseTo(score, 12);
				},
			),
		);
	});

	it("is the mean over all permutations", () => {
		// Three questions, three right answers: 3! = 6 orders have 3 + 1 + 1 + 1 + 0 + 0 right of 3 each, 1/3 on average.
		expect(
			shuffledScore([1, 2, 3], [1, 2, 3], (a: number, b: number) => a === b),
		).toBeCloseTo(1 / 3, 12);
		expect(shuffledScore([], [1], () => true)).toBeNull();
	});
});
