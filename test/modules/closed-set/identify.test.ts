import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SIMILARITY_FUNCTIONS } from "../../../src/modules/closed-set/constants.ts";
import {
	type IdentifiedUnit,
	type IdentifyClosedSetOptions,
	identifyClosedSet,
} from "../../../src/modules/closed-set/identify.ts";
import { openClosedSetWorkers } from "../../../src/modules/closed-set/layer-workers.ts";
import { neuronConceptSimilarity } from "../../../src/modules/closed-set/similarity.ts";
import { npyBytes } from "../../../src/shared/npy.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import type { Progress } from "../../../src/types.ts";
import { randomMatrices } from "./matrices.ts";

const clips = 120;
const concepts = ["rain", "dog_bark", "cello", "siren", "wind", "applause"];
/** Neurons 0..5 are their concept's scores plus some noise, the rest is noise. */
const matrices = ((): ReturnType<typeof randomMatrices> => {
	const random = randomMatrices({ units: 2200, clips, concepts: 6, seed: 21 });
	const noise = seededRandom(5);
	const activations = random.activations.slice();
	for (let unit = 0; unit < 6; unit += 1)
		for (let clip = 0; clip < clips; clip += 1)
			activations[unit * clips + clip] =
				10 * (random.scores[clip * 6 + unit] as number) + noise() - 3;
	return { ...random, activations };
})();

let directory: string;
let path: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "closed-set-"));
	path = join(directory, "layer.npy");
	await writeFile(path, npyBytes(matrices.activations, [2200, clips]));
});
afterAll(() => rm(directory, { recursive: true }));

function options(
	change: Partial<IdentifyClosedSetOptions> = {},
): IdentifyClosedSetOptions {
	return {
		activations: { path },
		scores: matrices.scores,
		concepts,
		function: "cos-cubed",
		permutations: 40,
		seed: 7,
		...change,
	};
}

async function collect(
	change: Partial<IdentifyClosedSetOptions> = {},
): Promise<IdentifiedUnit[]> {
	const identified: IdentifiedUnit[] = [];
	for await (const unit of identifyClosedSet(options(change)))
		identified.push(unit);
	return identified;
}

describe("identifyClosedSet", () => {
	it("finds the concept of each made-up neuron, above chance, and few among noise", async () => {
		const identified = await collect();
		expect(identified.map(({ unit }) => unit)).toEqual(
			Array.from({ length: 2200 }, (_, unit) => unit),
		);
		for (const { unit, result } of identified.slice(0, 6)) {
			expect(result.ranked[0]?.concept).toBe(concepts[unit]);
			expect(result.aboveNull).toBe(true);
			expect(result.ranked.length).toBe(5);
		}
		const above = identified
			.slice(6)
			.filter(({ result }) => result.aboveNull === true).length;
		// 5 % by construction of the null.
		expect(above / 2194).toBeGreaterThan(0.02);
		expect(above / 2194).toBeLessThan(0.09);
	});

	it("carries scores, margin and null as the float64 kernel gives them", async () => {
		const [first] = await collect({ units: [3] });
		const row = [
			...neuronConceptSimilarity({
				function: "cos-cubed",
				...matrices,
			}).subarray(18, 24),
		].toSorted((a, b) => b - a);
		expect(first?.unit).toBe(3);
		expect(first?.result.function).toBe("cos-cubed");
		for (const [place, score] of row.slice(0, 5).entries())
			expect(first?.result.ranked[place]?.score).toBeCloseTo(score, 12);
		expect(first?.result.margin).toBeCloseTo(
			(row[0] as number) - (row[1] as number),
			12,
		);
		expect(first?.result.null).toMatchObject({ permutations: 40, seed: 7 });
		expect(first?.result.null.p95).toBeGreaterThan(0);
	});

	it("takes units in any order and repeats none", async () => {
		const some = await collect({ units: [5, 2000, 1, 5] });
		expect(some.map(({ unit }) => unit)).toEqual([1, 5, 2000]);
	});

	it("says nothing about chance without permutations", async () => {
		const [first] = await collect({ units: [0], permutations: 0 });
		expect(first?.result.null).toEqual({ permutations: 0, seed: 7, p95: null });
		expect(first?.result.aboveNull).toBeNull();
	});

	it("has no margin with one concept", async () => {
		const [first] = await collect({
			units: [0],
			concepts: ["rain"],
			scores: matrices.scores.filter((_, index) => index % 6 === 0),
		});
		expect(first?.result.ranked.length).toBe(1);
		expect(first?.result.margin).toBeNull();
	});

	it("has no winner for a constant neuron", async () => {
		const constant = join(directory, "constant.npy");
		await writeFile(
			constant,
			npyBytes(new Float32Array(clips).fill(2), [1, clips]),
		);
		expect(await collect({ activations: { path: constant } })).toEqual([
			{
				unit: 0,
				result: {
					function: "cos-cubed",
					ranked: [],
					margin: null,
					null: { permutations: 40, seed: 7, p95: null },
					aboveNull: null,
					reason: "constant",
				},
			},
		]);
	});

	it("puts minus infinity behind every finite score, and never ranks what has none (rank-reorder, by hand)", async () => {
		// The top two of 40 clips are 39 and 38: t = 39 38, s = 38 39, b = (0 + 1 + 1 + 0) / 4.
		const handmade = join(directory, "handmade.npy");
		const rising = Float32Array.from({ length: 40 }, (_, clip) => clip);
		await writeFile(handmade, npyBytes(rising, [1, 40]));
		/** Scores of each concept on the clips 39 and 38. */
		const onTop: Readonly<Record<string, readonly [number, number]>> = {
			// All 0: in the order of the clips, error (1 + 1) / 2 / b = 2, divided by the root of 0.
			silence: [0, 0],
			// Its mean is negative: no number.
			minus: [-0.5, -0.1],
			// The wrong way round: -2 / sqrt(0.4).
			wrong: [0.2, 0.6],
			nothing: [0, 0],
			// The right way round: error 0.
			right: [0.6, 0.2],
		};
		const scoresOf = (names: readonly string[]): Float32Array =>
			Float32Array.from({ length: 40 * names.length }, (_, index) => {
				const clip = Math.floor(index / names.length);
				const [last, before] = onTop[names[index % names.length] as string] ?? [
					0, 0,
				];
				return clip === 39 ? last : clip === 38 ? before : 0.9;
			});
		const of = async (names: readonly string[]) => {
			const [found] = await collect({
				activations: { path: handmade },
				concepts: names,
				scores: scoresOf(names),
				function: "rank-reorder",
				permutations: 0,
			});
			return found?.result;
		};
		const all = await of(Object.keys(onTop));
		expect(all?.ranked).toEqual([
			{ concept: "right", score: 0 },
			{ concept: "wrong", score: expect.closeTo(-2 / Math.sqrt(0.4), 6) },
			{ concept: "silence", score: null },
			{ concept: "nothing", score: null },
		]);
		expect(all?.margin).toBeCloseTo(2 / Math.sqrt(0.4), 6);
		// No second finite score: no margin.
		expect(await of(["silence", "wrong"])).toMatchObject({
			ranked: [{ concept: "wrong" }, { concept: "silence", score: null }],
			margin: null,
		});
		// No finite one at all: the order would be that of the set.
		expect(await of(["silence", "minus", "nothing"])).toMatchObject({
			ranked: [],
			margin: null,
			reason: "no_score",
		});
		// What is stored is what was found.
		expect(JSON.parse(JSON.stringify(all))).toEqual(all);
	});

	it("reports progress to the end", async () => {
		const seen: Progress[] = [];
		await collect({ onProgress: (progress) => seen.push(progress) });
		expect(seen.length).toBeGreaterThan(5);
		expect(seen.at(-1)).toEqual({
			stage: "closed-set",
			done: 2200,
			total: 2200,
		});
		expect(seen.map(({ done }) => done)).toEqual(
			seen.map(({ done }) => done).toSorted((a, b) => a - b),
		);
	});

	it.each(SIMILARITY_FUNCTIONS)(
		"gives the same for any number of threads: %s",
		async (name) => {
			const one = await collect({ function: name, threads: 1 });
			expect(await collect({ function: name, threads: 3 })).toEqual(one);
			const units = [0, 700, 2199];
			expect(await collect({ function: name, threads: 2, units })).toEqual(
				units.map((unit) => one[unit]),
			);
			for (const { unit, result } of one.slice(0, 6)) {
				expect(result.function).toBe(name);
				// rank-reorder looks at 6 of the 120 clips only.
				if (name !== "rank-reorder")
					expect(result.ranked[0]?.concept).toBe(concepts[unit]);
			}
		},
	);

	it("serves one layer after the other with the same threads", async () => {
		const workers = openClosedSetWorkers({ threads: 2 });
		try {
			for (const name of SIMILARITY_FUNCTIONS) {
				const alone = await collect({ function: name, units: [1, 900, 2100] });
				expect(
					await collect({ function: name, units: [1, 900, 2100], workers }),
				).toEqual(alone);
				// What is left early does not hold up the next.
				for await (const { unit } of identifyClosedSet(
					options({ function: name, workers }),
				)) {
					expect(unit).toBe(0);
					break;
				}
				const controller = new AbortController();
				const work = collect({
					function: name,
					workers,
					permutations: 5_000,
					signal: controller.signal,
				});
				setImmediate(() => controller.abort());
				await expect(work).rejects.toMatchObject({ code: "interrupted" });
				await expect(collect({ workers, units: [2200] })).rejects.toMatchObject(
					{ code: "unit_unknown" },
				);
			}
		} finally {
			await workers.close();
		}
	});

	it("can be left early and interrupted", async () => {
		for await (const { unit } of identifyClosedSet(options())) {
			expect(unit).toBe(0);
			break;
		}
		await expect(
			collect({ signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ code: "interrupted" });
		const controller = new AbortController();
		const work = collect({
			permutations: 20_000,
			signal: controller.signal,
		});
		setImmediate(() => controller.abort());
		await expect(work).rejects.toMatchObject({ code: "interrupted" });
	});

	it("passes on what is wrong with the data", async () => {
		await expect(collect({ units: [2200] })).rejects.toMatchObject({
			name: "DataError",
			code: "unit_unknown",
			message: `${path} has no unit 2200: expected 0 to 2199`,
		});
		await expect(
			collect({ activations: { path: join(directory, "none.npy") } }),
		).rejects.toMatchObject({ name: "DataError", code: "npy_missing" });
	});

	it.each([
		[{ concepts: [] }, "Expected `concepts` to have at least one name"],
		[
			{ permutations: -1 },
			"Expected `permutations` to be an integer from 0 and up, got `-1`",
		],
		[{ threads: 0 }, "Expected `threads` to be an integer from 1 up, got `0`"],
		[
			{ scores: new Float32Array(7) },
			"Expected `scores` to have a multiple of 6 values (one per concept), got `7`",
		],
	])("refuses %o", async (change, message) => {
		await expect(collect(change)).rejects.toThrow(message);
	});
});
