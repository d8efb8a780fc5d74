import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	neuronConceptSimilarity,
	type SimilarityFunction,
	transpose,
} from "../../../src/modules/closed-set/similarity.ts";
import { randomPermutation, seededRandom } from "../../../src/shared/random.ts";
import { randomMatrices, reorderRows } from "./matrices.ts";

const functions: readonly SimilarityFunction[] = ["cosine", "cos-cubed"];

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

/** numpy in float64; null is NaN. */
const golden = JSON.parse(
	await readFile(
		new URL("../../fixtures/closed-set/similarity.json", import.meta.url),
		"utf8",
	),
) as {
	readonly units: number;
	readonly clips: number;
	readonly concepts: number;
	readonly activations: readonly (number | null)[];
	readonly scores: readonly number[];
} & Record<SimilarityFunction, readonly (readonly (number | null)[])[]>;

describe("neuronConceptSimilarity", () => {
	it.each([
		["cosine", [0.9165, -0.0573, 0.1513, -0.0385, 0.8844, 0.5071]],
		["cos-cubed", [0.9625, -0.7367, -0.1258, -0.7254, 0.9597, 0.0479]],
	] as const)("gives the worked values of %s", (name, expected) => {
		const similarity = neuronConceptSimilarity({ function: name, ...worked });
		for (const [index, value] of expected.entries())
			expect(similarity[index]).toBeCloseTo(value, 4);
	});

	it.each(functions)(
		"agrees with numpy for %s: tiny, huge, constant, dead and NaN neurons",
		(name) => {
			const { units, clips, concepts } = golden;
			const similarity = neuronConceptSimilarity({
				function: name,
				units,
				clips,
				concepts,
				activations: Float32Array.from(
					golden.activations,
					(value) => value ?? Number.NaN,
				),
				scores: Float32Array.from(golden.scores),
			});
			for (const [index, value] of golden[name].flat().entries())
				if (value === null) expect(similarity[index]).toBeNaN();
				else
					expect(Math.abs((similarity[index] as number) - value)).toBeLessThan(
						1e-12,
					);
		},
	);

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
					clips: 30,
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
					expect(shuffled[index]).toBeCloseTo(value, 10);
			}),
			{ numRuns: 30 },
		);
	});

	it.each(functions)("permuting neurons permutes the rows: %s", (name) => {
		const matrices = randomMatrices({
			units: 9,
			clips: 25,
			concepts: 4,
			seed: 5,
		});
		const order = randomPermutation(9, seededRandom(3));
		const plain = neuronConceptSimilarity({ function: name, ...matrices });
		const shuffled = neuronConceptSimilarity({
			function: name,
			...matrices,
			activations: reorderRows(matrices.activations, 25, order),
		});
		for (let row = 0; row < 9; row += 1)
			expect(shuffled.slice(row * 4, row * 4 + 4)).toEqual(
				plain.slice((order[row] as number) * 4, (order[row] as number) * 4 + 4),
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
				fc.constantFrom(...functions),
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
