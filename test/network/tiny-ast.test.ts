/** The demo networks against PyTorch: `make_reference.py` says where the numbers come from. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeAudio } from "../../src/inputs/audio/decode.ts";
import { toMono } from "../../src/inputs/audio/mono.ts";
import {
	computeFrontEnd,
	frontEndRate,
} from "../../src/network/front-ends/front-end.ts";
import {
	loadNetwork,
	type TapSession,
	type TargetNetwork,
} from "../../src/network/load.ts";
import reference from "../fixtures/network/tiny-ast-reference.json" with {
	type: "json",
};
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

const root = new URL("../../", import.meta.url);
const TOLERANCE = 1e-4;
const clips = reference.networks["tiny-ast"].map(({ clip }) => clip);
const SIZE = 192 * 128;

function shipped(name: string): string {
	return fileURLToPath(new URL(`config/networks/${name}.yaml`, root));
}

/** Features of the five reference clips, one after the other. */
async function referenceFeatures(
	network: TargetNetwork,
): Promise<Float32Array> {
	const features = new Float32Array(clips.length * SIZE);
	for (const [index, clip] of clips.entries()) {
		const bytes = await readFile(new URL(`demo/${clip}`, root));
		const { channels, sampleRate } = await decodeAudio(bytes, clip);
		expect(sampleRate).toBe(frontEndRate(network.frontEnd));
		features.set(
			computeFrontEnd(network.frontEnd, toMono(channels), clip).features,
			index * SIZE,
		);
	}
	return features;
}

function firstUnits(
	values: Float32Array | undefined,
	units: number,
	clip: number,
): Float32Array {
	return (values ?? new Float32Array()).slice(clip * units, clip * units + 8);
}

describe("AST front end against torchaudio", () => {
	it("gives the reference frames, mean and deviation of all five clips", async () => {
		const features = await referenceFeatures(
			await loadNetwork({ descriptor: shipped("demo") }),
		);
		for (const [index, entry] of reference.networks["tiny-ast"].entries()) {
			const clip = features.subarray(index * SIZE, (index + 1) * SIZE);
			const { first_frame_first_8, frame_100_first_8, mean, std } =
				entry.input_values;
			expect(
				maxDifference(clip.subarray(0, 8), first_frame_first_8),
			).toBeLessThan(TOLERANCE);
			expect(
				maxDifference(clip.subarray(12_800, 12_808), frame_100_first_8),
			).toBeLessThan(TOLERANCE);
			const average = clip.reduce((sum, value) => sum + value, 0) / SIZE;
			const squares = clip.reduce((sum, v) => sum + (v - average) ** 2, 0);
			expect(Math.abs(average - mean)).toBeLessThan(1e-5);
			// Whether the reference divided by n or n - 1 makes 6e-6 of a difference here.
			expect(Math.abs(Math.sqrt(squares / SIZE) - std)).toBeLessThan(2e-5);
		}
	});
});

describe.each([
	["demo", "tiny-ast"],
	["demo-random", "tiny-ast-random"],
] as const)("network %s against PyTorch", (descriptor, name) => {
	let network: TargetNetwork;
	let taps: TapSession;
	let features: Float32Array;
	beforeAll(async () => {
		network = await loadNetwork({ descriptor: shipped(descriptor) });
		taps = await network.openTaps({ threads: 1 });
		features = await referenceFeatures(network);
	});
	afterAll(() => taps.close());

	it("has 13 layers in network order, 3,072 hidden neurons and the classes", () => {
		const expected = [0, 1, 2, 3].flatMap((i) => [
			`layer.${i}.attention.output.dense 128 mean`,
			`layer.${i}.intermediate.dense 512 mean`,
			`layer.${i}.output.dense 128 mean`,
		]);
		expect(
			network.layers.map((l) => `${l.name} ${l.units} ${l.pooling}`),
		).toEqual([...expected, "classifier 48 none"]);
		expect(network.outputLayer).toBe("classifier");
		expect(network.classes).toHaveLength(48);
		expect(network.classes?.[0]).toBe("accordion");
	});

	it("gives the mean of every shipped layer and the logits", async () => {
		const results = await taps.run(features, clips.length);
		for (const [clip, entry] of reference.networks[name].entries()) {
			const logits = results.classifier?.subarray(clip * 48, clip * 48 + 48);
			expect(maxDifference(logits ?? [], entry.logits)).toBeLessThan(TOLERANCE);
			const layers: Record<string, { mean: number[] }> = entry.layers;
			for (const layer of network.layers.slice(0, -1)) {
				const pooled = firstUnits(results[layer.name], layer.units, clip);
				expect(
					maxDifference(pooled, layers[layer.tensor]?.mean ?? []),
				).toBeLessThan(TOLERANCE);
			}
		}
	});

	it("gives the same for 1 clip and for 32 at a time", async () => {
		const many = new Float32Array(32 * SIZE);
		for (let i = 0; i < 32; i += 1)
			many.set(
				features.subarray((i % 5) * SIZE, ((i % 5) + 1) * SIZE),
				i * SIZE,
			);
		const together = await taps.run(many, 32);
		const alone = await taps.run(features.subarray(SIZE, 2 * SIZE), 1);
		for (const { name: layer, units } of network.layers) {
			const row = together[layer]?.subarray(31 * units, 32 * units) ?? [];
			const repeated = together[layer]?.subarray(units, 2 * units) ?? [];
			expect(maxDifference(repeated, alone[layer] ?? [])).toBeLessThan(1e-6);
			expect(row).toHaveLength(units);
		}
	});

	it("gives mean, max and first of all 16 tensors", async () => {
		const tensors = Object.keys(reference.networks[name][0]?.layers ?? {});
		const poolings = ["mean", "max", "first"] as const;
		expect(tensors).toHaveLength(16);
		const layers = tensors.flatMap((tensor, i) =>
			poolings.map(
				(p) => `  - { name: t${i}.${p}, tensor: ${tensor}, pooling: ${p} }`,
			),
		);
		const fixture = await writeNetwork({
			model: await readFile(network.modelPath),
			layers: `${layers.join("\n")}\n`,
			input: "input_values",
			frontEnd:
				"{ kind: ast-log-mel, frames: 192, mean: -6.91583, std: 4.72696 }",
		});
		const all = await loadNetwork({ descriptor: fixture.descriptor });
		const session = await all.openTaps({ threads: 1 });
		const results = await session.run(features, clips.length);
		await session.close();
		for (const [clip, entry] of reference.networks[name].entries())
			for (const [i, values] of Object.values(entry.layers).entries())
				for (const pooling of poolings) {
					const layer = all.layers[i * 3];
					const pooled = firstUnits(
						results[`t${i}.${pooling}`],
						layer?.units ?? 0,
						clip,
					);
					const expected = pooling === "first" ? values.cls : values[pooling];
					expect(maxDifference(pooled, expected)).toBeLessThan(TOLERANCE);
				}
	});
});
