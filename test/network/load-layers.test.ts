/** Layers of a descriptor: their tensors, unit axes and poolings. */
import { describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import {
	CONV,
	convolutionModel,
	maxDifference,
	naiveConvolution,
	naivePool,
	noise,
} from "../onnx/small-models.ts";
import { failure, writeNetwork } from "./fixture-network.ts";

describe("loadNetwork", () => {
	it("finds the unit axis of a convolution by structure and pools over both position axes", async () => {
		const { channels } = CONV;
		const { descriptor } = await writeNetwork({
			model: convolutionModel({ waveform: true }),
			layers:
				"  - { name: conv, tensor: /conv/Conv_output_0, pooling: max }\n  - { name: fc, tensor: logits }\noutput: fc\n",
		});
		const network = await loadNetwork({ descriptor });
		expect(network.layers).toEqual([
			{
				name: "conv",
				tensor: "/conv/Conv_output_0",
				unitAxis: 1,
				pooling: "max",
				windows: "max",
				units: channels,
				padding: "count",
				maskPoint: null,
			},
			{
				name: "fc",
				tensor: "logits",
				unitAxis: 1,
				pooling: "none",
				windows: "mean",
				units: 3,
				padding: "count",
				maskPoint: null,
			},
		]);
		expect(network.outputLayer).toBe("fc");
		expect(network.classes).toBeNull();
		const features = noise(3 * 30, 8);
		const taps = await network.openTaps({ threads: 1 });
		const { conv = new Float32Array() } = await taps.run(features, 3);
		await taps.close();
		const values = [0, 1, 2].flatMap((i) => [
			...naiveConvolution(features.subarray(i * 30, (i + 1) * 30)),
		]);
		const dims = [3, channels, 4, 3];
		const expected = naivePool({ values, dims, unitAxis: 1, pooling: "max" });
		expect(maxDifference(conv, expected)).toBeLessThan(1e-6);
	});

	it("makes a layer of every pooling, named by it, and selects them by name or glob", async () => {
		const { descriptor } = await writeNetwork({
			model: convolutionModel({ waveform: true }),
			layers: `  - { name: conv, tensor: /conv/Conv_output_0, pooling: [mean, max, first, p95, firing] }
  - { name: fc, tensor: logits, pooling: [mean, firing], windows: max, maskPoint: /act/Relu_output_0 }
output: { layer: fc, kind: embedding }
`,
		});
		const network = await loadNetwork({ descriptor });
		expect(
			network.layers.map(
				({ name, pooling, windows }) => `${name}: ${pooling}, ${windows}`,
			),
		).toEqual([
			"conv: mean, mean",
			"conv@max: max, max",
			"conv@first: first, mean",
			"conv@p95: p95, mean",
			"conv@firing: firing, mean",
			"fc: none, max",
			"fc@firing: firing, max",
		]);
		expect(network.layers.at(-1)?.maskPoint).toBe("/act/Relu_output_0");
		expect(network.outputKind).toBe("embedding");
		const features = noise(3 * 30, 8);
		const taps = await network.openTaps({ threads: 1 });
		const results = await taps.run(features, 3);
		await taps.close();
		const values = [0, 1, 2].flatMap((i) => [
			...naiveConvolution(features.subarray(i * 30, (i + 1) * 30)),
		]);
		const dims = [3, CONV.channels, 4, 3];
		for (const pooling of ["mean", "max", "first", "p95", "firing"] as const) {
			const name = pooling === "mean" ? "conv" : `conv@${pooling}`;
			expect(
				maxDifference(
					results[name] ?? [],
					naivePool({ values, dims, unitAxis: 1, pooling }),
				),
			).toBeLessThan(1e-6);
		}
		expect([...(results["fc@firing"] ?? [])]).toEqual(
			[...(results.fc ?? [])].map((value) => (value > 0 ? 1 : 0)),
		);
		const some = await loadNetwork({ descriptor, layers: ["*@firing", "fc"] });
		expect(some.layers.map(({ name }) => name)).toEqual([
			"conv@firing",
			"fc",
			"fc@firing",
		]);
		const unknown = await failure(
			loadNetwork({ descriptor, layers: ["conv@maxx"] }),
		);
		expect(unknown.hint).toBe('did you mean "conv@max"?');
	});

	it("matches tensors with a pattern, in file order", async () => {
		const { descriptor } = await writeNetwork({
			model: convolutionModel({ waveform: true }),
			layers:
				'  - { name: "*.out", tensor: "/*/Relu_output_0" }\n  - { name: "*.*", tensor: "/conv/*_*_0" }\noutput: Conv.output\n',
		});
		const network = await loadNetwork({ descriptor });
		expect(network.layers.map(({ name, tensor }) => [name, tensor])).toEqual([
			["act.out", "/act/Relu_output_0"],
			["Conv.output", "/conv/Conv_output_0"],
		]);
		expect(network.outputLayer).toBe("Conv.output");
	});
});
