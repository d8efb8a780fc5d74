import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	blindGuessing,
	shuffledGuessing,
} from "../../../src/modules/llm-check/guessing.ts";

const answers = (chances: readonly number[], right: number) =>
	chances.map((chance, index) => ({ chance, right: index < right }));

describe("blindGuessing", () => {
	it("is the binomial tail where all chances are equal", () => {
		// scipy.stats.binom.sf(28, 40, 0.5).
		const { chance, p } = blindGuessing(answers(Array(40).fill(0.5), 29));
		expect(chance).toBe(0.5);
		expect(p).toBeCloseTo(0.003213288, 9);
	});

	it("is the Poisson binomial tail where they differ", () => {
		// numpy.convolve over [1 - c, c] of three 1/9, three 1/13, two 1/17.
		const chances = [9, 9, 9, 13, 13, 13, 17, 17].map((n) => 1 / n);
		expect(blindGuessing(answers(chances, 2)).p).toBeCloseTo(0.143679610173, 9);
		expect(blindGuessing(answers(chances, 4)).p).toBeCloseTo(0.002667442805, 9);
		expect(blindGuessing(answers(chances, 0)).p).toBe(1);
		expect(blindGuessing(answers(chances, 1)).chance).toBeCloseTo(
			0.085218702866,
			9,
		);
	});

	it("without an answer nothing is known", () => {
		expect(blindGuessing([])).toEqual({ chance: null, p: null });
	});
});

const same = (question: number, answer: number) => answer === question;

describe("shuffledGuessing", () => {
	it("a model that always answers the same has exactly its score as chance, and p 1", () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 5 }), {
					minLength: 1,
					maxLength: 8,
				}),
				fc.integer({ min: 0, max: 5 }),
				(questions, said) => {
					const { chance, p } = shuffledGuessing(
						questions,
						questions.map(() => said),
						same,
					);
					const right = questions.filter((one) => one === said).length;
					expect(chance).toBeCloseTo(right / questions.length, 12);
					expect(p).toBe(1);
				},
			),
			{ numRuns: 20 },
		);
	});

	it("is the mean over all orders, and the share of orders that do as well", () => {
		// Three questions, three right answers: 3! = 6 orders have 3 + 1 + 1 + 1 + 0 + 0 right of 3 each, 1/3 on average.
		const { chance, p } = shuffledGuessing([1, 2, 3], [1, 2, 3], same);
		expect(chance).toBeCloseTo(1 / 3, 12);
		expect(p).toBeCloseTo(1 / 6, 1);
		// One right of three: 4 of 6 orders do at least as well.
		expect(shuffledGuessing([1, 2, 3], [1, 3, 2], same).p).toBeCloseTo(
			4 / 6,
			1,
		);
	});

	it("what could have been dealt counts too", () => {
		// Eight right of eight, and eight others that would be wrong: 1 / C(16, 8), below what 5,000 orders can show.
		const questions = Array<number>(8).fill(0);
		const right = Array<number>(8).fill(0);
		const { chance, p } = shuffledGuessing(
			questions,
			[...right, ...Array<number>(8).fill(1)],
			same,
		);
		expect(chance).toBe(0.5);
		expect(p).toBeLessThan(0.001);
		expect(shuffledGuessing(questions, [...right, ...right], same).p).toBe(1);
	});

	it("is the same every time", () => {
		const questions = [1, 2, 3, 4, 5, 6];
		const answers = [1, 2, 4, 3, 6, 5];
		expect(shuffledGuessing(questions, answers, same)).toEqual(
			shuffledGuessing(questions, answers, same),
		);
	});
});
