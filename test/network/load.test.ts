/** Loading a network: which layers, which identity, weights beside the file. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DissectionError } from "../../src/errors.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { doublingModel, maxDifference, noise } from "../onnx/small-models.ts";
import { failure, writeNetwork } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const demo = fileURLToPath(new URL("config/networks/demo.yaml", root));

describe("loadNetwork", () => {
	it("selects layers by name or glob, and forgets the output layer when it is not selected", async () => {
		const network = await loadNetwork({
			descriptor: demo,
			layers: ["layer.3.*", "layer.0.output.dense"],
		});
		expect(network.layers.map(({ name }) => name)).toEqual([
			"layer.0.output.dense",
			"layer.3.attention.output.dense",
			"layer.3.intermediate.dense",
			"layer.3.output.dense",
		]);
		expect(network.outputLayer).toBeNull();
		expect(network.classes).toHaveLength(48);
	});

	it("gives the same values when only some layers are wanted", async () => {
		const features = noise(192 * 128, 1);
		const values = [];
		for (const layers of [["layer.1.output.dense"], []]) {
			const network = await loadNetwork({ descriptor: demo, layers });
			const taps = await network.openTaps({ threads: 1 });
			const results = await taps.run(features, 1);
			values.push(results["layer.1.output.dense"] ?? []);
			await taps.close();
		}
		expect(maxDifference(values[0] ?? [], values[1] ?? [])).toBeLessThan(1e-6);
	});

	it("has an identity that changes with whatever changes values, and with nothing else", async () => {
		const model = doublingModel([4, 3]);
		const layers = "  - { name: h, tensor: hidden }\n";
		const frontEnd =
			"{ kind: ast-log-mel, frames: 4, melBins: 3, mean: 0, std: 1 }";
		const identityOf = async (
			change: Partial<Parameters<typeof writeNetwork>[0]>,
		): Promise<string> => {
			const { descriptor } = await writeNetwork({
				model,
				layers,
				frontEnd,
				...change,
			});
			const { identity } = await loadNetwork({ descriptor });
			return JSON.stringify(identity);
		};
		const base = await identityOf({});
		expect(JSON.parse(base)).toEqual({
			onnx: expect.stringMatching(/^[0-9a-f]{64}$/),
			input: "x",
			frontEnd: {
				kind: "ast-log-mel",
				sampleRate: 16_000,
				frames: 4,
				melBins: 3,
				mean: 0,
				std: 1,
				window: "hann",
				scale: "unit",
				long: "cut",
			},
			layers: [
				{
					name: "h",
					tensor: "hidden",
					unitAxis: 2,
					pooling: "mean",
					windows: "mean",
				},
			],
		});
		expect(await identityOf({})).toBe(base);
		expect(
			await identityOf({
				layers: "  - { name: h, tensor: hidden, unitAxis: -1 } # comment\n",
			}),
		).toBe(base);
		for (const change of [
			{ model: doublingModel([4, 3], { opset: 18 }) },
			{ layers: "  - { name: h, tensor: hidden, pooling: max }\n" },
			{ layers: "  - { name: h, tensor: hidden, windows: max }\n" },
			{ layers: "  - { name: h, tensor: hidden, unitAxis: 1 }\n" },
			{ layers: "  - { name: h, tensor: y }\n" },
			{ frontEnd: frontEnd.replace("std: 1", "std: 2") },
		])
			expect(await identityOf(change)).not.toBe(base);
	});

	it("reads weights from a file beside the ONNX file, and their bytes are part of the identity", async () => {
		const weight = {
			name: "w",
			dims: [3],
			dataType: 1,
			dataLocation: 1,
			externalData: [
				{ key: "location", value: "net.bin" },
				{ key: "offset", value: "0" },
				{ key: "length", value: "12" },
			],
		};
		const { descriptor, directory } = await writeNetwork({
			model: buildModel({
				node: [
					node({ operator: "Mul", inputs: ["x", "w"], outputs: ["hidden"] }),
				],
				initializer: [weight],
				input: [valueInfo("x", ["batch", 3])],
				output: [valueInfo("hidden", ["batch", 3])],
			}),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const identities = [];
		for (const factor of [2, 5]) {
			await writeFile(
				join(directory, "net.bin"),
				new Uint8Array(new Float32Array(3).fill(factor).buffer),
			);
			const network = await loadNetwork({ descriptor });
			const taps = await network.openTaps({ threads: 1 });
			const { h } = await taps.run(Float32Array.from([1, 2, 3]), 1);
			await taps.close();
			expect(h).toEqual(Float32Array.from([factor, 2 * factor, 3 * factor]));
			expect(network.externalBytes).toBe(12);
			identities.push(JSON.stringify(network.identity));
		}
		expect(identities[0]).not.toBe(identities[1]);
		await rm(join(directory, "net.bin"));
		const error = await failure(loadNetwork({ descriptor }));
		expect(error).toBeInstanceOf(DissectionError);
		expect(error.code).toBe("network_file_missing");
		expect(error.message).toContain("net.bin");
	});

	it("refuses features of another length", async () => {
		const { descriptor } = await writeNetwork({
			model: doublingModel([3]),
			layers: "  - { name: h, tensor: hidden }\n",
			samples: 3,
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		await expect(taps.run(new Float32Array(5), 2)).rejects.toThrow(
			new RangeError("Expected 2 x 3 = 6 feature values, got 5"),
		);
		await taps.close();
	});
});
