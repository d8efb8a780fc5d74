import { afterAll, describe, expect, it } from "vitest";
import {
	clipPermutations,
	nullPercentile,
	permutationsFor,
	shuffledMaxima,
} from "../../../src/modules/closed-set/clip-shuffle.ts";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import { cosineColumn } from "../../../src/modules/closed-set/cosine-columns.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { createMatMul } from "../../../src/onnx/matmul.ts";
import { quantileOfSorted } from "../../../src/shared/statistics.ts";
import { layerFolder, scoreAll } from "./layers.ts";
import { randomMatrices, reorderRows, transpose } from "./matrices.ts";

/** Absolute for the float32 products of the cosine family; the other functions are float64. */
const TOLERANCE = { cosine: 2e-6, "cos-cubed": 2e-6 } as const;

const folder = layerFolder();
afterAll(() => folder.remove());

describe("the clip-shuffle null", () => {
	it.each(SIMILARITY_FUNCTIONS)(
		"equals shuffling the clips and scoring again, the prior included: %s",
		async (name) => {
			const [units, clips, concepts] = [12, 60, 7];
			const matrices = randomMatrices({ units, clips, concepts, seed: 4 });
			const scored = await scoreAll(matrices, folder.write(matrices), {
				function: name,
				permutations: 90,
				seed: 99,
				threads: 2,
				blockUnits: 5,
			});
			const maxima = clipPermutations({ clips, count: 90, seed: 99 }).map(
				(order) => {
					const similarity = neuronConceptSimilarity({
						function: name,
						...matrices,
						scores: reorderRows(matrices.scores, concepts, order),
					});
					return Array.from({ length: units }, (_, unit) =>
						Math.max(
							...similarity.subarray(unit * concepts, (unit + 1) * concepts),
						),
					);
				},
			);
			for (const { unit, p95 } of scored) {
				const values = maxima.map((row) => row[unit] as number);
				const expected = quantileOfSorted(
					values.toSorted((a, b) => a - b),
					0.95,
				);
				expect(Math.abs((p95 ?? Number.NaN) - expected)).toBeLessThan(
					name === "cosine" || name === "cos-cubed" ? TOLERANCE[name] : 1e-10,
				);
			}
		},
	);

	it.each(["cosine", "cos-cubed"] as const)(
		"float32 products of long columns stay within the tolerance: %s",
		async (name) => {
			const matMul = await createMatMul(1);
			for (const [units, clips, concepts] of [
				[40, 3000, 25],
				[16, 100_000, 4],
			] as const) {
				const matrices = randomMatrices({ units, clips, concepts, seed: 6 });
				const byConcept = transpose(matrices.scores, clips, concepts);
				const columns = Array.from({ length: concepts }, (_, concept) =>
					cosineColumn(
						byConcept.subarray(concept * clips, (concept + 1) * clips),
						name,
					),
				);
				const neurons = Array.from({ length: units }, (_, unit) =>
					cosineColumn(
						matrices.activations.subarray(unit * clips, (unit + 1) * clips),
						name,
					),
				);
				const maxima = await shuffledMaxima({
					neurons: Float32Array.from(neurons.flatMap((column) => [...column])),
					concepts: transpose(
						Float32Array.from(columns.flatMap((column) => [...column])),
						concepts,
						clips,
					),
					clips,
					orders: [Int32Array.from({ length: clips }, (_, clip) => clip)],
					matMul,
				});
				for (const [unit, neuron] of neurons.entries()) {
					const exact = columns.map((column) =>
						column.reduce(
							(sum, value, clip) => sum + value * (neuron[clip] as number),
							0,
						),
					);
					expect(
						Math.abs((maxima[unit] as number) - Math.max(...exact)),
					).toBeLessThan(TOLERANCE[name]);
				}
			}
		},
	);
});

describe("clipPermutations", () => {
	it("gives seeded orders, all different", () => {
		const orders = clipPermutations({ clips: 50, count: 20, seed: 3 });
		expect(orders).toEqual(clipPermutations({ clips: 50, count: 20, seed: 3 }));
		expect(orders).not.toEqual(
			clipPermutations({ clips: 50, count: 20, seed: 4 }),
		);
		expect(new Set(orders.map(String)).size).toBe(20);
		for (const order of orders)
			expect([...order].sort((a, b) => a - b)).toEqual(
				Array.from({ length: 50 }, (_, clip) => clip),
			);
	});
});

describe("permutationsFor", () => {
	it("takes fewer for many neurons, and what it is told", () => {
		expect(permutationsFor("auto", 3120)).toBe(200);
		expect(permutationsFor("auto", 10_000)).toBe(200);
		expect(permutationsFor("auto", 10_001)).toBe(20);
		expect(permutationsFor(0, 5)).toBe(0);
		expect(permutationsFor(300, 55_296)).toBe(300);
	});
});

describe("nullPercentile", () => {
	it("interpolates, and is null without permutations or without a score", () => {
		expect(nullPercentile(Float32Array.of(3, 1, 2, 0, 4))).toBeCloseTo(3.8, 6);
		expect(nullPercentile(new Float32Array())).toBeNull();
		expect(
			nullPercentile(new Float64Array(3).fill(Number.NEGATIVE_INFINITY)),
		).toBeNull();
	});
});
