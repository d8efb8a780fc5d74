/** Real topologies exported by both of torch's exporters, against PyTorch's own layer outputs (`make_families.py`). */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { TappableLayer } from "../../src/network/inspect/tappable-layer.ts";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

const TOLERANCE = 1e-4;
/** Rows and units per module in the golden files. */
const ROWS = 2;
const UNITS = 8;
const POOLINGS = ["mean", "max", "first"] as const;
const NAMES = [
	"ast",
	"whisper",
	"wav2vec2",
	"hubert",
	"wavlm",
	"clap",
	"cnn14",
	"kws",
] as const;

const numbers = z.array(z.number());
const familySchema = z.strictObject({
	input: z.string(),
	row: numbers,
	exporters: z.array(z.enum(["legacy", "dynamo"])),
	output: z.strictObject({ mean: numbers, max: numbers, first: numbers }),
	modules: z.array(
		z.strictObject({
			module: z.string(),
			class: z.string(),
			unitAxis: z.int(),
			shape: numbers,
			mean: numbers,
			max: numbers,
			first: numbers,
		}),
	),
});
type Family = z.infer<typeof familySchema>;
type Module = Family["modules"][number];

function file(name: string): string {
	return fileURLToPath(
		new URL(`../fixtures/network/families/${name}`, import.meta.url),
	);
}

async function readFamily(name: string): Promise<Family> {
	const text = await readFile(file(`${name}.json`), "utf8");
	return familySchema.parse(JSON.parse(text));
}

/** `inputs(shape)` of make_families.py. */
function inputs(length: number): Float32Array {
	return Float32Array.from(
		{ length },
		(_, i) => ((i * 7919 + 104_729) % 2003) / 1001.5 - 1,
	);
}

/** `name` is the module's path or the end of it. */
function endsPath(module: string, name: string): boolean {
	return module === name || module.endsWith(`.${name}`);
}

/** `name` is of a module inside of `module`. */
function isInside(module: string, name: string): boolean {
	const parts = name.split(".");
	return parts.some((_, index) =>
		endsPath(module, parts.slice(0, index + 1).join(".")),
	);
}

/** The layer that inspect finds for a module of the golden file. */
function layerOf(
	module: Module,
	before: Module | undefined,
	layers: readonly TappableLayer[],
): TappableLayer | undefined {
	const named = layers.filter(({ name }) => endsPath(module.module, name));
	if (module.class.endsWith("Attention"))
		return layers.find(
			({ role, name }) =>
				role === "attention output" && isInside(module.module, name),
		);
	if (module.class.endsWith("Layer") || module.class.endsWith("LayerNorm"))
		return (
			named[0] ??
			layers.find(
				({ role, name }) =>
					role === "block output" && isInside(module.module, name),
			)
		);
	// Both exporters fold a batch normalisation into the convolution before it; the older one keeps that one's name.
	const folded = module.class === "BatchNorm2d" ? before?.module : undefined;
	return (
		named[0] ??
		layers.find(({ name }) => folded !== undefined && endsPath(folded, name))
	);
}

/** Modules whose values are a tensor of the exported graph: not heads before they are joined, not what was folded into the next module. */
function visible(modules: readonly Module[]): readonly Module[] {
	return modules.filter(
		(module, index) =>
			!module.class.endsWith("SelfAttention") &&
			!(
				module.class.startsWith("Conv") &&
				modules[index + 1]?.class === "BatchNorm2d"
			),
	);
}

function frontEndOf({ row }: Family): string {
	const [first = 0, second = 0, third = 0] = row;
	if (row.length === 1)
		return `{ kind: waveform, sampleRate: 16000, samples: ${first} }`;
	return row.length === 2
		? `{ kind: features, frames: ${first}, bins: ${second}, layout: frames-bins }`
		: `{ kind: features, frames: ${second}, bins: ${third}, layout: channel-frames-bins }`;
}

function layerYaml(layer: TappableLayer): string {
	const { name, tensor, dims, unitAxis, folded } = layer;
	const axis = folded ? unitAxis - dims.length : unitAxis;
	const pooling = dims.length > 2 ? `, pooling: [${POOLINGS.join(", ")}]` : "";
	return `  - { name: ${JSON.stringify(name)}, tensor: ${JSON.stringify(tensor)}, unitAxis: ${axis}${pooling} }\n`;
}

describe.each(NAMES)("%s", (name) => {
	it.each(["legacy", "dynamo"] as const)(
		"gives PyTorch's layer outputs, exported by the %s exporter",
		async (exporter) => {
			const family = await readFamily(name);
			expect(family.exporters).toContain(exporter);
			const path = file(`${name}-${exporter}.onnx`);
			const { layers } = await inspectNetwork(path);
			const modules = visible(family.modules);
			const matched = modules.map((module) => {
				const before = family.modules[family.modules.indexOf(module) - 1];
				return { module, layer: layerOf(module, before, layers) };
			});
			expect(
				matched
					.filter(({ layer }) => layer === undefined)
					.map(({ module }) => module.module),
			).toEqual([]);
			const wanted = new Set(matched.flatMap(({ layer }) => layer ?? []));
			const { descriptor } = await writeNetwork({
				model: await readFile(path),
				input: family.input,
				frontEnd: frontEndOf(family),
				layers: [...wanted].map(layerYaml).join(""),
			});
			const network = await loadNetwork({ descriptor });
			const taps = await network.openTaps({ threads: 1 });
			const size = family.row.reduce((product, dim) => product * dim, 1);
			const results = await taps.run(inputs(ROWS * size), ROWS);
			await taps.close();
			for (const { module, layer } of matched) {
				const units = layer?.units ?? 0;
				expect(units).toBe(module.shape[module.unitAxis]);
				for (const pooling of layer?.dims.length === 2
					? ["mean" as const]
					: POOLINGS) {
					const key =
						pooling === "mean" ? layer?.name : `${layer?.name}@${pooling}`;
					const values = results[key ?? ""] ?? new Float32Array();
					const shown = Math.min(units, UNITS);
					const got = [0, 1].flatMap((row) => [
						...values.subarray(row * units, row * units + shown),
					]);
					expect(
						maxDifference(got, module[pooling]),
						`${module.module} ${pooling}`,
					).toBeLessThan(TOLERANCE);
				}
			}
		},
	);
});

describe("inspect on real exports", () => {
	const roles = [
		"attention output",
		"mlp hidden before activation",
		"mlp hidden",
		"mlp output",
		"block output",
	];

	it.each(["ast", "whisper", "wav2vec2", "hubert", "wavlm", "clap"])(
		"finds the five roles of every block of %s, by both exporters",
		async (name) => {
			for (const exporter of ["legacy", "dynamo"]) {
				const { layers } = await inspectNetwork(
					file(`${name}-${exporter}.onnx`),
				);
				const blocks = name === "clap" ? 4 : 2;
				for (const role of roles)
					expect(
						layers.filter((layer) => layer.role === role),
						`${exporter} ${role}`,
					).toHaveLength(blocks);
			}
		},
	);

	it("names layers alike whatever the exporter", async () => {
		const [legacy, dynamo] = await Promise.all(
			["whisper-legacy.onnx", "whisper-dynamo.onnx"].map((name) =>
				inspectNetwork(file(name)),
			),
		);
		const blockNames = (layers: readonly TappableLayer[] = []): string[] =>
			layers
				.filter(({ role, kind }) => role !== null || kind === "normalisation")
				.map(({ name, role, units }) => `${name} (${role}) ${units}`);
		expect(blockNames(legacy?.layers).slice(0, 7)).toEqual([
			"layers.0.self_attn_layer_norm (null) 32",
			"layers.0.self_attn.out_proj (attention output) 32",
			"layers.0.final_layer_norm (null) 32",
			"layers.0.fc1 (mlp hidden before activation) 64",
			"layers.0.activation_fn (mlp hidden) 64",
			"layers.0.fc2 (mlp output) 32",
			"layers.0 (block output) 32",
		]);
		expect(blockNames(dynamo?.layers)).toEqual(blockNames(legacy?.layers));
	});
});
