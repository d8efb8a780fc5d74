/** What a network is fed beside clips, and in which shapes. */
import { describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import {
	doublingModel,
	maxDifference,
	naivePool,
	noise,
} from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

describe("loadNetwork", () => {
	it("feeds constants: a scalar, one value for every element, values of a row", async () => {
		const { descriptor } = await writeNetwork({
			model: buildModel({
				node: [
					node({ operator: "Mul", inputs: ["x", "scale"], outputs: ["a"] }),
					node({
						operator: "Where",
						inputs: ["mask", "a", "x"],
						outputs: ["b"],
					}),
					node({
						operator: "Cast",
						inputs: ["bias"],
						outputs: ["wide"],
						attributes: { to: 1 },
					}),
					node({ operator: "Add", inputs: ["b", "wide"], outputs: ["hidden"] }),
				],
				input: [
					valueInfo("x", ["batch", 3]),
					valueInfo("scale", []),
					valueInfo("mask", ["batch", "width"], 9),
					valueInfo("bias", ["batch", 3], 10),
				],
				output: [{ name: "hidden" }],
			}),
			layers: `  - { name: h, tensor: hidden }
constants: { scale: 10, mask: { values: [true, false, true], dims: [batch, 3] }, bias: 0.5 }
`,
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(Float32Array.from([1, 2, 3, 4, 5, 6]), 2);
		await taps.close();
		expect(h).toEqual(Float32Array.from([10.5, 2.5, 30.5, 40.5, 5.5, 60.5]));
		expect(network.identity).toMatchObject({
			constants: [
				{ name: "scale", dims: [], values: [10] },
				{ name: "mask", dims: ["batch", 3], values: [1, 0, 1] },
				{ name: "bias", dims: ["batch", 3], values: [0.5] },
			],
		});
	});

	it("puts axes of length 1 in where the input declares them", async () => {
		const { descriptor } = await writeNetwork({
			model: doublingModel([1, "time", 1]),
			layers: "  - { name: h, tensor: hidden, unitAxis: 2 }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const { h } = await taps.run(Float32Array.from([1, 2, 3]), 1);
		await taps.close();
		expect(h).toEqual(Float32Array.from([2, 4, 6]));
	});

	it("runs a network with a fixed batch in chunks", async () => {
		const { descriptor } = await writeNetwork({
			model: doublingModel([3], { batch: 2 }),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(5 * 3, 4);
		const { h } = await taps.run(features, 5);
		expect(h).toEqual(features.map((value) => 2 * value));
		await taps.close();
	});

	it("runs a network that takes one clip only, whatever its file declares", async () => {
		// The reshape to [1, 3] fails for any other batch.
		const model = buildModel({
			node: [
				node({ operator: "Shape", inputs: ["seed"], outputs: ["shape"] }),
				node({
					operator: "Reshape",
					inputs: ["x", "shape"],
					outputs: ["hidden"],
				}),
			],
			initializer: [
				{
					name: "seed",
					dims: [1, 3],
					dataType: 1,
					rawData: new Uint8Array(12),
				},
			],
			input: [valueInfo("x", ["batch", 3])],
			output: [{ name: "hidden" }],
		});
		const { descriptor } = await writeNetwork({
			model,
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(4 * 3, 4);
		expect((await taps.run(features, 4)).h).toEqual(features);
		await taps.close();
	});

	it("counts positions in the graph when the file leaves them open", async () => {
		const { descriptor } = await writeNetwork({
			model: doublingModel(["time", "mel"]),
			layers: "  - { name: h, tensor: hidden }\n",
			frontEnd: "{ kind: ast-log-mel, frames: 5, melBins: 4, mean: 0, std: 1 }",
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const features = noise(2 * 20, 6);
		const { h = new Float32Array() } = await taps.run(features, 2);
		await taps.close();
		const expected = naivePool({
			values: features.map((value) => 2 * value),
			dims: [2, 5, 4],
			unitAxis: 2,
			pooling: "mean",
		});
		expect(maxDifference(h, expected)).toBeLessThan(1e-6);
	});
});
