import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadAndSum, viewsOf } from "../../../src/modules/closed-set/engine.ts";
import { openKernels } from "../../../src/modules/closed-set/kernels/kernels.ts";
import { planLayer } from "../../../src/modules/closed-set/layer-plan.ts";
import { selectTopClips } from "../../../src/modules/closed-set/top-clips.ts";

/** The `top` best clips of wpmi (28) or soft-wpmi (100), or all when there are fewer. */
function topOf(
	values: Float32Array,
	similarity: "wpmi" | "soft-wpmi",
): number[] {
	const clips = values.length;
	const plan = planLayer({
		path: "",
		function: similarity,
		clips,
		kept: null,
		rows: 1,
		concepts: 1,
		permutations: 0,
		threads: 1,
	});
	const kernels = openKernels(plan.memory);
	const { floats, integers } = viewsOf(plan);
	const base = plan.regions.scratch;
	const tools = {
		plan,
		kernels,
		base,
		isClosing: () => false,
		matMul: () => Promise.reject(new Error("not needed")),
	};
	const sum = loadAndSum({
		tools,
		floats,
		values,
		row: base + plan.scratch.row,
	});
	selectTopClips({
		plan,
		kernels,
		floats,
		base,
		mean: sum / clips,
		target: base + plan.scratch.list,
	});
	const start = (base + plan.scratch.list) / 4;
	return [...integers.subarray(start, start + plan.top)];
}

function sortAndSlice(values: Float32Array, count: number): number[] {
	return Array.from(values.keys())
		.sort((a, b) => {
			const [x = 0, y = 0] = [values[a], values[b]];
			return x === y ? a - b : y - x;
		})
		.slice(0, count);
}

describe("selectTopClips", () => {
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

	it("is not confused by one value far above the rest", () => {
		const values = Float32Array.from({ length: 5000 }, (_, clip) =>
			clip === 4000 ? 3e38 : ((clip * 7919) % 5000) * 1e-30,
		);
		expect(topOf(values, "soft-wpmi")).toEqual(sortAndSlice(values, 100));
	});
});
