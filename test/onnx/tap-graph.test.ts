import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	buildModel,
	floatConstant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import { decodeModel } from "../../src/onnx/proto/codec.ts";
import { graphOfBytes } from "../../src/onnx/read-graph.ts";
import type { Tap } from "../../src/onnx/tap.ts";
import { tapGraph } from "../../src/onnx/tap-graph.ts";
import type { Tensor } from "../../src/onnx/tensor.ts";
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

/** Runs the model with its taps on `x` and returns what each tap gives. */
async function runTaps(
	model: Uint8Array,
	taps: readonly Tap[],
	x: { readonly dims: readonly number[]; readonly data: Float32Array },
): Promise<
	{ readonly dims: readonly number[]; readonly data: Float32Array }[]
> {
	const { bytes, outputs } = tapGraph(graphOfBytes(model, "test.onnx"), taps);
	const session = await openDirectSession({ model: bytes, threads: 1 });
	const results = await session.run({ x: { type: "float32", ...x } }, [
		...new Set(outputs),
	]);
	await session.close();
	return outputs.map((name) => {
		const tensor = results[name];
		if (!(tensor?.data instanceof Float32Array)) throw new Error("not float32");
		return { dims: tensor.dims, data: tensor.data };
	});
}

const poolings = ["mean", "max", "first", "p95", "firing"] as const;

/** `hidden` of doublingModel([positions, 2]). */
const tokens: Tap = {
	tensor: "hidden",
	type: "float32",
	rank: 3,
	unitAxis: 2,
	units: 2,
	pooling: "mean",
	folded: null,
	batchAxis: 0,
	time: null,
	positions: null,
};

describe("tapGraph", () => {
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
					const taps = poolings.map(
						(pooling): Tap => ({
							tensor: "hidden",
							type: "float32",
							rank,
							unitAxis,
							units,
							pooling,
							folded: null,
							batchAxis: 0,
							time: null,
							positions: counted ? null : size / batch / units,
						}),
					);
					const results = await runTaps(doublingModel(inner, { opset }), taps, {
						dims,
						data,
					});
					for (const [index, pooling] of poolings.entries()) {
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
		const taps: Tap[] = [
			{
				tensor: "hidden",
				type: "float32",
				rank: 3,
				unitAxis: 2,
				units: 2,
				pooling: "mean",
				folded: null,
				batchAxis: 0,
				time: null,
				positions: null,
			},
		];
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
		const taps = poolings.map(
			(pooling): Tap => ({
				tensor: "/conv/Conv_output_0",
				type: "float32",
				rank: 4,
				unitAxis: 1,
				units: channels,
				pooling,
				folded: null,
				batchAxis: 0,
				time: null,
				positions: 12,
			}),
		);
		const results = await runTaps(convolutionModel(), taps, {
			dims: [2, 1, height, width],
			data,
		});
		for (const [index, pooling] of poolings.entries())
			expect(
				maxDifference(
					results[index]?.data ?? [],
					naivePool({ values: convolved, dims, unitAxis: 1, pooling }),
				),
			).toBeLessThan(1e-6);
	});

	it("takes a tensor without positions as it is, also when it is an output already", async () => {
		const tap: Tap = {
			tensor: "y",
			type: "float32",
			rank: 2,
			unitAxis: 1,
			units: 3,
			pooling: "none",
			folded: null,
			batchAxis: 0,
			time: null,
			positions: 1,
		};
		const data = Float32Array.from([1, 2, 3]);
		const results = await runTaps(doublingModel([3]), [tap, tap], {
			dims: [1, 3],
			data,
		});
		expect(results[0]?.data).toEqual(Float32Array.from([2, 4, 6]));
		expect(results[1]).toEqual(results[0]);
	});

	it("casts float64 tensors to float32", async () => {
		const model = buildModel({
			node: [
				node({
					operator: "Cast",
					inputs: ["x"],
					outputs: ["wide"],
					attributes: { to: 11 },
				}),
				node({
					operator: "Cast",
					inputs: ["wide"],
					outputs: ["y"],
					attributes: { to: 1 },
				}),
			],
			input: [valueInfo("x", ["batch", 2, 2])],
			output: [{ name: "y" }],
		});
		const tap: Tap = {
			tensor: "wide",
			type: "float64",
			rank: 3,
			unitAxis: 2,
			units: 2,
			pooling: "mean",
			folded: null,
			batchAxis: 0,
			time: null,
			positions: 2,
		};
		const [result] = await runTaps(model, [tap], {
			dims: [1, 2, 2],
			data: Float32Array.from([1, 2, 3, 4]),
		});
		expect(result?.data).toEqual(Float32Array.from([2, 3]));
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
				const taps = (["p95", "firing"] as const).map(
					(pooling): Tap => ({
						...tokens,
						units,
						pooling,
						positions: counted ? null : positions,
					}),
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
				[positions, null].map(
					(fixed): Tap => ({ ...tokens, pooling, positions: fixed }),
				),
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
		const taps = (["firing", "p95", "max"] as const).map(
			(pooling): Tap => ({ ...tokens, units: 1, pooling, positions: 4 }),
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
				[{ ...tokens, unitAxis, pooling: "max" }],
				{ dims: [1, ...inner], data: Float32Array.from(values) },
			);
			expect([...(result?.data ?? [])]).toEqual([low, -6]);
		}
	});

	it("takes a tensor without positions as one position when its firing is asked for", async () => {
		const tap: Tap = {
			...tokens,
			tensor: "y",
			rank: 2,
			unitAxis: 1,
			units: 4,
			pooling: "firing",
			positions: 1,
		};
		const [result] = await runTaps(doublingModel([4]), [tap], {
			dims: [1, 4],
			data: Float32Array.from([2, -2, 0, Number.NaN]),
		});
		expect(result?.data).toEqual(Float32Array.from([1, 0, 0, Number.NaN]));
	});

	it("unfolds a batch that is folded with windows before it pools", async () => {
		const tap: Tap = {
			...tokens,
			rank: 4,
			unitAxis: 3,
			folded: [3, 2, 2],
			batchAxis: 0,
			time: null,
			positions: 6,
		};
		const data = noise(24, 8);
		const [result] = await runTaps(
			doublingModel([2, 2]),
			[tap],
			// Two clips of three windows.
			{ dims: [6, 2, 2], data },
		);
		expect(result?.dims).toEqual([2, 2]);
		const expected = naivePool({
			values: data.map((value) => 2 * value),
			dims: [2, 3, 2, 2],
			unitAxis: 3,
			pooling: "mean",
		});
		expect(maxDifference(result?.data ?? [], expected)).toBeLessThan(1e-6);
	});

	it("prepares a tensor once for all of its poolings, and pools equal taps once", () => {
		const taps = (["mean", "max", "firing", "max"] as const).map(
			(pooling): Tap => ({
				...tokens,
				tensor: "/conv/Conv_output_0",
				rank: 4,
				unitAxis: 1,
				units: CONV.channels,
				pooling,
				positions: 12,
			}),
		);
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const { bytes, outputs } = tapGraph(graph, taps);
		expect(outputs[3]).toBe(outputs[1]);
		const operators = (decodeModel(bytes).graph?.node ?? []).map(
			({ opType }) => opType,
		);
		expect(operators.filter((name) => name === "IsNaN")).toHaveLength(1);
		expect(operators.filter((name) => name === "Conv")).toHaveLength(1);
	});

	it("joined: the same values side by side in one output, equal taps once", async () => {
		const conv: Tap = {
			...tokens,
			tensor: "/conv/Conv_output_0",
			rank: 4,
			unitAxis: 1,
			units: CONV.channels,
			positions: 12,
		};
		const logits: Tap = {
			...tokens,
			tensor: "logits",
			rank: 2,
			unitAxis: 1,
			units: 3,
			pooling: "none",
			positions: 1,
		};
		const taps: Tap[] = [
			{ ...conv, pooling: "max" },
			logits,
			conv,
			{ ...conv, pooling: "max" },
		];
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const { bytes, outputs, columns } = tapGraph(graph, taps, [], {
			joined: true,
		});
		const width = 2 * CONV.channels + 3;
		expect(new Set(outputs).size).toBe(1);
		expect(columns).toEqual(
			[0, CONV.channels, CONV.channels + 3, 0].map((start) => ({
				start,
				width,
			})),
		);
		const x = { dims: [2, 1, 6, 5], data: noise(60, 5) };
		const apart = await runTaps(convolutionModel(), taps, x);
		const session = await openDirectSession({ model: bytes, threads: 1 });
		const results = await session.run({ x: { type: "float32", ...x } }, [
			outputs[0] as string,
		]);
		await session.close();
		const joined = results[outputs[0] as string] as Tensor;
		expect(joined.dims).toEqual([2, width]);
		for (const [index, { start }] of columns.entries())
			for (const row of [0, 1]) {
				const units = taps[index]?.units ?? 0;
				const from = row * width + start;
				expect(
					(joined.data as Float32Array).subarray(from, from + units),
				).toEqual(apart[index]?.data.subarray(row * units, (row + 1) * units));
			}
		// One tap has nothing to be joined with.
		expect(tapGraph(graph, [conv], [], { joined: true }).columns).toEqual([
			{ start: 0, width: CONV.channels },
		]);
	});

	it("keeps the outputs it is told to keep, besides the taps", () => {
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const tap: Tap = {
			...tokens,
			tensor: "/conv/Conv_output_0",
			rank: 4,
			unitAxis: 1,
			units: CONV.channels,
			positions: 12,
		};
		const outputsOf = (keep: string[]) =>
			decodeModel(tapGraph(graph, [tap], keep).bytes).graph?.output?.map(
				({ name }) => name,
			);
		expect(outputsOf([])).toHaveLength(1);
		expect(outputsOf(["logits"])).toContain("logits");
	});

	it("says which operator set a pooling needs", () => {
		const graph = graphOfBytes(doublingModel([4, 2], { opset: 9 }), "old.onnx");
		expect(() => tapGraph(graph, [{ ...tokens, pooling: "p95" }])).toThrow(
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
					const taps = (["mean", "max"] as const).map(
						(pooling): Tap => ({
							tensor: "hidden",
							type: "float32",
							rank: 3,
							unitAxis,
							units,
							pooling,
							folded: null,
							batchAxis: 0,
							time: null,
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

	it("keeps what the bodies of a kept node read from outside", async () => {
		const branch = (name: string, operator: string, inputs: string[]) => ({
			name,
			type: 5,
			g: {
				name,
				node: [node({ operator, inputs, outputs: [`${name}.y`] })],
				output: [valueInfo(`${name}.y`, ["batch", 2])],
			},
		});
		const condition = { name: "yes", dims: [], dataType: 9 };
		const model = buildModel({
			node: [
				node({ operator: "Mul", inputs: ["x", "w"], outputs: ["outer"] }),
				{
					...node({ operator: "If", inputs: ["yes"], outputs: ["chosen"] }),
					attribute: [
						branch("then_branch", "Add", ["outer", "x"]),
						branch("else_branch", "Abs", ["x"]),
					],
				},
				node({ operator: "Relu", inputs: ["chosen"], outputs: ["y"] }),
			],
			initializer: [
				floatConstant("w", [2], Float32Array.from([3, 4])),
				{ ...condition, rawData: Uint8Array.from([1]) },
			],
			input: [valueInfo("x", ["batch", 2])],
			output: [{ name: "y" }],
		});
		const tap: Tap = {
			tensor: "chosen",
			type: "float32",
			rank: 2,
			unitAxis: 1,
			units: 2,
			pooling: "none",
			folded: null,
			batchAxis: 0,
			time: null,
			positions: 1,
		};
		const [result] = await runTaps(model, [tap], {
			dims: [1, 2],
			data: Float32Array.from([1, -1]),
		});
		expect(result?.data).toEqual(Float32Array.from([4, -5]));
		const { nodes } = graphOfBytes(
			tapGraph(graphOfBytes(model, "if.onnx"), [tap]).bytes,
			"cut.onnx",
		);
		expect(nodes.map(({ opType }) => opType)).toEqual(["Mul", "If"]);
	});

	it("removes the nodes and weights behind the last tap, without changing its values", async () => {
		const graph = graphOfBytes(convolutionModel(), "conv.onnx");
		const tap: Tap = {
			tensor: "/act/Relu_output_0",
			type: "float32",
			rank: 4,
			unitAxis: 1,
			units: CONV.channels,
			pooling: "mean",
			folded: null,
			batchAxis: 0,
			time: null,
			positions: 12,
		};
		const cut = decodeModel(tapGraph(graph, [tap]).bytes);
		const operators = cut.graph?.node?.map(({ opType }) => opType);
		expect(operators).toEqual(["Conv", "Relu", "Reshape", "MatMul", "Reshape"]);
		const names = cut.graph?.initializer?.map(({ name }) => name);
		expect(names?.slice(0, 2)).toEqual(["conv.weight", "conv.bias"]);
		expect(names).not.toContain("fc.weight");
		const logits: Tap = {
			tensor: "logits",
			type: "float32",
			rank: 2,
			unitAxis: 1,
			units: 3,
			pooling: "none",
			folded: null,
			batchAxis: 0,
			time: null,
			positions: 1,
		};
		const x = { dims: [2, 1, 6, 5], data: noise(60, 5) };
		const [alone] = await runTaps(convolutionModel(), [tap], x);
		const [together] = await runTaps(convolutionModel(), [tap, logits], x);
		expect(alone).toEqual(together);
		expect(graph.nodes).toHaveLength(5);
	});
});
