/** The shipped descriptors of CNN14 and BEATs on small networks of their topology, against PyTorch's layer outputs (`make_taggers.py`). */
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { maxDifference } from "../onnx/small-models.ts";

const UNITS = 8;

const numbers = z.array(z.number());
const taggerSchema = z.strictObject({
	layers: z.record(
		z.string(),
		z.strictObject({ mean: numbers, firing: numbers.optional() }),
	),
});

const root = new URL("../../", import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, root));
const fixture = (name: string): string =>
	path(`test/fixtures/network/taggers/${name}`);

async function golden(name: string): Promise<z.infer<typeof taggerSchema>> {
	const text = await readFile(fixture(`${name}.json`), "utf8");
	return taggerSchema.parse(JSON.parse(text));
}

/** `inputs(shape)` of make_families.py. */
function inputs(length: number): Float32Array {
	return Float32Array.from(
		{ length },
		(_, i) => ((i * 7919 + 104_729) % 2003) / 1001.5 - 1,
	);
}

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "audio-dissect-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The descriptor as it is shipped, beside the small network. */
async function shipped(name: string): Promise<string> {
	const descriptor = join(folder, `${name}.yaml`);
	await copyFile(path(`config/networks/${name}.yaml`), descriptor);
	await copyFile(fixture(`${name}.onnx`), join(folder, "network.onnx"));
	return descriptor;
}

describe("cnn14.yaml", () => {
	it("gives each block's activations and the tags", async () => {
		const { layers } = await golden("cnn14");
		const network = await loadNetwork({ descriptor: await shipped("cnn14") });
		expect(network.layers.map(({ name }) => name)).toHaveLength(2 * 12 + 2);
		expect(network.outputKind).toBe("probabilities");
		const taps = await network.openTaps({ threads: 1 });
		const sound = inputs(320_000).map((value) => 0.3 * value);
		const results = await taps.run(sound, 1);
		await taps.close();
		for (const [name, { mean, firing }] of Object.entries(layers)) {
			const scale = Math.max(1, ...mean.map(Math.abs));
			const shown = results[name]?.subarray(0, UNITS) ?? [];
			expect(maxDifference(shown, mean) / scale, name).toBeLessThan(2e-5);
			// One of a few thousand positions may be on the other side of 0.
			if (firing !== undefined)
				expect(
					maxDifference(
						results[`${name}@firing`]?.subarray(0, UNITS) ?? [],
						firing,
					),
					name,
				).toBeLessThan(1e-3);
		}
	});
});

describe("beats.yaml", () => {
	it("gives the layers of an encoder that works with time first", async () => {
		const { layers } = await golden("beats");
		const network = await loadNetwork({ descriptor: await shipped("beats") });
		expect(
			network.layers.map(({ name, unitAxis, units }) => [
				name,
				unitAxis,
				units,
			]),
		).toEqual([
			...[0, 1, 2].map((layer) => [`layers.${layer}.fc1`, 2, 32]),
			...[0, 1, 2].map((layer) => [`layers.${layer}.fc2`, 2, 16]),
		]);
		const size = 998 * 128;
		const features = inputs(2 * size);
		const taps = await network.openTaps({ threads: 1 });
		// Rows by themselves and together are the same.
		const both = await taps.run(features, 2);
		const alone = await taps.run(features.slice(size), 1);
		await taps.close();
		for (const [name, { mean }] of Object.entries(layers)) {
			const units = network.layers.find((layer) => layer.name === name)?.units;
			const from = units ?? 0;
			const second = both[name]?.subarray(from, from + UNITS) ?? [];
			expect(maxDifference(second, mean), name).toBeLessThan(1e-5);
			expect(
				maxDifference(alone[name]?.subarray(0, UNITS) ?? [], mean),
				name,
			).toBeLessThan(1e-5);
		}
	});

	it("traces the units of such a layer over the tokens of a clip", async () => {
		const { layers } = await golden("beats");
		const network = await loadNetwork({ descriptor: await shipped("beats") });
		const size = 998 * 128;
		const traces = await network.openTraces(
			new Map([["layers.1.fc1", [0, 5]]]),
			{ threads: 1 },
		);
		const result = await traces.run(inputs(2 * size).slice(size), 1);
		await traces.close();
		const trace = result["layers.1.fc1"];
		expect(trace?.rowShape).toEqual([62 * 8]);
		const means = [0, 1].map((unit) => {
			const values = trace?.values.subarray(unit * 496, (unit + 1) * 496) ?? [];
			return [...values].reduce((sum, value) => sum + value, 0) / 496;
		});
		const expected = layers["layers.1.fc1"]?.mean ?? [];
		expect(
			maxDifference(means, [expected[0] ?? 0, expected[5] ?? 0]),
		).toBeLessThan(1e-5);
	});

	it("is what inspect suggests, which finds the batch on the second axis", async () => {
		const { layers, suggestedLayers } = await inspectNetwork(
			fixture("beats.onnx"),
		);
		expect(layers.find(({ name }) => name === "layers.0.fc1")).toMatchObject({
			dims: ["batch", 496, 32],
			batchAxis: 1,
			unitAxis: 2,
			role: "mlp hidden before activation",
		});
		expect(suggestedLayers).toContain(
			`  - name: layers.0.fc1 # mlp hidden before activation
    tensor: /encoder/layers.0/fc1/Add_output_0
    batchAxis: 1
    unitAxis: 2 # 32 units
    pooling: mean
`,
		);
		// The last norm leaves the network with the batch first again.
		expect(layers.filter(({ tensor }) => tensor === "features")).toMatchObject([
			{ name: "layers.2.final_layer_norm", batchAxis: 0 },
		]);
	});

	it("says what is meant when the batch axis is not said", async () => {
		const descriptor = join(folder, "first.yaml");
		const text = await readFile(await shipped("beats"), "utf8");
		await writeFile(descriptor, text.replaceAll("    batchAxis: 1\n", ""));
		await expect(loadNetwork({ descriptor })).rejects.toMatchObject({
			code: "layer_no_batch_axis",
			hint: expect.stringContaining("`batchAxis: 1`"),
		});
		await writeFile(
			descriptor,
			text.replaceAll("batchAxis: 1", "batchAxis: 7"),
		);
		await expect(loadNetwork({ descriptor })).rejects.toMatchObject({
			code: "layer_no_batch_axis",
			message: expect.stringContaining("axis 7 is not the batch"),
		});
	});
});
