/** The kernel that ranks a neuron's clips equals sorting them, with ties, denormals, infinities, NaN and signed zero. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openExemplarKernel } from "../../src/recordings/exemplar-kernel.ts";
import { createKernelMemory } from "../../src/shared/kernels/compile.ts";

const MOST_CLIPS = 70;
const MOST_LISTED = 12;
const LISTS = 4;
const ROW = LISTS + 16 * MOST_LISTED;
const memory = createKernelMemory(ROW + 4 * MOST_CLIPS + 64);
const { rankRow } = openExemplarKernel(memory);

const DENORMAL = 2 ** -149;
const finite = fc.oneof(
	fc.float({ noNaN: true, noDefaultInfinity: true }),
	fc.constantFrom(0, -0, 1, 1, -1, DENORMAL, -DENORMAL, 2 ** -127),
	fc.constantFrom(3.4028234663852886e38, -3.4028234663852886e38),
);
/** Rows that rise, fall and are all one value are the worst of a scan that keeps a limit. */
const rows = fc
	.tuple(
		fc.array(finite, {
			minLength: 1,
			maxLength: MOST_CLIPS,
			size: "max",
		}),
		fc.constantFrom("as it is", "rising", "falling"),
		// Also rows on one side of 0.
		fc.constantFrom(
			(value: number) => value,
			(value: number) => Math.abs(value),
			(value: number) => -Math.abs(value),
		),
	)
	.map(([drawn, order, sign]) => ({ values: drawn.map(sign), order }))
	.map(({ values, order }) =>
		order === "as it is"
			? values
			: values.toSorted((a, b) => (order === "rising" ? a - b : b - a)),
	);

function rank(values: readonly number[], listed: number) {
	// What is around a row is not looked at.
	new Float32Array(memory.buffer).fill(Number.POSITIVE_INFINITY);
	new Float32Array(memory.buffer, ROW, values.length).set(values);
	const end = ROW + 4 * values.length;
	const positive = rankRow(ROW, end, LISTS, 4 * listed);
	const list = (index: number) => LISTS + 4 * index * listed;
	return {
		positive,
		high: [...new Int32Array(memory.buffer, list(2), listed)],
		low: [...new Int32Array(memory.buffer, list(3), listed)],
		highValues: [...new Float32Array(memory.buffer, list(0), listed)],
		lowValues: [...new Float32Array(memory.buffer, list(1), listed)],
	};
}

/** The slow, obvious way. A sort of JavaScript keeps the order of equals, and -0 - 0 is 0. */
function sorted(values: readonly number[], listed: number, sign: 1 | -1) {
	return values
		.map((_, clip) => clip)
		.sort((a, b) => sign * ((values[b] as number) - (values[a] as number)))
		.slice(0, listed);
}

const above = (values: readonly number[]): number =>
	values.filter((value) => value > 0).length;

describe("rankRow", () => {
	it("equals sort-and-slice on both sides, and counts what is above 0", () => {
		fc.assert(
			fc.property(
				rows,
				fc.integer({ min: 1, max: MOST_LISTED }),
				(values, asked) => {
					const listed = Math.min(asked, values.length);
					const high = sorted(values, listed, 1);
					const low = sorted(values, listed, -1);
					expect(rank(values, listed)).toEqual({
						positive: above(values),
						high,
						low,
						highValues: high.map((clip) => values[clip]),
						lowValues: low.map((clip) => values[clip]),
					});
				},
			),
			{ numRuns: 1000 },
		);
	});

	it("tells of one NaN or infinity, wherever it is, and still counts", () => {
		fc.assert(
			fc.property(
				rows,
				fc.nat(),
				fc.constantFrom(
					Number.NaN,
					Number.POSITIVE_INFINITY,
					Number.NEGATIVE_INFINITY,
				),
				(values, place, odd) => {
					const spoilt = values.with(place % values.length, odd);
					expect(rank(spoilt, 1).positive).toBe(-1 - above(spoilt));
				},
			),
			{ numRuns: 500 },
		);
	});
});
