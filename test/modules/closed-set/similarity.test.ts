import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import { rankReorderScore } from "../../../src/modules/closed-set/rank-reorder.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { randomPermutation, seededRandom } from "../../../src/shared/random.ts";
import { golden } from "./golden.ts";
import { randomMatrices, reorderRows, transpose } from "./matrices.ts";

const functions = SIMILARITY_FUNCTIONS;

/** Worked by hand: 2 neurons, 4 clips, 3 concepts. */
const worked = {
	units: 2,
	clips: 4,
	concepts: 3,
	activations: Float32Array.of(3, 2, -1, 0, 0, -1, 4, 1),
	scores: Float32Array.of(
		0.9,
		0.1,
		0.2,
		0.8,
		0.2,
		0.1,
		0.1,
		0.9,
		0.3,
		0.2,
		0.1,
		0.8,
	),
};

describe("neuronConceptSimilarity", () => {
	it.each([
		["cosine", [0.9165, -0.0573, 0.1513, -0.0385, 0.8844, 0.5071]],
		["cos-cubed", [0.9625, -0.7367, -0.1258, -0.7254, 0.9597, 0.0479]],
	] as const)("gives the worked values of %s", (name, expected) => {
		const similarity = neuronConceptSimilarity({ function: name, ...worked });
		for (const [index, value] of expected.entries())
			expect(similarity[index]).toBeCloseTo(value, 4);
	});

	it("gives the worked value of rank-reorder: true ranks, not the order", () => {
		expect(rankReorderScore([4, 2, 1], [0.5, 0.1, 0.3])).toBeCloseTo(
			-0.1521,
			4,
		);
		// Among equal scores the clip with the larger activation has the lower rank.
		expect(rankReorderScore([4, 2, 1], [0.5, 0.5, 0.5])).toBeCloseTo(
			-((27 + 0 + 27) / 3 / 8) / Math.SQRT1_2,
			12,
		);
		expect(rankReorderScore([4, 2, 1], [1, -2, 0.5])).toBeNaN();
		expect(rankReorderScore([4, 2, 1], [1, -2, 1])).toBe(
			Number.NEGATIVE_INFINITY,
		);
		expect(rankReorderScore([2, 2, 2], [0.5, 0.1, 0.3])).toBeNaN();
		expect(rankReorderScore([2], [0.5])).toBeNaN();
		expect(rankReorderScore([], [])).toBeNaN();
	});

	it.each(golden)("agrees with numpy: $name", (values) => {
		for (const name of functions) {
			const similarity = neuronConceptSimilarity({
				function: name,
				...values.matrices,
			});
			for (const [index, expected] of values[name].entries())
				expectNear(similarity[index], expected, `${name} ${index}`);
		}
	});

	it("gives soft-wpmi 0 and wpmi 0.4 of its log-probability to an only neuron", () => {
		const matrices = randomMatrices({
			units: 1,
			clips: 50,
			concepts: 4,
			seed: 3,
		});
		expect([
			...neuronConceptSimilarity({ function: "soft-wpmi", ...matrices }),
		]).toEqual([0, 0, 0, 0]);
		const two = {
			...matrices,
			units: 2,
			activations: Float32Array.from([
				...matrices.activations,
				...matrices.activations,
			]),
		};
		const alone = neuronConceptSimilarity({ function: "wpmi", ...matrices });
		const twice = neuronConceptSimilarity({ function: "wpmi", ...two });
		for (const [index, value] of alone.entries())
			expect(twice[index]).toBeCloseTo(value, 10);
	});

	it("leaves a neuron that is not finite out of the prior", () => {
		const matrices = randomMatrices({
			units: 4,
			clips: 60,
			concepts: 3,
			seed: 8,
		});
		for (const name of ["wpmi", "soft-wpmi"] as const) {
			const three = neuronConceptSimilarity({
				function: name,
				...matrices,
				units: 3,
				activations: matrices.activations.slice(0, 180),
			});
			const activations = matrices.activations.slice();
			activations[200] = Number.NEGATIVE_INFINITY;
			const four = neuronConceptSimilarity({
				function: name,
				...matrices,
				activations,
			});
			expect(four.slice(0, 9)).toEqual(three);
			expect([...four.slice(9)].every(Number.isNaN)).toBe(true);
		}
	});

	it("scores a constant neuron 0 with cos-cubed, whatever the constant", () => {
		for (const value of [0, -0, 0.1, -3, 3e38, 1e-45, 1 / 3]) {
			const similarity = neuronConceptSimilarity({
				function: "cos-cubed",
				...randomMatrices({ units: 1, clips: 29, concepts: 3, seed: 1 }),
				activations: new Float32Array(29).fill(value),
			});
			expect([...similarity].every((score) => score === 0)).toBe(true);
		}
	});

	it("has no cosine with zeros", () => {
		const similarity = neuronConceptSimilarity({
			function: "cosine",
			...worked,
			activations: Float32Array.of(0, 0, 0, 0, 0, -1, 4, 1),
			scores: worked.scores.map((score, index) =>
				index % 3 === 1 ? 0 : score,
			),
		});
		expect([...similarity].map(Number.isNaN)).toEqual([
			true,
			true,
			true,
			false,
			true,
			false,
		]);
	});

	it("is not scale invariant below the clamp of cos-cubed, and is above it", () => {
		const scores = (factor: number): number =>
			neuronConceptSimilarity({
				function: "cos-cubed",
				...worked,
				activations: worked.activations.map((value) => value * factor),
			})[0] as number;
		expect(scores(100)).toBeCloseTo(scores(1), 6);
		expect(scores(0.001)).toBeLessThan(1e-4);
	});

	it.each(functions)("permuting clips changes nothing: %s", (name) => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
				const matrices = randomMatrices({
					units: 3,
					clips: 60,
					concepts: 4,
					seed,
				});
				const { units, clips, concepts } = matrices;
				const order = randomPermutation(clips, seededRandom(seed));
				const shuffled = neuronConceptSimilarity({
					function: name,
					...matrices,
					activations: transpose(
						reorderRows(
							transpose(matrices.activations, units, clips),
							units,
							order,
						),
						clips,
						units,
					),
					scores: reorderRows(matrices.scores, concepts, order),
				});
				const plain = neuronConceptSimilarity({ function: name, ...matrices });
				for (const [index, value] of plain.entries())
					expectNear(shuffled[index], value, `${index}`);
			}),
			{ numRuns: 30 },
		);
	});

	it.each(functions)("permuting neurons permutes the rows: %s", (name) => {
		const matrices = randomMatrices({
			units: 9,
			clips: 45,
			concepts: 4,
			seed: 5,
		});
		const order = randomPermutation(9, seededRandom(3));
		const plain = neuronConceptSimilarity({ function: name, ...matrices });
		const shuffled = neuronConceptSimilarity({
			function: name,
			...matrices,
			activations: reorderRows(matrices.activations, 45, order),
		});
		for (let row = 0; row < 9; row += 1)
			for (let concept = 0; concept < 4; concept += 1)
				// The prior is a sum over neurons: another order, another last bit.
				expectNear(
					shuffled[row * 4 + concept],
					plain[(order[row] as number) * 4 + concept] as number,
					`${row} ${concept}`,
				);
	});

	it("adding a constant to a neuron changes nothing for cos-cubed", () => {
		const base = neuronConceptSimilarity({ function: "cos-cubed", ...worked });
		for (const constant of [1, -7, 1024]) {
			const shifted = neuronConceptSimilarity({
				function: "cos-cubed",
				...worked,
				activations: worked.activations.map((value) => value + constant),
			});
			for (const [index, value] of base.entries())
				expect(shifted[index]).toBeCloseTo(value, 12);
		}
	});

	it("stays finite and within [-1, 1] for any finite float32", () => {
		fc.assert(
			fc.property(
				fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
					minLength: 12,
					maxLength: 12,
				}),
				fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
					minLength: 8,
					maxLength: 8,
				}),
				fc.constantFrom("cosine" as const, "cos-cubed" as const),
				(activations, scores, name) => {
					const similarity = neuronConceptSimilarity({
						function: name,
						units: 3,
						clips: 4,
						concepts: 2,
						activations: Float32Array.from(activations),
						scores: Float32Array.from(scores),
					});
					for (const value of similarity)
						if (name === "cos-cubed" || !Number.isNaN(value))
							expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
				},
			),
			{ numRuns: 500 },
		);
	});

	it("refuses scores that are not finite, naming clip and concept", () => {
		expect(() =>
			neuronConceptSimilarity({
				function: "cosine",
				...worked,
				scores: worked.scores.map((score, index) =>
					index === 7 ? Number.NaN : score,
				),
			}),
		).toThrowError(
			expect.objectContaining({
				name: "DataError",
				code: "score_not_finite",
				message:
					"the score of clip 2 and concept 1 is NaN: expected a finite number",
			}),
		);
	});

	it("refuses lengths that do not fit", () => {
		expect(() =>
			neuronConceptSimilarity({ function: "cosine", ...worked, units: 3 }),
		).toThrow("Expected `activations` to have 3 x 4 values, got `8`");
		expect(() =>
			neuronConceptSimilarity({ function: "cosine", ...worked, concepts: 4 }),
		).toThrow("Expected `scores` to have 4 x 4 values, got `12`");
	});
});

describe("the ranking functions", () => {
	it.each(["rank-reorder", "wpmi", "soft-wpmi"] as const)(
		"scaling a neuron changes nothing: %s",
		(name) => {
			const matrices = randomMatrices({
				units: 3,
				clips: 80,
				concepts: 5,
				seed: 6,
			});
			// Powers of two are exact.
			const changed = matrices.activations.map((value) =>
				Math.fround(value * 4),
			);
			const plain = neuronConceptSimilarity({ function: name, ...matrices });
			const scaled = neuronConceptSimilarity({
				function: name,
				...matrices,
				activations: changed,
			});
			for (const [index, value] of plain.entries())
				expectNear(scaled[index], value, `${index}`);
		},
	);

	it.each(functions)("equal concepts have equal scores: %s", (name) => {
		const matrices = randomMatrices({
			units: 4,
			clips: 80,
			concepts: 3,
			seed: 7,
		});
		const scores = Float32Array.from(
			{ length: 80 * 6 },
			(_, index) =>
				matrices.scores[Math.floor(index / 6) * 3 + (index % 3)] as number,
		);
		const similarity = neuronConceptSimilarity({
			function: name,
			...matrices,
			scores,
			concepts: 6,
		});
		for (let unit = 0; unit < 4; unit += 1)
			expect(similarity.slice(unit * 6, unit * 6 + 3)).toEqual(
				similarity.slice(unit * 6 + 3, unit * 6 + 6),
			);
	});

	it("the best order scores 0, whatever the concept's size", () => {
		const activations = Float32Array.from(
			{ length: 100 },
			(_, clip) => clip ** 2,
		);
		const [perfect, reversed] = neuronConceptSimilarity({
			function: "rank-reorder",
			activations,
			scores: Float32Array.from({ length: 200 }, (_, index) => {
				const clip = index >> 1;
				return index % 2 === 0 ? (clip + 1) / 1000 : (100 - clip) / 100;
			}),
			units: 1,
			clips: 100,
			concepts: 2,
		});
		expect(perfect).toBe(0);
		expect(reversed).toBeLessThan(-1);
	});
});

/** NaN and infinities exactly, the rest to 1e-10 of its size. */
function expectNear(
	value: number | undefined,
	expected: number,
	what: string,
): void {
	if (!Number.isFinite(expected)) expect(value, what).toBe(expected);
	else
		expect(
			Math.abs((value ?? Number.NaN) - expected),
			`${what}: ${value} against ${expected}`,
		).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
}
