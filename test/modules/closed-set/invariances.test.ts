/** What must not change a score, by the definition and by the path that reads the recording. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { randomPermutation, seededRandom } from "../../../src/shared/random.ts";
import { layerFolder, scoreAll } from "./layers.ts";
import {
	type Matrices,
	randomMatrices,
	reorderRows,
	transpose,
} from "./matrices.ts";

type Name = (typeof SIMILARITY_FUNCTIONS)[number];
/** `[units, concepts]`; at most five concepts, which is as many as are ranked. */
type Score = (matrices: Matrices, name: Name) => Promise<Float64Array>;

const folder = layerFolder();
afterAll(() => folder.remove());

const PATHS: readonly (readonly [string, Score])[] = [
	[
		"the definition",
		async (matrices, name) =>
			neuronConceptSimilarity({ function: name, ...matrices }),
	],
	[
		"the recording",
		async (matrices, name) => {
			const { units, concepts } = matrices;
			const scores = new Float64Array(units * concepts).fill(Number.NaN);
			const scored = await scoreAll(matrices, folder.write(matrices), {
				function: name,
				threads: 2,
				blockUnits: 5,
			});
			for (const { unit, ranked } of scored)
				for (const { concept, score } of ranked)
					scores[unit * concepts + concept] = score;
			return scores;
		},
	],
];
const each = PATHS.flatMap(([path, score]) =>
	SIMILARITY_FUNCTIONS.map((name) => [name, path, score] as const),
);

const random = (seed: number): Matrices =>
	randomMatrices({ units: 11, clips: 60, concepts: 5, seed });
/** Relative: sums in another order differ in their last bits. */
function expectSame(actual: Float64Array, expected: Float64Array): void {
	expect(actual).toHaveLength(expected.length);
	for (const [index, value] of expected.entries())
		if (Number.isFinite(value))
			expect(
				Math.abs((actual[index] ?? Number.NaN) - value),
			).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
		else expect(actual[index]).toBe(value);
	expect(expected.some(Number.isFinite)).toBe(true);
}
/** The columns of a `[units, clips]` matrix in another order. */
function reorderClips(
	{ activations, units, clips }: Matrices,
	order: ArrayLike<number>,
): Float32Array {
	const byClip = transpose(activations, units, clips);
	return transpose(reorderRows(byClip, units, order), order.length, units);
}

describe.each(each)("%s, by %s", (name, _, score) => {
	it("permuting the clips changes nothing", async () => {
		const matrices = random(1);
		const order = randomPermutation(60, seededRandom(2));
		expectSame(
			await score(
				{
					...matrices,
					activations: reorderClips(matrices, order),
					scores: reorderRows(matrices.scores, 5, order),
				},
				name,
			),
			await score(matrices, name),
		);
	});

	it("permuting the neurons permutes the rows", async () => {
		const matrices = random(3);
		const order = randomPermutation(11, seededRandom(4));
		const plain = await score(matrices, name);
		expectSame(
			await score(
				{
					...matrices,
					activations: reorderRows(matrices.activations, 60, order),
				},
				name,
			),
			Float64Array.from(
				plain,
				(_value, index) =>
					plain[
						(order[Math.floor(index / 5)] as number) * 5 + (index % 5)
					] as number,
			),
		);
	});

	it("permuting the concepts permutes the columns", async () => {
		const matrices = random(5);
		const order = randomPermutation(5, seededRandom(6));
		const plain = await score(matrices, name);
		expectSame(
			await score(
				{
					...matrices,
					scores: transpose(
						reorderRows(transpose(matrices.scores, 60, 5), 60, order),
						5,
						60,
					),
				},
				name,
			),
			Float64Array.from(
				plain,
				(_value, index) =>
					plain[
						Math.floor(index / 5) * 5 + (order[index % 5] as number)
					] as number,
			),
		);
	});

	it("equal neurons have equal rows", async () => {
		const matrices = random(7);
		const activations = matrices.activations.slice();
		activations.copyWithin(60 * 9, 60 * 2, 60 * 3);
		const scores = await score({ ...matrices, activations }, name);
		expect(scores.slice(9 * 5, 10 * 5)).toEqual(scores.slice(2 * 5, 3 * 5));
	});
});

describe.each(PATHS)("by %s", (_, score) => {
	/** Whole numbers: adding another one is exact in float32. */
	const whole = (seed: number): Matrices => {
		const matrices = random(seed);
		const next = seededRandom(seed);
		return {
			...matrices,
			activations: matrices.activations.map(() =>
				Math.round(40 * (next() - 0.5)),
			),
		};
	};

	it("cos-cubed: adding a constant to a neuron's activations changes nothing", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.nat(1000),
				fc.integer({ min: -1000, max: 1000 }),
				async (seed, constant) => {
					const matrices = whole(seed);
					expectSame(
						await score(
							{
								...matrices,
								activations: matrices.activations.map((value, index) =>
									Math.floor(index / 60) % 2 === 0 ? value + constant : value,
								),
							},
							"cos-cubed",
						),
						await score(matrices, "cos-cubed"),
					);
				},
			),
			{ numRuns: 20 },
		);
	});

	it.each(SIMILARITY_FUNCTIONS)(
		"%s: scaling a neuron by a positive number changes nothing",
		async (name) => {
			// Above the clamp of cos-cubed.
			const matrices = whole(8);
			expectSame(
				await score(
					{
						...matrices,
						activations: matrices.activations.map((value, index) =>
							Math.floor(index / 60) % 2 === 0 ? value * 8 : value,
						),
					},
					name,
				),
				await score(matrices, name),
			);
		},
	);

	it.each(["cosine", "cos-cubed"] as const)(
		"%s: the opposite neuron has the opposite scores",
		async (name) => {
			const matrices = whole(9);
			const plain = await score(matrices, name);
			expectSame(
				await score(
					{
						...matrices,
						activations: matrices.activations.map((value) => -value),
					},
					name,
				),
				plain.map((value) => -value),
			);
		},
	);

	it.each(["cosine", "cos-cubed"] as const)(
		"%s: every clip twice changes nothing",
		async (name) => {
			const matrices = whole(10);
			const twice = Array.from({ length: 120 }, (_value, index) => index % 60);
			expectSame(
				await score(
					{
						...matrices,
						clips: 120,
						activations: reorderClips(matrices, twice),
						scores: reorderRows(matrices.scores, 5, twice),
					},
					name,
				),
				await score(matrices, name),
			);
		},
	);
});
