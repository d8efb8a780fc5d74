/** Tensors whose batch is not their first axis, by hand: `[time, batch, units]` of a network that takes any number of rows or two. */
import { describe, expect, it } from "vitest";
import { loadNetwork, type TargetNetwork } from "../../src/network/load.ts";
import {
	buildModel,
	int64Constant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

/** x [batch, 6] -> [batch, 3 times, 2 units] -> [3, batch, 2] */
async function timeFirst(
	batch: number | string,
	layer: string,
): Promise<TargetNetwork> {
	const model = buildModel({
		node: [
			node({ operator: "Reshape", inputs: ["x", "shape"], outputs: ["rows"] }),
			node({
				operator: "Transpose",
				inputs: ["rows"],
				outputs: ["turned"],
				attributes: { perm: [1, 0, 2] },
			}),
		],
		initializer: [int64Constant("shape", [-1, 3, 2])],
		input: [valueInfo("x", [batch, 6])],
		output: [{ name: "turned" }],
	});
	const { descriptor } = await writeNetwork({
		model,
		samples: 6,
		layers: `  - { name: h, tensor: turned, batchAxis: 1, ${layer} }\n`,
	});
	return loadNetwork({ descriptor });
}

const ROWS = Float32Array.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60);

describe.each([
	["any number of", "n"],
	["two", 2],
] as const)("%s rows with time first", (_, batch) => {
	it("are pooled row by row, units last", async () => {
		const network = await timeFirst(batch, "unitAxis: 2, pooling: [mean, max]");
		expect(network.layers[0]?.unitAxis).toBe(2);
		const taps = await network.openTaps({ threads: 1 });
		const results = await taps.run(ROWS, 2);
		await taps.close();
		expect(maxDifference(results.h ?? [], [3, 4, 30, 40])).toBeLessThan(1e-5);
		expect(results["h@max"]).toEqual(Float32Array.of(5, 6, 50, 60));
	});

	it("are pooled row by row, units first", async () => {
		const network = await timeFirst(batch, "unitAxis: 0");
		expect(network.layers[0]).toMatchObject({ unitAxis: 0, units: 3 });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(ROWS, 2);
		await taps.close();
		expect(h).toEqual(Float32Array.of(1.5, 3.5, 5.5, 15, 35, 55));
	});

	it("are traced one by one", async () => {
		const network = await timeFirst(batch, "unitAxis: 2");
		const traces = await network.openTraces(new Map([["h", [1]]]), {
			threads: 1,
		});
		const { h } = await traces.run(ROWS, 2);
		await traces.close();
		expect(h).toEqual({
			values: Float32Array.of(2, 4, 6, 20, 40, 60),
			rowShape: [3],
			positions: 6,
		});
	});

	it("leave padding out where time is the first axis of the file", async () => {
		const network = await timeFirst(
			batch,
			"unitAxis: 2, padding: exclude, timeAxis: 0",
		);
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(ROWS, 2, { lengths: [6, 2] });
		await taps.close();
		expect(h).toEqual(Float32Array.of(3, 4, 10, 20));
	});
});
