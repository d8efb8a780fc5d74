import { afterAll, describe, expect, it } from "vitest";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import { rankConcepts } from "../../../src/modules/closed-set/ranking.ts";
import {
	prepareLayer,
	scoreLayer,
} from "../../../src/modules/closed-set/score-layer.ts";
import type { UnitScores } from "../../../src/modules/closed-set/score-sheet.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import { golden } from "./golden.ts";
import {
	directRunner,
	layerFolder,
	type ScoreOptions,
	scoreAll,
} from "./layers.ts";
import { type Matrices, randomMatrices, reorderRows } from "./matrices.ts";

const functions = SIMILARITY_FUNCTIONS;
/** Relative, of the fast path to the definition: both are float64. */
const EXACT = 1e-11;

const folder = layerFolder();
afterAll(() => folder.remove());

const run = (
	matrices: Matrices,
	options: ScoreOptions = {},
): Promise<UnitScores[]> => scoreAll(matrices, folder.write(matrices), options);

/** What the definition ranks for a neuron. */
function expectedOf(
	similarity: Float64Array,
	concepts: number,
	unit: number,
): { readonly concept: number; readonly score: number }[] {
	const row = similarity.subarray(unit * concepts, (unit + 1) * concepts);
	const ranked = rankConcepts(row, 5).map((concept) => ({
		concept,
		score: row[concept] as number,
	}));
	return Number.isFinite(ranked[0]?.score) ? ranked : [];
}

function expectRanked(
	scored: UnitScores | undefined,
	expected: ReturnType<typeof expectedOf>,
): void {
	expect(scored?.ranked.map(({ concept }) => concept)).toEqual(
		expected.map(({ concept }) => concept),
	);
	for (const [place, { score }] of expected.entries())
		if (score === Number.NEGATIVE_INFINITY)
			expect(scored?.ranked[place]?.score).toBe(score);
		else
			expect(
				Math.abs((scored?.ranked[place]?.score ?? Number.NaN) - score),
			).toBeLessThanOrEqual(EXACT * Math.max(1, Math.abs(score)));
}

describe("scoreLayer against the definition", () => {
	it.each(functions)("on random matrices: %s", async (name) => {
		for (const [units, clips, concepts] of [
			[70, 200, 30],
			[33, 1021, 7],
			[300, 64, 17],
			[5, 41, 3],
		] as const) {
			const matrices = randomMatrices({ units, clips, concepts, seed: clips });
			const scored = await run(matrices, { function: name });
			const similarity = neuronConceptSimilarity({
				function: name,
				...matrices,
			});
			expect(scored.map(({ unit }) => unit)).toEqual(
				Array.from({ length: units }, (_, unit) => unit),
			);
			for (const [unit, result] of scored.entries())
				expectRanked(result, expectedOf(similarity, concepts, unit));
		}
	});

	it.each(functions)(
		"on ties among activations and among scores: %s",
		async (name) => {
			const random = randomMatrices({
				units: 60,
				clips: 300,
				concepts: 9,
				seed: 5,
			});
			const matrices = {
				...random,
				// As after a rectifier, and as a softmax that says 0.
				activations: random.activations.map((value, index) =>
					index % 3 === 0 ? Math.fround(Math.round(value)) : Math.max(0, value),
				),
				scores: random.scores.map((score) =>
					score < 0.02 ? 0 : Math.fround(Math.round(score * 20) / 20),
				),
			};
			const scored = await run(matrices, {
				function: name,
				threads: 2,
				blockUnits: 16,
			});
			const similarity = neuronConceptSimilarity({
				function: name,
				...matrices,
			});
			let compared = 0;
			for (const [unit, result] of scored.entries()) {
				if (result.reason !== null) continue;
				compared += 1;
				expectRanked(result, expectedOf(similarity, 9, unit));
			}
			expect(compared).toBeGreaterThan(30);
		},
	);

	it.each(golden)("on the matrices of numpy: $name", async (values) => {
		for (const name of functions) {
			const scored = await run(values.matrices, { function: name });
			for (const result of scored) {
				if (result.reason !== null) continue;
				expectRanked(
					result,
					expectedOf(
						Float64Array.from(values[name]),
						values.concepts,
						result.unit,
					),
				);
			}
		}
	});

	it.each(functions)(
		"on 10,000 neurons of anything: NaN, infinities, denormals, zeros: %s",
		async (name) => {
			const [units, clips, concepts] = [10_000, 48, 6];
			const random = seededRandom(77);
			const special = [
				Number.NaN,
				Number.POSITIVE_INFINITY,
				Number.NEGATIVE_INFINITY,
				0,
				-0,
				1e-45,
				-1e-40,
				3.4e38,
				-3.4e38,
			];
			const activations = new Float32Array(units * clips);
			for (let unit = 0; unit < units; unit += 1) {
				const [first, share] = [random() < 0.5 ? 3 : 0, random() ** 3];
				for (let clip = 0; clip < clips; clip += 1)
					activations[unit * clips + clip] =
						random() < share
							? (special[
									first + Math.floor(random() * (special.length - first))
								] as number)
							: random() - 0.5;
			}
			const scores = Float32Array.from({ length: clips * concepts }, () =>
				random() < 0.1 ? 1e-45 : random(),
			);
			const matrices = { units, clips, concepts, activations, scores };
			const scored = await run(matrices, { function: name, threads: 2 });
			const similarity = neuronConceptSimilarity({
				function: name,
				...matrices,
			});
			const reasons = new Map<string | null, number>();
			for (const [unit, result] of scored.entries()) {
				reasons.set(result.reason, (reasons.get(result.reason) ?? 0) + 1);
				const values = activations.subarray(unit * clips, (unit + 1) * clips);
				const finite = values.every(Number.isFinite);
				expect(result.reason === "non_finite").toBe(!finite);
				if (result.reason === null)
					expectRanked(result, expectedOf(similarity, concepts, unit));
			}
			expect(reasons.get("non_finite")).toBeGreaterThan(1000);
			expect(reasons.get(null)).toBeGreaterThan(1000);
		},
	);

	it.each(functions)(
		"gives equal concepts their index order: %s",
		async (name) => {
			const matrices = randomMatrices({
				units: 20,
				clips: 200,
				concepts: 4,
				seed: 3,
			});
			const copies = 12;
			const scores = new Float32Array(200 * 4 * copies);
			for (let clip = 0; clip < 200; clip += 1)
				for (let copy = 0; copy < copies; copy += 1)
					scores.set(
						matrices.scores.subarray(clip * 4, clip * 4 + 4),
						clip * 4 * copies + copy * 4,
					);
			for (const { ranked } of await run(
				{ ...matrices, scores, concepts: 4 * copies },
				{ function: name },
			)) {
				const best = ranked[0]?.concept ?? -1;
				expect(best).toBeLessThan(4);
				expect(ranked.map(({ concept }) => concept)).toEqual(
					[0, 1, 2, 3, 4].map((copy) => best + 4 * copy),
				);
			}
		},
	);
});

describe("concepts that float32 cannot tell apart", () => {
	it.each([
		["cosine", [2 ** -140, 2 ** -50, 1, 2 ** 50, 2 ** 120]],
		["cos-cubed", [2 ** 4, 2 ** 18, 2 ** 40]],
	] as const)(
		"are ranked in float64 whatever the size of the activations: %s",
		async (name, sizes) => {
			const [units, clips, concepts] = [20, 500, 40];
			const random = seededRandom(9);
			const common = Float32Array.from({ length: clips }, random);
			const scores = Float32Array.from(
				{ length: clips * concepts },
				(_, index) =>
					(common[Math.floor(index / concepts)] as number) *
					(1 + 2e-6 * random()),
			);
			for (const size of sizes) {
				const activations = Float32Array.from(
					{ length: units * clips },
					(_, index) =>
						size * ((common[index % clips] as number) + random() - 0.2),
				);
				const matrices = { units, clips, concepts, activations, scores };
				const similarity = neuronConceptSimilarity({
					function: name,
					...matrices,
				});
				for (const [unit, result] of (
					await run(matrices, { function: name })
				).entries())
					expectRanked(result, expectedOf(similarity, concepts, unit));
			}
		},
	);
});

describe("scoreLayer", () => {
	it.each(functions)(
		"depends neither on threads nor on which units are asked for: %s",
		async (name) => {
			const matrices = randomMatrices({
				units: 150,
				clips: 90,
				concepts: 20,
				seed: 8,
			});
			const task = { function: name, permutations: 10, blockUnits: 16 };
			const whole = await run(matrices, task);
			for (const threads of [2, 3, 8])
				expect(await run(matrices, { ...task, threads })).toEqual(whole);
			const units = [0, 3, 4, 5, 31, 149];
			expect(await run(matrices, { ...task, threads: 2, units })).toEqual(
				units.map((unit) => whole[unit]),
			);
			expect(await run(matrices, { ...task, units: [] })).toEqual([]);
		},
	);

	it.each(functions)("hardly depends on the blocks: %s", async (name) => {
		const matrices = randomMatrices({
			units: 150,
			clips: 90,
			concepts: 20,
			seed: 8,
		});
		const task = { function: name, permutations: 10 };
		const whole = await run(matrices, task);
		for (const blockUnits of [1, 7, 64])
			for (const [unit, scored] of (
				await run(matrices, { ...task, blockUnits })
			).entries()) {
				expectRanked(scored, [...(whole[unit]?.ranked ?? [])]);
				expect(scored.p95).toBeCloseTo(whole[unit]?.p95 ?? Number.NaN, 9);
			}
	});

	it.each(functions)("leaves out clips without scores: %s", async (name) => {
		const matrices = randomMatrices({
			units: 6,
			clips: 70,
			concepts: 5,
			seed: 12,
		});
		const kept = Array.from({ length: 70 }, (_, clip) => clip).filter(
			(clip) => clip % 7 !== 3,
		);
		const scores = matrices.scores.slice();
		for (let clip = 3; clip < 70; clip += 7)
			scores.fill(Number.NaN, clip * 5, clip * 5 + 5);
		const smaller = new Float32Array(6 * kept.length);
		for (let unit = 0; unit < 6; unit += 1)
			for (const [place, clip] of kept.entries())
				smaller[unit * kept.length + place] = matrices.activations[
					unit * 70 + clip
				] as number;
		const task = { function: name, permutations: 5 };
		expect(await run({ ...matrices, scores }, task)).toEqual(
			await run(
				{
					...matrices,
					clips: kept.length,
					activations: smaller,
					scores: reorderRows(matrices.scores, 5, kept),
				},
				task,
			),
		);
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

	it("reads float16 as the float32 it stands for", async () => {
		const matrices = randomMatrices({
			units: 9,
			clips: 30,
			concepts: 3,
			seed: 15,
		});
		const path = folder.writeHalf(matrices);
		const exact = { ...matrices, activations: folder.halves(matrices) };
		for (const name of functions)
			expect(await scoreAll(matrices, path, { function: name })).toEqual(
				await run(exact, { function: name }),
			);
	});

	it("ends early when nobody waits any more", async () => {
		const matrices = randomMatrices({
			units: 40,
			clips: 60,
			concepts: 5,
			seed: 13,
		});
		for (const name of functions) {
			const layer = await prepareLayer(
				{
					path: folder.write(matrices),
					units: null,
					scores: matrices.scores,
					clips: 60,
					concepts: 5,
					function: name,
					permutations: 3000,
					seed: 1,
				},
				{ threads: 1, blockUnits: 16 },
			);
			const runner = directRunner(layer.plan, 1, { after: 2 });
			// The block under way is cut short, the next ones are not begun.
			await expect(async () => {
				for await (const _ of scoreLayer(layer, runner)) {
					// Nothing is of interest.
				}
			}).rejects.toThrow("closing");
			await runner.close();
		}
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

describe("reasons", () => {
	const matrices = randomMatrices({
		units: 5,
		clips: 60,
		concepts: 6,
		seed: 10,
	});

	it.each(functions)(
		"constant, dead and non-finite neurons have no winner, and others are not touched: %s",
		async (name) => {
			const activations = matrices.activations.slice();
			activations.fill(0.1, 0, 60);
			activations.fill(0, 60, 120);
			activations[120] = Number.NaN;
			activations[239] = Number.POSITIVE_INFINITY;
			const changed = { ...matrices, activations };
			const scored = await run(changed, { function: name, permutations: 10 });
			const none = { ranked: [], p95: null, flags: [] };
			expect(scored.slice(0, 4)).toEqual([
				{ unit: 0, ...none, reason: "constant" },
				{ unit: 1, ...none, reason: "constant" },
				{ unit: 2, ...none, reason: "non_finite" },
				{ unit: 3, ...none, reason: "non_finite" },
			]);
			// The constant ones stay in the prior, those that are not finite do not.
			expectRanked(
				scored[4],
				expectedOf(
					neuronConceptSimilarity({ function: name, ...changed }),
					6,
					4,
				),
			);
		},
	);

	it("rank-reorder needs two of a twentieth of the clips", async () => {
		for (const [clips, reason] of [
			[10, "few_clips"],
			[39, "few_clips"],
			[40, null],
		] as const) {
			const few = randomMatrices({ units: 3, clips, concepts: 4, seed: 1 });
			for (const scored of await run(few, { function: "rank-reorder" }))
				expect(scored.reason).toBe(reason);
		}
	});

	it("rank-reorder cannot order equal activations", async () => {
		const activations = matrices.activations.map((value, index) =>
			index < 60 ? (index % 10 === 0 ? 1 : 0) : value,
		);
		const [first, second] = await run(
			{ ...matrices, activations },
			{ function: "rank-reorder" },
		);
		expect(first?.reason).toBe("tied_top");
		expect(second?.reason).toBeNull();
	});

	it("soft-wpmi needs two finite neurons, whichever are asked for; wpmi does not", async () => {
		const activations = matrices.activations.slice();
		for (const unit of [0, 1, 3, 4]) activations[unit * 60] = Number.NaN;
		const one = { ...matrices, activations };
		const reasons = async (
			name: "soft-wpmi" | "wpmi",
			units: number[] | null,
		) =>
			(await run(one, { function: name, units })).map(({ reason }) => reason);
		expect(await reasons("soft-wpmi", null)).toEqual([
			"non_finite",
			"non_finite",
			"prior_undefined",
			"non_finite",
			"non_finite",
		]);
		expect(await reasons("wpmi", [2])).toEqual([null]);
		activations[60] = 0.5;
		expect(await reasons("soft-wpmi", [2])).toEqual([null]);
	});

	it("rank-reorder without a positive mean score has no score, and says when a mean is unstable", async () => {
		const negative = matrices.scores.map((score) => -score - 0.1);
		for (const scored of await run(
			{ ...matrices, scores: negative },
			{ function: "rank-reorder" },
		))
			expect(scored.reason).toBe("no_score");
		// Three clips count: 1, -1 and a little.
		const activations = Float32Array.from({ length: 60 }, (_, clip) => clip);
		const scores = new Float32Array(120).fill(0.5);
		for (const [clip, score] of [
			[59, 1],
			[58, -1],
			[57, 1e-7],
		] as const)
			scores[2 * clip] = score;
		const flagged = { units: 1, clips: 60, concepts: 2, activations, scores };
		expect((await run(flagged, { function: "rank-reorder" }))[0]).toMatchObject(
			{
				ranked: [{ concept: 1 }, { concept: 0 }],
				flags: ["unstable_mean"],
			},
		);
		scores[2 * 58] = -0.9;
		expect(
			(await run(flagged, { function: "rank-reorder" }))[0]?.flags,
		).toEqual([]);
	});
});
