/** The values that the poolings of a tapped graph give, against their definitions. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphOfBytes } from "../../src/onnx/read-graph.ts";
import { tapGraph } from "../../src/onnx/tap-graph.ts";
import quantiles from "../fixtures/network/quantiles.json" with {
	type: "json",
};
import {
	CONV,
	convolutionModel,
	doublingModel,
	maxDifference,
	naiveConvolution,
	naivePool,
	noise,
} from "./small-models.ts";
import { convolutionTap, POOLINGS, runTaps, tapOf } from "./taps.ts";

describe("the pooling of a tap", () => {
	it("pools any unit axis of any rank as the definition says, fixed or counted positions, old and new operator sets", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 1, max: 5 }), {
					minLength: 2,
					maxLength: 4,
				}),
				fc.nat(),
				fc.integer({ min: 1, max: 3 }),
				fc.constantFrom(13, 17, 18, 21),
				fc.boolean(),
				async (inner, axisSeed, batch, opset, counted) => {
					const rank = inner.length + 1;
					const unitAxis = 1 + (axisSeed % inner.length);
					const dims = [batch, ...inner];
					const size = dims.reduce((product, dim) => product * dim, 1);
					const units = dims[unitAxis] as number;
					const data = noise(size, axisSeed);
					const hidden = data.map((value) => 2 * value);
					const taps = POOLINGS.map((pooling) =>
						tapOf({
							rank,
							unitAxis,
							units,
							pooling,
							positions: counted ? null : size / batch / units,
						}),
					);
					const results = await runTaps(doublingModel(inner, { opset }), taps, {
						dims,
						data,
					});
					for (const [index, pooling] of POOLINGS.entries()) {
						const expected = naivePool({
							values: hidden,
							dims,
							unitAxis,
							pooling,
						});
						expect(results[index]?.dims).toEqual([batch, units]);
						expect(
							maxDifference(results[index]?.data ?? [], expected),
						).toBeLessThan(1e-6);
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	it("counts positions anew in every run when they vary", async () => {
		const model = doublingModel(["time", 2]);
		const taps = [tapOf()];
		for (const time of [1, 3, 700]) {
			const data = noise(time * 2, time);
			const [result] = await runTaps(model, taps, { dims: [1, time, 2], data });
			const expected = naivePool({
				values: data.map((value) => 2 * value),
				dims: [1, time, 2],
				unitAxis: 2,
				pooling: "mean",
			});
			expect(maxDifference(result?.data ?? [], expected)).toBeLessThan(1e-6);
		}
	});

	it("pools the output of a convolution over both of its position axes", async () => {
		const { channels, height, width } = CONV;
		const data = noise(2 * height * width, 9);
		const clip = height * width;
		const convolved = [0, 1].flatMap((i) => [
			...naiveConvolution(data.subarray(i * clip, (i + 1) * clip)),
		]);
		const dims = [2, channels, height - 2, width - 2];
		const taps = POOLINGS.map((pooling) => convolutionTap({ pooling }));
		const results = await runTaps(convolutionModel(), taps, {
			dims: [2, 1, height, width],
			data,
		});
		for (const [index, pooling] of POOLINGS.entries())
			expect(
				maxDifference(
					results[index]?.data ?? [],
					naivePool({ values: convolved, dims, unitAxis: 1, pooling }),
				),
			).toBeLessThan(1e-6);
	});

	it.each(quantiles.cases)(
		"gives numpy's 0.95 quantile and the share above 0 of $positions positions",
		async ({ positions, p95, firing }) => {
			const { units } = quantiles;
			const data = Float32Array.from(
				{ length: positions * units },
				(_, i) => (((i * 7919 + 104_729) % 2003) / 1001.5 - 1) / 2,
			);
			for (const counted of [false, true]) {
				const taps = (["p95", "firing"] as const).map((pooling) =>
					tapOf({ units, pooling, positions: counted ? null : positions }),
				);
				const [top, share] = await runTaps(
					doublingModel([positions, units]),
					taps,
					{ dims: [1, positions, units], data },
				);
				expect(maxDifference(top?.data ?? [], p95)).toBeLessThan(1e-6);
				expect(maxDifference(share?.data ?? [], firing)).toBeLessThan(1e-6);
			}
		},
	);

	it("makes max, p95, firing and mean NaN when any position is, and no other unit", async () => {
		const positions = 40;
		const taps = (["mean", "max", "p95", "firing"] as const).flatMap(
			(pooling) =>
				[positions, null].map((fixed) => tapOf({ pooling, positions: fixed })),
		);
		for (const at of [0, 1, 40, 79]) {
			const data = noise(positions * 2, 5);
			data[at] = Number.NaN;
			const results = await runTaps(doublingModel([positions, 2]), taps, {
				dims: [1, positions, 2],
				data,
			});
			for (const { data: pooled } of results) {
				expect(pooled[at % 2]).toBeNaN();
				expect(pooled[1 - (at % 2)]).not.toBeNaN();
			}
		}
	});

	it("counts infinities: plus infinity fires, and a quantile that reaches one is not finite", async () => {
		const data = Float32Array.from([1, -1, -1, Number.POSITIVE_INFINITY]);
		const taps = (["firing", "p95", "max"] as const).map((pooling) =>
			tapOf({ units: 1, pooling, positions: 4 }),
		);
		const results = await runTaps(doublingModel([4, 1]), taps, {
			dims: [1, 4, 1],
			data,
		});
		expect(results.map((result) => result.data[0])).toEqual([
			0.5,
			Number.POSITIVE_INFINITY,
			Number.POSITIVE_INFINITY,
		]);
	});

	it("has minus infinity as the maximum of nothing but minus infinities", async () => {
		const low = Number.NEGATIVE_INFINITY;
		for (const unitAxis of [1, 2]) {
			const inner = unitAxis === 1 ? [2, 3] : [3, 2];
			const values =
				unitAxis === 1
					? [low, low, low, low, -3, low]
					: [low, low, low, -3, low, low];
			const [result] = await runTaps(
				doublingModel(inner),
				[tapOf({ unitAxis, pooling: "max" })],
				{ dims: [1, ...inner], data: Float32Array.from(values) },
			);
			expect([...(result?.data ?? [])]).toEqual([low, -6]);
		}
	});

	it("takes a tensor without positions as one position when its firing is asked for", async () => {
		const tap = tapOf({
			tensor: "y",
			rank: 2,
			unitAxis: 1,
			units: 4,
			pooling: "firing",
			positions: 1,
		});
		const [result] = await runTaps(doublingModel([4]), [tap], {
			dims: [1, 4],
			data: Float32Array.from([2, -2, 0, Number.NaN]),
		});
		expect(result?.data).toEqual(Float32Array.from([1, 0, 0, Number.NaN]));
	});

	it("says which operator set a pooling needs", () => {
		const graph = graphOfBytes(doublingModel([4, 2], { opset: 9 }), "old.onnx");
		expect(() => tapGraph(graph, [tapOf({ pooling: "p95" })])).toThrow(
			expect.objectContaining({
				code: "pooling_unsupported",
				message:
					'pooling p95 of tensor "hidden" needs an ONNX file of opset 10 or newer, this one has 9',
			}),
		);
	});

	it("keeps NaN and infinities visible in mean and max, wherever they are", async () => {
		const units = 3;
		const positions = 5;
		for (const unitAxis of [1, 2])
			for (const special of [Number.NaN, Number.POSITIVE_INFINITY])
				for (let at = 0; at < units * positions; at += 1) {
					const inner =
						unitAxis === 1 ? [units, positions] : [positions, units];
					const taps = (["mean", "max"] as const).map((pooling) =>
						tapOf({
							unitAxis,
							units,
							pooling,
							positions: at % 2 === 0 ? positions : null,
						}),
					);
					const data = noise(units * positions, 3);
					data[at] = special;
					const results = await runTaps(doublingModel(inner), taps, {
						dims: [1, ...inner],
						data,
					});
					const hit = unitAxis === 1 ? Math.floor(at / positions) : at % units;
					for (const { data: pooled } of results)
						expect(pooled[hit]).toBe(special);
					for (const { data: pooled } of results)
						expect(pooled.filter(Number.isFinite)).toHaveLength(units - 1);
				}
	});
});
