/** What guessing scores in the quiz: on average, and how often at least as much as the model did. */
import { randomPermutation, seededRandom } from "../../shared/random.ts";

export type Guessing = {
	/** Mean share of right answers, in [0, 1]; null when there are no answers. */
	readonly chance: number | null;
	/** How likely guesses are to have at least as many right, one-sided, in (0, 1]; null when there are no answers. */
	readonly p: number | null;
};

/** Orders that are drawn for a null by shuffling; p is 1 / 5,000 at least. */
const SHUFFLES = 4_999;

const NO_ANSWERS: Guessing = { chance: null, p: null };

/**
 * Guesses with a known chance each, in [0, 1] (1 / options): the exact tail of the sum of independent yes-or-no draws with unequal
 * probabilities (Poisson binomial, by convolution). One entry for each answer.
 */
export function blindGuessing(
	answers: readonly { readonly right: boolean; readonly chance: number }[],
): Guessing {
	if (answers.length === 0) return NO_ANSWERS;
	let distribution = [1];
	for (const { chance } of answers) {
		const next = new Array<number>(distribution.length + 1).fill(0);
		for (const [right, probability] of distribution.entries()) {
			next[right] = (next[right] ?? 0) + probability * (1 - chance);
			next[right + 1] = (next[right + 1] ?? 0) + probability * chance;
		}
		distribution = next;
	}
	const right = answers.filter((answer) => answer.right).length;
	return {
		chance:
			answers.reduce((sum, { chance }) => sum + chance, 0) / answers.length,
		p: Math.min(
			1,
			distribution.slice(right).reduce((sum, value) => sum + value, 0),
		),
	};
}

/**
 * The model's own answers dealt out at random. `fixed` has one member for each graded pair of a question and an answer: the question, or the
 * answer; `dealt` has the other one of each pair, in the same order, and behind them whatever could have been dealt in their place. `right`:
 * how much of the answer is right, a share in [0, 1]. A model that always answers the same has p 1, whatever it says. The mean is exact
 * (over all pairs), p is from 4,999 orders of a fixed seed. What one reply answers is one answer: parts of it are not independent.
 */
export function shuffledGuessing<F, D>(
	fixed: readonly F[],
	dealt: readonly D[],
	right: (fixed: F, dealt: D) => boolean | number,
): Guessing {
	if (fixed.length === 0) return NO_ANSWERS;
	const grades = fixed.map((one) =>
		dealt.map((other) => Number(right(one, other))),
	);
	const scoreOf = (order: ArrayLike<number>): number => {
		let score = 0;
		for (const [index, row] of grades.entries())
			score += row[order[index] ?? index] ?? 0;
		return score;
	};
	const observed = scoreOf([...dealt.keys()]);
	const random = seededRandom(0);
	let asGood = 1;
	for (let draw = 0; draw < SHUFFLES; draw += 1)
		if (scoreOf(randomPermutation(dealt.length, random)) >= observed)
			asGood += 1;
	const all = grades.flat();
	return {
		chance: all.reduce((sum, one) => sum + one, 0) / all.length,
		p: asGood / (SHUFFLES + 1),
	};
}
