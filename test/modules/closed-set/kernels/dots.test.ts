import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openKernels } from "../../../../src/modules/closed-set/kernels/kernels.ts";
import { createKernelMemory } from "../../../../src/shared/kernels/compile.ts";
import { seededRandom } from "../../../../src/shared/random.ts";

const ROW = 1024;
/** Longer than several blocks. */
const MOST_GROUPS = 90;
const TABLE = ROW + 4 * 8 * MOST_GROUPS;
const OUT = TABLE + 5 * 8 * 8 * MOST_GROUPS;
const NARROW = OUT + 64;
const memory = createKernelMemory(NARROW + 4 * 8 * MOST_GROUPS);
const kernels = openKernels(memory);

/** Four sums, of every fourth pair of values, in the two places of a pair; then what is added first. */
function sumOf(products: Float64Array): number {
	const sums = new Float64Array(8);
	for (const [index, product] of products.entries())
		sums[index % 8] = (sums[index % 8] as number) + product;
	const [a0, a1, b0, b1, c0, c1, d0, d1] = sums as unknown as number[];
	return (
		(a0 as number) +
		(b0 as number) +
		((c0 as number) + (d0 as number)) +
		((a1 as number) + (b1 as number) + ((c1 as number) + (d1 as number)))
	);
}

/** A row in the memory, and what each value enters a column as. */
function writeRow(groups: number, seed: number, cubed: boolean) {
	const random = seededRandom(seed);
	const centre = cubed ? random() - 0.5 : 0;
	const row = Float32Array.from(
		{ length: 8 * groups },
		() => 3 * (random() - 0.5),
	);
	new Float32Array(memory.buffer, ROW, row.length).set(row);
	const entries = Float64Array.from(row, (value) => {
		const distance = value - centre;
		return cubed ? distance * distance * distance : value;
	});
	return { random, centre, entries, end: ROW + 4 * row.length };
}

const groups = fc.integer({ min: 1, max: MOST_GROUPS });
const seed = fc.nat(1000);

describe.each([
	["values", false],
	["cubes", true],
] as const)("columns of %s", (_, cubed) => {
	it("are multiplied with five columns to the last bit", () => {
		const dots = cubed ? kernels.dotsOfCubes : kernels.dots;
		fc.assert(
			fc.property(groups, seed, (count, start) => {
				const { random, centre, entries, end } = writeRow(count, start, cubed);
				const bytes = 8 * entries.length;
				const columns = Array.from({ length: 5 }, (_, column) => {
					const values = Float64Array.from(
						{ length: entries.length },
						() => random() - 0.5,
					);
					new Float64Array(
						memory.buffer,
						TABLE + column * bytes,
						values.length,
					).set(values);
					return values;
				});
				const address = (column: number): number => TABLE + column * bytes;
				// In any order, and one of them twice.
				dots(
					...[ROW, end, centre, OUT],
					...([address(4), address(0), address(3), address(1)] as const),
					address(0),
				);
				expect([...new Float64Array(memory.buffer, OUT, 5)]).toEqual(
					[4, 0, 3, 1, 0].map((column) =>
						sumOf(
							entries.map(
								(entry, index) => entry * (columns[column]?.[index] as number),
							),
						),
					),
				);
			}),
			{ numRuns: 60 },
		);
	});

	it("are narrowed with a factor, and the sum of squares is without", () => {
		const narrow = cubed ? kernels.narrowCubes : kernels.narrow;
		fc.assert(
			fc.property(
				groups,
				seed,
				fc.constantFrom(1, 0.37, 1e20),
				(count, start, factor) => {
					const { centre, entries, end } = writeRow(count, start, cubed);
					expect(narrow(ROW, end, NARROW, centre, factor)).toBe(
						sumOf(entries.map((entry) => entry * entry)),
					);
					expect([
						...new Float32Array(memory.buffer, NARROW, entries.length),
					]).toEqual([...entries].map((entry) => Math.fround(entry * factor)));
				},
			),
			{ numRuns: 60 },
		);
	});
});
