/** Grades of the calibration questions: guesses of every habit are at chance. */
import { describe, expect, it } from "vitest";
import {
	type AskedPair,
	gradeCalibrations,
} from "../../../src/modules/llm-check/calibrations.ts";
import { loadQuiz } from "../../../src/modules/llm-check/quiz.ts";
import { seededRandom } from "../../../src/shared/random.ts";

const { calibrations } = await loadQuiz();

/** Every pair with the numbers, from 0, that a model would keep. */
const answered = (
	keep: (pair: (typeof calibrations)[number]) => readonly number[],
): AskedPair[] =>
	calibrations.map((pair) => ({
		pair,
		attempt: { answer: { distinct: new Set(keep(pair)), callIds: [] } },
	}));

describe("gradeCalibrations", () => {
	it.each([
		["everything", [0, 1]],
		["nothing", []],
		["the first", [0]],
		["the second", [1]],
	])("a model that always keeps %s is at chance, with p 1", (_, kept) => {
		expect(gradeCalibrations(answered(() => kept))).toMatchObject({
			right: 16,
			of: 32,
			chance: 0.5,
			p: 1,
			verdict: "not_above_chance",
		});
	});

	it("one that keeps either of two, whichever, has p below 0.05 in one case of twenty", () => {
		// Statements dealt out one by one would take its habit for knowledge: 9 % (scipy.stats.hypergeom, 20,000 such models).
		const random = seededRandom(1);
		const models = 600;
		let low = 0;
		for (let model = 0; model < models; model += 1) {
			const { p } = gradeCalibrations(answered(() => [random() < 0.5 ? 0 : 1]));
			if (p !== null && p <= 0.05) low += 1;
		}
		expect(low / models).toBeLessThan(0.065);
	});

	it("all right is good, and a pair without a reply is two questions without an answer", () => {
		const [first, ...others] = answered(({ high }) =>
			high.flatMap(({ stays }, index) => (stays ? [index] : [])),
		);
		const failed = { ...(first as AskedPair), attempt: { failed: "x" } };
		const score = gradeCalibrations([failed, ...others]);
		expect(score).toMatchObject({ right: 30, of: 30, failed: 2 });
		expect(score.verdict).toBe("good");
		// Wilson 95 % of 15 in 15 pairs (scipy.stats.binomtest).
		expect(score.ci95?.[0]).toBeCloseTo(0.7961, 4);
	});
});
