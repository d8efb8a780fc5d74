import { afterAll, describe, expect, it } from "vitest";
import {
	clipPermutations,
	nullPercentile,
	permutationsFor,
	shuffledMaxima,
} from "../../../src/modules/closed-set/clip-shuffle.ts";
import {
	mutualInformation,
	SIMILARITY_FUNCTIONS,
	type SimilarityFunction,
} from "../../../src/modules/closed-set/constants.ts";
import { cosineColumn } from "../../../src/modules/closed-set/cosine-columns.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { createMatMul } from "../../../src/onnx/matmul.ts";
import { layerFolder, scoreAll } from "./layers.ts";
import {
	type Matrices,
	randomMatrices,
	reorderRows,
	transpose,
} from "./matrices.ts";

/** Absolute for the float32 products of the cosine family; the other functions are float64. */
const TOLERANCE = { cosine: 2e-6, "cos-cubed": 2e-6 } as const;

const folder = layerFolder();
afterAll(() => folder.remove());

/** `lambda * prior` of each concept, as the definition takes it from every score; 0 for functions that have none. */
function priors(
	name: SimilarityFunction,
	{ activations, scores, units, clips, concepts }: Matrices,
): number[] {
	if (name !== "wpmi" && name !== "soft-wpmi")
		return new Array<number>(concepts).fill(0);
	const { scale, lambda, base, weight } = mutualInformation(name, clips);
	const q = Array.from({ length: clips }, (_, clip) => {
		const row = scores.subarray(clip * concepts, (clip + 1) * concepts);
		const powers = Array.from(row, (score) => Math.exp(scale * score));
		const sum = powers.reduce((total, power) => total + power);
		return powers.map((power) => power / sum);
	});
	const tops = Array.from({ length: units }, (_, unit) => {
		const values = activations.subarray(unit * clips, (unit + 1) * clips);
		return [...values.keys()].sort(
			(a, b) => (values[b] as number) - (values[a] as number),
		);
	});
	return Array.from({ length: concepts }, (_, concept) => {
		const products = tops.map((top) =>
			base.reduce(
				(product, value, j) =>
					product *
					(value +
						(weight[j] as number) * (q[top[j] as number]?.[concept] as number)),
				1,
			),
		);
		const mean = products.reduce((total, value) => total + value) / units;
		return lambda * Math.log(mean);
	});
}

describe("the clip-shuffle null", () => {
	it.each(SIMILARITY_FUNCTIONS)(
		"equals shuffling the clips and scoring again, the layer's prior as it is: %s",
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
			const prior = priors(name, matrices);
			const maxima = clipPermutations({ clips, count: 90, seed: 99 }).map(
				(order) => {
					const shuffled = {
						...matrices,
						scores: reorderRows(matrices.scores, concepts, order),
					};
					const own = priors(name, shuffled);
					const similarity = neuronConceptSimilarity({
						function: name,
						...shuffled,
					}).map(
						(score, place) =>
							score +
							(own[place % concepts] as number) -
							(prior[place % concepts] as number),
					);
					return Array.from({ length: units }, (_, unit) =>
						Math.max(
							...similarity.subarray(unit * concepts, (unit + 1) * concepts),
						),
					);
				},
			);
			for (const { unit, p95 } of scored) {
				const values = maxima.map((row) => row[unit] as number);
				// Of 90 the fourth largest: with it, four of 91 places are above.
				const expected = values.toSorted((a, b) => b - a)[3] as number;
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
	it.each([
		[1, 1],
		[18, 18],
		[19, 19],
		[20, 20],
		[38, 38],
		[39, 38],
		[99, 95],
		[200, 191],
		[10_000, 9501],
	])(
		"leaves at most one place in 20 above: of %i shuffles rank %i",
		(count, rank) => {
			const maxima = Float64Array.from(
				{ length: count },
				(_, at) => count - at,
			);
			expect(nullPercentile(maxima)).toBe(rank);
			if (count >= 19)
				expect((count + 1 - rank) / (count + 1)).toBeLessThanOrEqual(0.05);
		},
	);

	it("is null without permutations or without a score", () => {
		expect(nullPercentile(new Float32Array())).toBeNull();
		expect(
			nullPercentile(new Float64Array(3).fill(Number.NEGATIVE_INFINITY)),
		).toBeNull();
	});
});
