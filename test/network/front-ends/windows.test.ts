import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planWindows } from "../../../src/network/front-ends/windows.ts";

describe("planWindows", () => {
	it("pads a short clip", () => {
		const plan = { starts: [0], unheard: 0, padding: 0.75, lengths: [25] };
		for (const long of ["cut", "windows"] as const)
			expect(planWindows({ length: 25, window: 100, long })).toEqual(plan);
	});

	it("cuts a long one", () => {
		expect(planWindows({ length: 400, window: 100, long: "cut" })).toEqual({
			starts: [0],
			unheard: 0.75,
			padding: 0,
			lengths: [100],
		});
	});

	it.each([
		[200, [0, 100], 0],
		[209, [0, 100], 9 / 209],
		[210, [0, 100, 110], 0],
		[299, [0, 100, 199], 0],
	])(
		"hears all of %d in windows of 100 but for less than a tenth of a window",
		(length, starts, unheard) => {
			expect(planWindows({ length, window: 100, long: "windows" })).toEqual({
				starts,
				unheard,
				padding: 0,
				lengths: starts.map(() => 100),
			});
		},
	);

	it.each([
		[116, "pad", [0, 8, 16], 0],
		[119, "pad", [0, 8, 16], 3 / 119],
		[120, "pad", [0, 8, 16, 24], 0],
		[123, "drop", [0, 8, 16], 7 / 123],
	] as const)("steps by the hop (%#)", (length, leftover, starts, unheard) => {
		const plan = planWindows({
			length,
			window: 100,
			hop: 8,
			long: "windows",
			leftover,
		});
		expect(plan.starts).toEqual(starts);
		expect(plan.unheard).toBeCloseTo(unheard, 12);
		expect(plan.padding).toBeCloseTo(length === 120 ? 4 / 400 : 0, 12);
	});

	it("has ascending starts that cover the clip from its beginning without holes", () => {
		const cases = fc.record({
			length: fc.integer({ min: 1, max: 2000 }),
			window: fc.integer({ min: 1, max: 300 }),
			share: fc.double({ min: 0.01, max: 1, noNaN: true }),
			long: fc.constantFrom("cut" as const, "windows" as const),
			leftover: fc.constantFrom(
				"align" as const,
				"pad" as const,
				"drop" as const,
			),
		});
		fc.assert(
			fc.property(cases, ({ length, window, share, long, leftover }) => {
				const hop = Math.ceil(share * window);
				const options = { length, window, hop, long, leftover };
				const { starts, unheard, padding, lengths } = planWindows(options);
				expect(starts[0]).toBe(0);
				for (const [i, start] of starts.entries()) {
					const before = starts[i - 1] ?? -1;
					expect(start).toBeGreaterThan(before);
					expect(start - before).toBeLessThanOrEqual(window + 1);
					expect(start).toBeLessThan(length);
				}
				const end = (starts.at(-1) ?? 0) + window;
				expect(unheard).toBeCloseTo(Math.max(0, length - end) / length, 12);
				expect(padding).toBeLessThan(1);
				// Every row begins within the clip, and what is not the clip's is padding.
				expect(Math.min(...lengths)).toBeGreaterThanOrEqual(1);
				expect(lengths).toEqual(
					starts.map((start) => Math.min(start + window, length) - start),
				);
				if (long === "windows" && leftover === "align")
					expect(unheard * length).toBeLessThan(Math.max(hop, window / 10));
			}),
		);
	});
});
