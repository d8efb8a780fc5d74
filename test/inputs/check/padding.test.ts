/** Padding of the network's inputs: the mean over clips, of all of them or of some that stand for all. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { measurePadding } from "../../../src/inputs/check/padding.ts";
import { planWindows } from "../../../src/network/front-ends/windows.ts";

const inputsOf = (samples: number) => {
	const plan = planWindows({
		length: samples,
		window: 1000,
		long: "windows",
		leftover: "pad",
	});
	return { rows: plan.starts.length, padding: plan.padding };
};

describe("measurePadding", () => {
	it("counts clips that do not fill an input, and averages over clips", async () => {
		// 750 of 1,000 empty, 250 of 1,000, none, and 400 of the 2,000 of two inputs, which are filled in part.
		const lengths = [250, 750, 1000, 1600];
		expect(await measurePadding({ lengths, inputsOf })).toEqual({
			clips: 4,
			unfilled: 2,
			share: (0.75 + 0.25 + 0 + 0.2) / 4,
		});
	});

	it("asks once for each length", async () => {
		const asked = vi.fn(inputsOf);
		const progress: [number, number | null][] = [];
		const lengths = Array.from(
			{ length: 900 },
			(_, index) => 100 + (index % 3),
		);
		const padding = await measurePadding({
			lengths,
			inputsOf: asked,
			onProgress: ({ done, total }) => progress.push([done, total]),
		});
		expect(asked.mock.calls.flat()).toEqual([100, 101, 102]);
		expect(progress).toEqual([
			[1, 3],
			[2, 3],
			[3, 3],
		]);
		expect(padding).toMatchObject({ clips: 900, unfilled: 900 });
	});

	it("of more than 200 lengths takes 200 clips of all lengths, near the mean of all, whatever their order", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(fc.integer({ min: 1, max: 2000 }), {
					minLength: 201,
					maxLength: 600,
				}),
				async (lengths) => {
					const some = await measurePadding({ lengths, inputsOf });
					const mean =
						lengths.reduce((sum, one) => sum + inputsOf(one).padding, 0) /
						lengths.length;
					expect(some?.clips).toBe(200);
					expect(Math.abs((some?.share ?? 1) - mean)).toBeLessThan(0.02);
					expect(
						await measurePadding({ lengths: lengths.toReversed(), inputsOf }),
					).toEqual(some);
				},
			),
			{ numRuns: 20 },
		);
	});

	it("is null without clips", async () => {
		expect(await measurePadding({ lengths: [], inputsOf })).toBeNull();
	});

	it("stops when interrupted", async () => {
		const controller = new AbortController();
		const asked = vi.fn(inputsOf);
		await expect(
			measurePadding({
				lengths: [1, 2, 3],
				inputsOf: asked,
				signal: controller.signal,
				onProgress: () => controller.abort(),
			}),
		).rejects.toMatchObject({ code: "interrupted" });
		expect(asked).toHaveBeenCalledTimes(1);
	});
});
