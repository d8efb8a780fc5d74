/** Activations that PyTorch recorded (test/fixtures/import/make_import.py) become a recording. */
import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadNetwork } from "../../src/network/load.ts";
import { record } from "../../src/recordings/record.ts";
import { readActivations } from "../../src/recordings/recording.ts";
import { recordTraces } from "../../src/recordings/traces/record-traces.ts";
import type { HashedClip } from "../../src/types.ts";
import { temporaryFolder } from "../support/temporary-store.ts";
import { probeSetOf } from "./fake-network.ts";

const fixture = (name: string) =>
	fileURLToPath(new URL(`../fixtures/import/${name}`, import.meta.url));
const manifest = fixture("activations/activations.json");
const expected: Record<string, number[][]> = JSON.parse(
	readFileSync(fixture("expected.json"), "utf8"),
);

const clip = (id: string, hash = "0".repeat(64)): HashedClip => ({
	id,
	path: `/clips/${id}`,
	hash,
	label: null,
	captions: ["a sound"],
	attributes: {},
	sourceRecording: null,
});

/** A copy of the fixture whose manifest is changed. */
function changed(
	change: (manifest: Record<string, unknown>) => Record<string, unknown>,
): string {
	const folder = join(temporaryFolder(), "activations");
	cpSync(fixture("activations"), folder, { recursive: true });
	copyFileSync(fixture("types.safetensors"), join(folder, "types.safetensors"));
	const path = join(folder, "activations.json");
	const value = JSON.parse(readFileSync(path, "utf8"));
	writeFileSync(path, JSON.stringify(change(value)));
	return path;
}

describe("imported activations", () => {
	it("load as a network: layers, poolings, classes, output", async () => {
		const network = await loadNetwork({ descriptor: manifest });
		expect(network).toMatchObject({
			name: "tiny-torch",
			classes: ["rain", "dog", "siren"],
			outputLayer: "fc",
			outputKind: "logits",
		});
		expect(
			network.layers.map(({ name, units, pooling, windows }) => ({
				name,
				units,
				pooling,
				windows,
			})),
		).toEqual([
			{ name: "conv", units: 6, pooling: "max", windows: "mean" },
			{ name: "block.0", units: 5, pooling: "mean", windows: "mean" },
			{ name: "fc", units: 3, pooling: "none", windows: "mean" },
		]);
		const some = await loadNetwork({ descriptor: manifest, layers: ["b*"] });
		expect(some.layers.map(({ name }) => name)).toEqual(["block.0"]);
		expect(some.outputLayer).toBeNull();
	});

	it("become the recording of the probe set's clips, in its order, with what PyTorch computed", async () => {
		const network = await loadNetwork({ descriptor: manifest });
		const order = [7, 0, 11, 3, 1];
		const directory = temporaryFolder();
		const probeSet = probeSetOf([
			...order.map((index) => clip(`clip-${index}.wav`)),
			clip("other.wav"),
		]);
		const recording = await record({ network, probeSet, directory });
		expect(recording.clips.map(({ id }) => id)).toEqual(
			order.map((index) => `clip-${index}.wav`),
		);
		expect(recording.excluded.map(({ id, code }) => ({ id, code }))).toEqual([
			{ id: "other.wav", code: "clip_not_imported" },
		]);
		for (const layer of recording.layers)
			for (let unit = 0; unit < layer.units; unit += 1)
				for (const [column, value] of (
					await readActivations(layer, unit)
				).entries())
					expect(value).toBeCloseTo(
						expected[layer.name]?.[order[column] as number]?.[unit] as number,
						5,
					);
		// The same again is served from disk.
		expect((await record({ network, probeSet, directory })).id).toBe(
			recording.id,
		);
		const half = await record({
			network,
			probeSet,
			directory,
			precision: "float16",
		});
		expect(half.id).not.toBe(recording.id);
	});

	it("are found by the hash of the audio file too, and read from safetensors", async () => {
		const hashes = Array.from({ length: 12 }, (_, index) =>
			String(index % 10)
				.repeat(63 + 1)
				.slice(0, 62)
				.concat(index < 10 ? "aa" : "bb"),
		);
		const path = changed(({ clips: _, output: __, classes: ___, ...rest }) => ({
			...rest,
			clipHashes: hashes,
			layers: [
				{ name: "fc", file: "types.safetensors", pooling: "none" },
				{
					name: "exact",
					file: "types.safetensors",
					tensor: "double",
					pooling: "none",
				},
			],
		}));
		const network = await loadNetwork({ descriptor: path });
		const recording = await record({
			network,
			probeSet: probeSetOf([clip("a", hashes[10]), clip("b", hashes[2])]),
			directory: temporaryFolder(),
		});
		const [first, second] = recording.layers;
		const values = await readActivations(first as never, 1);
		expect([...values]).toEqual(
			[10, 2].map((row) =>
				expect.closeTo(expected.fc?.[row]?.[1] as number, 5),
			),
		);
		expect(await readActivations(second as never, 1)).toEqual(values);
	});

	it("cannot be run", async () => {
		const network = await loadNetwork({ descriptor: manifest });
		await expect(network.openTaps({ threads: 1 })).rejects.toMatchObject({
			code: "network_imported",
		});
		expect(() => network.frontEnd).toThrow("it cannot be run");
		const recording = await record({
			network,
			probeSet: probeSetOf([clip("clip-1.wav")]),
			directory: temporaryFolder(),
		});
		await expect(
			recordTraces({
				network,
				recording,
				neurons: new Map([["fc", [0]]]),
			}),
		).rejects.toMatchObject({ code: "network_imported" });
	});

	it("that belong to no clip of the probe set are refused with an example of both sides", async () => {
		const network = await loadNetwork({ descriptor: manifest });
		await expect(
			record({
				network,
				probeSet: probeSetOf([clip("clips/clip-0.wav")]),
				directory: temporaryFolder(),
			}),
		).rejects.toMatchObject({
			code: "import_no_clips",
			message: expect.stringContaining(
				'its first id is "clip-0.wav", the probe set\'s is "clips/clip-0.wav"',
			),
		});
	});

	it("that do not fit together are refused with every problem at once", async () => {
		const path = changed((value) => ({
			...value,
			clips: [...(value.clips as string[]).slice(0, 10), "clip-3.wav"],
			layers: [
				...(value.layers as object[]),
				{ name: "gone", file: "gone.npy", pooling: "mean" },
				{ name: "fc", file: "fc.npy", pooling: "none" },
				{
					name: "half",
					file: "types.safetensors",
					pooling: "none",
					tensor: "haf",
				},
			],
			output: { layer: "fx" },
		}));
		const failure = await loadNetwork({ descriptor: path }).catch(
			(error: unknown) => error,
		);
		expect(failure).toMatchObject({
			name: "DataError",
			code: "activations_invalid",
			evidence: {
				problems: [
					'clips[10]: "clip-3.wav" is already row 3',
					'layers[0] "conv": conv.npy has 12 rows, the manifest lists 11 clips',
					'layers[1] "block.0": block.0.npy has 12 rows, the manifest lists 11 clips',
					'layers[2] "fc": fc.npy has 12 rows, the manifest lists 11 clips',
					expect.stringContaining('layers[3] "gone": '),
					'layers[4] "fc": there are two layers of that name',
					'layers[4] "fc": fc.npy has 12 rows, the manifest lists 11 clips',
					expect.stringContaining('did you mean "half"?'),
					'output.layer: "fx" is not one of the layers',
				],
			},
		});
	});

	it("say what a manifest needs", async () => {
		const path = changed(({ format: _, ...rest }) => ({
			...rest,
			layers: [{ name: "a#1", file: "fc.npy", pooling: "average" }],
			colour: "red",
		}));
		await expect(loadNetwork({ descriptor: path })).rejects.toMatchObject({
			evidence: {
				problems: [
					expect.stringContaining("format: "),
					expect.stringContaining("layers[0].name: a layer name cannot"),
					expect.stringContaining("layers[0].pooling: "),
					expect.stringContaining("colour"),
				],
			},
		});
		await expect(
			loadNetwork({ descriptor: "/nowhere/activations.json" }),
		).rejects.toMatchObject({ code: "activations_missing" });
		writeFileSync(path, "{");
		await expect(loadNetwork({ descriptor: path })).rejects.toMatchObject({
			code: "activations_invalid",
			message: expect.stringContaining("not JSON"),
		});
	});
});
