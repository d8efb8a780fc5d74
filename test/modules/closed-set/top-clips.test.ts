import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentsOf, viewsOf } from "../../../src/modules/closed-set/engine.ts";
import {
	type Kernels,
	openKernels,
} from "../../../src/modules/closed-set/kernels/kernels.ts";
import { planLayer } from "../../../src/modules/closed-set/layer-plan.ts";
import { createTopClipSelector } from "../../../src/modules/closed-set/top-clips.ts";
import { seededRandom } from "../../../src/shared/random.ts";

type Similarity = "wpmi" | "soft-wpmi";

/** What selects the best clips of wpmi (28) or soft-wpmi (100), or all when there are fewer: of one neuron after the other. */
function selectorOf(
	clips: number,
	similarity: Similarity,
	/** Counts calls. */
	looks = { collect: 0, countAtLeast: 0 },
	/** The tables of so many come first in the memory. */
	concepts = 1,
): (values: Float32Array) => number[] {
	const plan = planLayer({
		path: "",
		function: similarity,
		clips,
		kept: null,
		rows: 1,
		columns: clips,
		concepts,
		permutations: 0,
		threads: 1,
	});
	const opened = openKernels(plan.memory);
	const kernels: Kernels = {
		...opened,
		collect: (...parameters) => {
			looks.collect += 1;
			return opened.collect(...parameters);
		},
		countAtLeast: (...parameters) => {
			looks.countAtLeast += 1;
			return opened.countAtLeast(...parameters);
		},
	};
	const { floats, doubles, integers } = viewsOf(plan);
	const base = plan.regions.scratch;
	const row = base + plan.scratch.row;
	const tools = {
		plan,
		kernels,
		base,
		isClosing: () => false,
		products: {
			matMul: () => Promise.reject(new Error("not needed")),
			productWith: () => Promise.reject(new Error("not needed")),
		},
	};
	const select = createTopClipSelector({ plan, kernels, floats, base });
	return (values) => {
		floats.fill(0, row / 4, row / 4 + plan.rowValues);
		floats.set(values, row / 4);
		const moments = momentsOf(tools, doubles, row);
		if (moments === null) throw new Error("not finite");
		select(row, moments, base + plan.scratch.list);
		const start = (base + plan.scratch.list) / 4;
		return [...integers.subarray(start, start + plan.top)];
	};
}

const topOf = (values: Float32Array, similarity: Similarity): number[] =>
	selectorOf(values.length, similarity)(values);

function sortAndSlice(values: Float32Array, count: number): number[] {
	return Array.from(values.keys())
		.sort((a, b) => {
			const [x = 0, y = 0] = [values[a], values[b]];
			return x === y ? a - b : y - x;
		})
		.slice(0, count);
}

describe("createTopClipSelector", () => {
	it("equals sorting and slicing: ties, both zeros, denormals, huge values, any length", () => {
		const value = fc.oneof(
			fc.float({ noNaN: true, noDefaultInfinity: true }),
			fc.constantFrom(0, -0, 1, -1, 1e-45, -1e-45, 3.4e38, -3.4e38),
		);
		fc.assert(
			fc.property(
				fc.array(value, { minLength: 1, maxLength: 400 }),
				fc.constantFrom("wpmi" as const, "soft-wpmi" as const),
				(list, similarity) => {
					const values = Float32Array.from(list);
					const count = Math.min(similarity === "wpmi" ? 28 : 100, list.length);
					expect(topOf(values, similarity)).toEqual(
						sortAndSlice(values, count),
					);
				},
			),
			{ numRuns: 400 },
		);
	});

	it("takes the first of many equal values", () => {
		const values = new Float32Array(3000);
		for (const clip of [2999, 7, 1500]) values[clip] = 1;
		expect(topOf(values, "wpmi")).toEqual([
			7,
			1500,
			2999,
			...Array.from({ length: 26 }, (_, clip) => clip).filter(
				(clip) => clip !== 7,
			),
		]);
		expect(topOf(new Float32Array(50).fill(-2), "wpmi")).toEqual(
			Array.from({ length: 28 }, (_, clip) => clip),
		);
	});

	it("selects the same above 2 GiB, where an address as a signed number is negative", () => {
		const clips = 3000;
		const random = seededRandom(2);
		const select = selectorOf(clips, "soft-wpmi", undefined, 61_000);
		for (let neuron = 0; neuron < 3; neuron += 1) {
			const values = Float32Array.from({ length: clips }, random);
			expect(select(values)).toEqual(sortAndSlice(values, 100));
		}
	});

	it("is not confused by one value far above the rest", () => {
		const values = Float32Array.from({ length: 5000 }, (_, clip) =>
			clip === 4000 ? 3e38 : ((clip * 7919) % 5000) * 1e-30,
		);
		expect(topOf(values, "soft-wpmi")).toEqual(sortAndSlice(values, 100));
	});

	it("is not misled by the neurons before, whatever they were", () => {
		const clips = 700;
		const random = seededRandom(4);
		const shapes: readonly ((clip: number) => number)[] = [
			() => random() + random() + random(),
			() => Math.exp(20 * random()),
			() => -Math.exp(20 * random()),
			() => Math.max(0, random() - 0.99),
			() => Math.round(3 * random()),
			() => 5,
			(clip) => clip,
			(clip) => -clip,
			() => 1e6 + random(),
			() => 1e-41 * random(),
			() => 3e38 * (random() - 0.5),
			(clip) => (clip === 3 ? -1e30 : random()),
		];
		for (const similarity of ["wpmi", "soft-wpmi"] as const) {
			const select = selectorOf(clips, similarity);
			for (let neuron = 0; neuron < 300; neuron += 1) {
				const shape = shapes[Math.floor(random() * shapes.length)];
				const values = Float32Array.from({ length: clips }, (_, clip) =>
					(shape as (clip: number) => number)(clip),
				);
				expect(select(values)).toEqual(
					sortAndSlice(values, similarity === "wpmi" ? 28 : 100),
				);
			}
		}
	});

	it("looks once at all values of neurons that are alike, and a few times at others", () => {
		const clips = 2000;
		const random = seededRandom(9);
		const looks = { collect: 0, countAtLeast: 0 };
		const select = selectorOf(clips, "soft-wpmi", looks);
		const normal = (): number =>
			Array.from({ length: 12 }, random).reduce((a, b) => a + b) - 6;
		const looksOf = (neurons: number, draw: () => number): number => {
			looks.collect = 0;
			looks.countAtLeast = 0;
			for (let neuron = 0; neuron < neurons; neuron += 1) {
				const size = random();
				select(Float32Array.from({ length: clips }, () => size * draw()));
			}
			return (looks.collect + looks.countAtLeast) / neurons;
		};
		looksOf(50, normal);
		expect(looksOf(100, normal)).toBeLessThan(1.3);
		// Every second has a long tail.
		let turn = 0;
		expect(
			looksOf(100, () => {
				turn += 1;
				return Math.floor(turn / clips) % 2 === 0 ? normal() : normal() ** 3;
			}),
		).toBeLessThan(5);
	});
});
