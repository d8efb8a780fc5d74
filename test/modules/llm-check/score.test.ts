import { describe, expect, it } from "vitest";
import { blindGuessing } from "../../../src/modules/llm-check/guessing.ts";
import { scoreOf } from "../../../src/modules/llm-check/score.ts";

/** The score of so many right and wrong answers, with a chance of `chance` each, and of `failed` questions without one. */
function score(right: number, wrong: number, chance: number, failed = 0) {
	const answers = [
		...Array<boolean>(right).fill(true),
		...Array<boolean>(wrong).fill(false),
	];
	return scoreOf(
		"acoustic",
		[...answers, ...Array<null>(failed).fill(null)],
		blindGuessing(answers.map((one) => ({ right: one, chance }))),
	);
}

describe("scoreOf", () => {
	// P(X >= 28) = 0.0083 and P(X >= 29) = 0.0032 of 40 at 1/2 (scipy.stats.binom.sf); the bar is 0.005.
	it.each([
		[36, 4, "good"],
		[35, 5, "fair"],
		[29, 11, "fair"],
		[28, 12, "not_above_chance"],
		[20, 20, "not_above_chance"],
		[0, 40, "not_above_chance"],
	] as const)(
		"%i right and %i wrong of 40 at chance 1/2: %s",
		(right, wrong, verdict) => {
			expect(score(right, wrong, 0.5)).toMatchObject({
				right,
				of: 40,
				failed: 0,
				verdict,
			});
		},
	);

	it("7 of 8 is better than chance and not good, 8 of 8 is good: their intervals say how little is known", () => {
		// Wilson 95 % of 7 and of 8 in 8: 0.5291 to 0.9776, 0.6756 to 1 (scipy.stats.binomtest, proportion_ci "wilson").
		const seven = score(7, 1, 0.1);
		expect(seven.verdict).toBe("fair");
		expect(seven.ci95?.[0]).toBeCloseTo(0.5291, 4);
		expect(seven.ci95?.[1]).toBeCloseTo(0.9776, 4);
		const eight = score(8, 0, 0.1);
		expect(eight.verdict).toBe("good");
		expect(eight.ci95?.[0]).toBeCloseTo(0.6756, 4);
	});

	it("answers of one reply count as one in the interval", () => {
		// Wilson 95 % of 12 in 16: 0.5050 to 0.8982 (scipy.stats.binomtest, proportion_ci "wilson").
		const answers = Array.from({ length: 32 }, (_, index) => index < 24);
		const { right, of, ci95 } = scoreOf(
			"calibrate",
			answers,
			{ chance: 0.5, p: 0.001 },
			16,
		);
		expect([right, of]).toEqual([24, 32]);
		expect(ci95?.[0]).toBeCloseTo(0.505, 3);
		expect(ci95?.[1]).toBeCloseTo(0.8982, 3);
	});

	it("failed calls are not wrong answers, and too many of them are no result", () => {
		expect(score(10, 0, 0.1, 2)).toMatchObject({
			right: 10,
			of: 10,
			failed: 2,
			value: 1,
			verdict: "good",
		});
		expect(score(9, 0, 0.1, 3).verdict).toBe("no_answers");
		expect(score(0, 0, 0.1, 12)).toMatchObject({
			value: null,
			ci95: null,
			chance: null,
			p: null,
			verdict: "no_answers",
		});
	});

	it("fewer than five answers are no verdict, however many are right", () => {
		expect(score(4, 0, 0.01).verdict).toBe("too_few");
		expect(score(0, 4, 0.5).verdict).toBe("too_few");
		expect(score(5, 0, 0.01).verdict).toBe("good");
	});

	it("no question is no score", () => {
		expect(score(0, 0, 0.5)).toMatchObject({
			value: null,
			verdict: "nothing_to_judge",
		});
	});
});
