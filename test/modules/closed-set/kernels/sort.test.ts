import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openKernels } from "../../../../src/modules/closed-set/kernels/kernels.ts";
import { RUN_KEYS } from "../../../../src/modules/closed-set/kernels/sort.ts";
import { createKernelMemory } from "../../../../src/shared/kernels/compile.ts";

const START = 1024;
const memory = createKernelMemory(65_536);
const kernels = openKernels(memory);
const keysAt = (count: number): BigInt64Array =>
	new BigInt64Array(memory.buffer, START, count);
const descending = (keys: Iterable<bigint>): bigint[] =>
	[...keys].sort((a, b) => (a === b ? 0 : a > b ? -1 : 1));

describe("sortRuns", () => {
	it("sorts every input of zeros and ones, hence any, in both runs of a pair", () => {
		for (let pattern = 0; pattern < 2 ** RUN_KEYS; pattern += 1) {
			const bit = (key: number): bigint => BigInt((pattern >> key) & 1);
			// The even places make one run, the odd ones the other.
			const keys = Array.from({ length: 2 * RUN_KEYS }, (_, place) =>
				place % 2 === 0 ? bit(place >> 1) : 1n - bit(place >> 1),
			);
			keysAt(keys.length).set(keys);
			expect(kernels.sortRuns(START, START + 8 * keys.length)).toBe(
				START + 8 * keys.length,
			);
			const sorted = [...keysAt(keys.length)];
			const first = keys.filter((_, place) => place % 2 === 0);
			const second = keys.filter((_, place) => place % 2 === 1);
			expect(sorted.slice(0, RUN_KEYS)).toEqual(descending(first));
			expect(sorted.slice(RUN_KEYS)).toEqual(descending(second));
		}
	});

	it("fills the last pair up with the smallest keys", () => {
		fc.assert(
			fc.property(
				fc.array(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n - 1n }), {
					minLength: 1,
					maxLength: 70,
				}),
				(keys) => {
					keysAt(200).fill(7n);
					keysAt(keys.length).set(keys);
					const end = kernels.sortRuns(START, START + 8 * keys.length);
					const filled = (end - START) / 8;
					expect(filled).toBe(Math.ceil(keys.length / 16) * 16);
					const sorted = [...keysAt(filled)];
					for (let run = 0; run < filled; run += RUN_KEYS) {
						const part = sorted.slice(run, run + RUN_KEYS);
						expect(part).toEqual(descending(part));
					}
					expect(descending(sorted)).toEqual([
						...descending(keys),
						...Array<bigint>(filled - keys.length).fill(-(2n ** 63n)),
					]);
					expect(keysAt(filled + 1)[filled]).toBe(7n);
				},
			),
		);
	});
});
