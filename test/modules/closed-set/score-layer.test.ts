import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	clipPermutations,
	nullPercentile,
	shuffledMaxima,
} from "../../../src/modules/closed-set/clip-shuffle.ts";
import { rankConcepts } from "../../../src/modules/closed-set/ranking.ts";
import {
	prepareConcepts,
	type UnitScores,
} from "../../../src/modules/closed-set/score-chunk.ts";
import {
	type LayerTask,
	scoreLayer,
} from "../../../src/modules/closed-set/score-layer.ts";
import {
	neuronConceptSimilarity,
	type SimilarityFunction,
} from "../../../src/modules/closed-set/similarity.ts";
import { createMatMul, type MatMul } from "../../../src/onnx/matmul.ts";
import { npyBytes } from "../../../src/shared/npy.ts";
import { quantileOfSorted } from "../../../src/shared/statistics.ts";
import { type Matrices, randomMatrices, reorderRows } from "./matrices.ts";

const functions: readonly SimilarityFunction[] = ["cosine", "cos-cubed"];
/** Absolute, for float32 products of cosine and cos-cubed. */
const TOLERANCE = 2e-6;

let directory: string;
let matMul: MatMul;
let files = 0;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "score-layer-"));
	matMul = await createMatMul(1);
});
afterAll(() => rm(directory, { recursive: true }));

async function recorded(matrices: Matrices): Promise<string> {
	const path = join(directory, `${files++}.npy`);
	await writeFile(
		path,
		npyBytes(matrices.activations, [matrices.units, matrices.clips]),
	);
	return path;
}

async function run(
	matrices: Matrices,
	options: Partial<LayerTask> & { readonly chunkUnits?: number } = {},
): Promise<UnitScores[]> {
	const { chunkUnits, ...task } = options;
	const units: UnitScores[] = [];
	for await (const chunk of scoreLayer(
		{
			path: await recorded(matrices),
			units: null,
			scores: matrices.scores,
			clips: matrices.clips,
			concepts: matrices.concepts,
			function: "cos-cubed",
			permutations: 0,
			seed: 1,
			...task,
		},
		{ matMul, ...(chunkUnits === undefined ? {} : { chunkUnits }) },
	))
		units.push(...chunk.units);
	return units;
}

describe("scoreLayer", () => {
	it.each(functions)("ranks by the float64 scores: %s", async (name) => {
		const matrices = randomMatrices({
			units: 70,
			clips: 200,
			concepts: 30,
			seed: 2,
		});
		const scored = await run(matrices, { function: name });
		const similarity = neuronConceptSimilarity({ function: name, ...matrices });
		for (const { unit, ranked } of scored) {
			const row = similarity.subarray(unit * 30, unit * 30 + 30);
			expect(ranked).toEqual(
				rankConcepts(row, 5).map((concept) => ({
					concept,
					score: row[concept],
				})),
			);
		}
		expect(scored.map(({ unit }) => unit)).toEqual(
			Array.from({ length: 70 }, (_, unit) => unit),
		);
	});

	it("gives equal concepts their index order, however many there are", async () => {
		const matrices = randomMatrices({
			units: 20,
			clips: 50,
			concepts: 4,
			seed: 3,
		});
		const copies = 12;
		const scores = new Float32Array(50 * 4 * copies);
		for (let clip = 0; clip < 50; clip += 1)
			for (let copy = 0; copy < copies; copy += 1)
				scores.set(
					matrices.scores.subarray(clip * 4, clip * 4 + 4),
					clip * 4 * copies + copy * 4,
				);
		const single = await run(matrices);
		const repeated = await run({ ...matrices, scores, concepts: 4 * copies });
		for (const [index, { ranked }] of repeated.entries()) {
			const best = single[index]?.ranked[0]?.concept ?? -1;
			expect(ranked.map(({ concept }) => concept)).toEqual(
				[0, 1, 2, 3, 4].map((copy) => best + 4 * copy),
			);
		}
	});

	it.each(functions)(
		"the null equals shuffling the clips and scoring again: %s",
		async (name) => {
			const matrices = randomMatrices({
				units: 12,
				clips: 60,
				concepts: 7,
				seed: 4,
			});
			const scored = await run(matrices, {
				function: name,
				permutations: 90,
				seed: 99,
			});
			const maxima = clipPermutations({ clips: 60, count: 90, seed: 99 }).map(
				(order) => {
					const similarity = neuronConceptSimilarity({
						function: name,
						...matrices,
						scores: reorderRows(matrices.scores, 7, order),
					});
					return Array.from({ length: 12 }, (_, unit) =>
						Math.max(...similarity.subarray(unit * 7, unit * 7 + 7)),
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
					TOLERANCE,
				);
			}
		},
	);

	it.each(functions)(
		"float32 products of long columns stay within the tolerance: %s",
		async (name) => {
			const matrices = randomMatrices({
				units: 40,
				clips: 3000,
				concepts: 25,
				seed: 6,
			});
			const identity = [Int32Array.from({ length: 3000 }, (_, clip) => clip)];
			const similarity = neuronConceptSimilarity({
				function: name,
				...matrices,
			});
			const rows = prepareConcepts({
				...matrices,
				scores: matrices.scores,
				function: name,
			});
			const neurons = prepareConcepts({
				scores: transposed(matrices),
				clips: 3000,
				concepts: 40,
				function: name,
			}).byConcept;
			const maxima = await shuffledMaxima({
				neurons,
				concepts: rows.byConcept,
				clips: 3000,
				permutations: identity,
				matMul,
			});
			for (let unit = 0; unit < 40; unit += 1)
				expect(
					Math.abs(
						(maxima[unit] as number) -
							Math.max(...similarity.subarray(unit * 25, unit * 25 + 25)),
					),
				).toBeLessThan(TOLERANCE);
		},
	);

	it("does not depend on the chunks", async () => {
		const matrices = randomMatrices({
			units: 150,
			clips: 90,
			concepts: 20,
			seed: 8,
		});
		const whole = await run(matrices, { permutations: 40 });
		for (const chunkUnits of [1, 7, 64])
			expect(await run(matrices, { permutations: 40, chunkUnits })).toEqual(
				whole,
			);
	});

	it("gives a subset of units the results they have among all", async () => {
		const matrices = randomMatrices({
			units: 60,
			clips: 90,
			concepts: 20,
			seed: 9,
		});
		const whole = await run(matrices, { permutations: 20 });
		const units = [0, 3, 4, 5, 31, 59];
		expect(await run(matrices, { permutations: 20, units })).toEqual(
			units.map((unit) => whole[unit]),
		);
		expect(await run(matrices, { units: [] })).toEqual([]);
	});

	it("has no winner for constant, dead and non-finite neurons, and others are not touched", async () => {
		const matrices = randomMatrices({
			units: 5,
			clips: 30,
			concepts: 6,
			seed: 10,
		});
		const whole = await run(matrices, { permutations: 10 });
		const activations = matrices.activations.slice();
		activations.fill(0.1, 0, 30);
		activations.fill(0, 30, 60);
		activations[60] = Number.NaN;
		activations[119] = Number.POSITIVE_INFINITY;
		const scored = await run(
			{ ...matrices, activations },
			{ permutations: 10 },
		);
		expect(scored.slice(0, 4)).toEqual(
			[0, 1, 2, 3].map((unit) => ({ unit, ranked: [], p95: null })),
		);
		expect(scored[4]).toEqual(whole[4]);
	});

	it("never ranks a concept whose cosine is undefined", async () => {
		const matrices = randomMatrices({
			units: 4,
			clips: 30,
			concepts: 3,
			seed: 11,
		});
		const scores = matrices.scores.map((score, index) =>
			index % 3 === 1 ? 0 : score,
		);
		for (const { ranked, p95 } of await run(
			{ ...matrices, scores },
			{ function: "cosine", permutations: 10 },
		)) {
			expect(ranked.map(({ concept }) => concept).toSorted()).toEqual([0, 2]);
			expect(p95).not.toBeNull();
		}
	});

	it("leaves out clips without scores", async () => {
		const matrices = randomMatrices({
			units: 6,
			clips: 40,
			concepts: 5,
			seed: 12,
		});
		const kept = Array.from({ length: 40 }, (_, clip) => clip).filter(
			(clip) => clip % 7 !== 3,
		);
		const scores = matrices.scores.slice();
		for (let clip = 3; clip < 40; clip += 7)
			scores.fill(Number.NaN, clip * 5, clip * 5 + 5);
		const smaller = new Float32Array(6 * kept.length);
		for (let unit = 0; unit < 6; unit += 1)
			for (const [place, clip] of kept.entries())
				smaller[unit * kept.length + place] = matrices.activations[
					unit * 40 + clip
				] as number;
		expect(await run({ ...matrices, scores }, { permutations: 5 })).toEqual(
			await run(
				{
					...matrices,
					clips: kept.length,
					activations: smaller,
					scores: reorderRows(matrices.scores, 5, kept),
				},
				{ permutations: 5 },
			),
		);
	});

	it("stops between products when asked to", async () => {
		const matrices = randomMatrices({
			units: 40,
			clips: 30,
			concepts: 5,
			seed: 13,
		});
		let products = 0;
		const counted: MatMul = (...operands) => {
			products += 1;
			return matMul(...operands);
		};
		const chunks = scoreLayer(
			{
				path: await recorded(matrices),
				units: null,
				scores: matrices.scores,
				clips: 30,
				concepts: 5,
				function: "cosine",
				permutations: 5000,
				seed: 1,
			},
			{ matMul: counted, isClosing: () => products > 2 },
		);
		expect(await chunks.next()).toEqual({ done: true, value: undefined });
		expect(products).toBe(3);
	});

	it.each([
		[
			{ clips: 29 },
			"clips_mismatch",
			/ does not fit the concept scores: expected 29 clips, got 30$/,
		],
		[{ units: [2, 6] }, "unit_unknown", / has no unit 6: expected 0 to 5$/],
		[
			{ scores: new Float32Array(150).fill(Number.NaN) },
			"no_clips",
			/^no clip has concept scores: expected at least 1 of 30$/,
		],
		[
			{ scores: new Float32Array(150).fill(Number.NaN, 7, 8) },
			"score_not_finite",
			/^the score of clip 1 and concept 2 is NaN: expected a finite number$/,
		],
		[{ path: "none.npy" }, "npy_missing", /^none.npy cannot be opened: /],
	])("refuses %o", async (change, code, message) => {
		const matrices = randomMatrices({
			units: 6,
			clips: 30,
			concepts: 5,
			seed: 14,
		});
		const scores =
			"clips" in change ? matrices.scores.slice(0, 145) : matrices.scores;
		const work = run(matrices, { scores, ...change });
		await expect(work).rejects.toMatchObject({ name: "DataError", code });
		await expect(work).rejects.toThrow(message);
	});
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

describe("nullPercentile", () => {
	it("interpolates, and is null without permutations or without a score", () => {
		expect(nullPercentile(Float32Array.of(3, 1, 2, 0, 4))).toBeCloseTo(3.8, 6);
		expect(nullPercentile(new Float32Array())).toBeNull();
		expect(
			nullPercentile(new Float32Array(3).fill(Number.NEGATIVE_INFINITY)),
		).toBeNull();
	});
});

/** Activations as `[clips, units]`. */
function transposed({ activations, units, clips }: Matrices): Float32Array {
	return Float32Array.from(
		{ length: units * clips },
		(_, index) =>
			activations[
				(index % units) * clips + Math.floor(index / units)
			] as number,
	);
}
