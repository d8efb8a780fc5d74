/** Pooling that leaves padding out, against the pooling of the cut tensor by the definition. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openDirectSession } from "../../src/onnx/direct-session.ts";
import { graphOfBytes } from "../../src/onnx/read-graph.ts";
import { tapGraph } from "../../src/onnx/tap-graph.ts";
import {
	doublingModel,
	maxDifference,
	naivePool,
	noise,
} from "./small-models.ts";
import { POOLINGS, tapOf } from "./taps.ts";

function product(dims: readonly number[]): number {
	return dims.reduce((total, dim) => total * dim, 1);
}

/** One row `[1, ...dims]` of which only the first `own` steps along `axis` (of the batched tensor) stay. */
function cutRow(
	values: Float32Array,
	dims: readonly number[],
	axis: number,
	own: number,
): Float32Array {
	const steps = dims[axis - 1] as number;
	const inner = product(dims.slice(axis));
	return values.filter((_, index) => Math.floor(index / inner) % steps < own);
}

async function pooled(options: {
	readonly dims: readonly number[];
	readonly data: Float32Array;
	readonly unitAxis: number;
	readonly timeAxis: number;
	readonly total: number;
	readonly lengths: readonly number[];
	readonly opset?: number;
}): Promise<Float32Array[]> {
	const {
		dims,
		data,
		unitAxis,
		timeAxis,
		total,
		lengths,
		opset = 17,
	} = options;
	const [batch = 1, ...row] = dims;
	const units = dims[unitAxis] as number;
	const inner = product(
		dims.filter((_, axis) => axis > timeAxis && axis !== unitAxis),
	);
	const taps = POOLINGS.map((pooling) =>
		tapOf({
			rank: dims.length,
			unitAxis,
			units,
			pooling,
			time: {
				steps: dims[timeAxis] as number,
				inner,
				own: {
					times: dims[timeAxis] as number,
					plus: total - 1,
					per: total,
				},
			},
			positions: product(row) / units,
		}),
	);
	const model = doublingModel(row, { opset });
	const tapped = tapGraph(graphOfBytes(model, "test.onnx"), taps);
	const session = await openDirectSession({ model: tapped.bytes, threads: 1 });
	const results = await session.run({
		x: { type: "float32", dims, data },
		[tapped.lengths ?? ""]: {
			type: "int64",
			dims: [batch],
			data: BigInt64Array.from(lengths, BigInt),
		},
	});
	await session.close();
	return tapped.outputs.map((name) => {
		const values = results[name]?.data;
		if (!(values instanceof Float32Array)) throw new Error("not float32");
		return values;
	});
}

describe("pooling without padding", () => {
	it("is the pooling of what each row has before its end, whatever stands behind it", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 1, max: 6 }), {
					minLength: 2,
					maxLength: 3,
				}),
				fc.nat(),
				fc.nat(),
				fc.integer({ min: 1, max: 40 }),
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
					minLength: 1,
					maxLength: 3,
				}),
				fc.constantFrom(13, 17, 21),
				async (row, unitSeed, timeSeed, total, shares, opset) => {
					const dims = [shares.length, ...row];
					const unitAxis = 1 + (unitSeed % row.length);
					const others = row
						.map((_, at) => at + 1)
						.filter((axis) => axis !== unitAxis);
					const timeAxis = others[timeSeed % others.length] as number;
					const lengths = shares.map((share) =>
						Math.max(1, Math.ceil(share * total)),
					);
					const steps = dims[timeAxis] as number;
					const data = noise(product(dims), unitSeed);
					const size = product(row);
					const spoilt = data.map((value, index) => {
						const length = lengths[Math.floor(index / size)] as number;
						const step =
							Math.floor(index / product(dims.slice(timeAxis + 1))) % steps;
						return step < Math.ceil((steps * length) / total)
							? value
							: Number.NaN;
					});
					const results = await pooled({
						dims,
						data: spoilt,
						unitAxis,
						timeAxis,
						total,
						lengths,
						opset,
					});
					for (const [index, pooling] of POOLINGS.entries()) {
						const expected = lengths.flatMap((length, at) => {
							const own = Math.ceil((steps * length) / total);
							const values = cutRow(
								data.subarray(at * size, (at + 1) * size),
								row,
								timeAxis,
								own,
							);
							const cut = [1, ...row];
							cut[timeAxis] = own;
							return [
								...naivePool({
									values: values.map((value) => 2 * value),
									dims: cut,
									unitAxis,
									pooling,
								}),
							];
						});
						expect(
							maxDifference(results[index] ?? [], expected),
							pooling,
						).toBeLessThan(1e-6);
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	it("is NaN for a NaN before the end, and minus infinity stays one", async () => {
		const data = Float32Array.from([1, 2, Number.NaN, 3, -Infinity, 5, 6, 7]);
		const run = (lengths: readonly number[]) =>
			pooled({
				dims: [2, 4, 1],
				data,
				unitAxis: 2,
				timeAxis: 1,
				total: 4,
				lengths,
			});
		const [mean, max] = await run([2, 1]);
		expect(mean).toEqual(Float32Array.from([3, -Infinity]));
		expect(max).toEqual(Float32Array.from([4, -Infinity]));
		const spoilt = await run([3, 2]);
		expect(spoilt.map((values) => values[0])).toEqual([NaN, NaN, 2, NaN, NaN]);
		expect(spoilt[1]?.[1]).toBe(10);
	});

	it("asks for lengths only where a tap needs them", () => {
		const graph = graphOfBytes(doublingModel([4, 2]), "test.onnx");
		const tap = tapOf({ positions: 4 });
		const own = { times: 4, plus: 99, per: 100 };
		const time = { steps: 4, inner: 1, own };
		expect(tapGraph(graph, [tap]).lengths).toBeNull();
		// The first position is the clip's own in any case.
		expect(
			tapGraph(graph, [{ ...tap, pooling: "first", time }]).lengths,
		).toBeNull();
		expect(tapGraph(graph, [tap, { ...tap, time }])).toMatchObject({
			lengths: "audio_dissect/lengths",
			outputs: [expect.any(String), expect.any(String)],
		});
		expect(new Set(tapGraph(graph, [tap, { ...tap, time }]).outputs).size).toBe(
			2,
		);
		const old = graphOfBytes(doublingModel([4, 2], { opset: 10 }), "test.onnx");
		expect(() => tapGraph(old, [{ ...tap, pooling: "p95", time }])).toThrow(
			"needs an ONNX file of opset 11 or newer, this one has 10",
		);
	});
});
