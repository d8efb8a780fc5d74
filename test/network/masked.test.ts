/** Networks that are told where a clip ends, against PyTorch's layer outputs over the clip's own positions (`make_masked.py`). */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork, type TargetNetwork } from "../../src/network/load.ts";
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

const UNITS = 8;
const POOLINGS = ["mean", "max", "first", "p95", "firing"] as const;
const TOLERANCE = 1e-5;

const numbers = z.array(z.number());
const maskedSchema = z.strictObject({
	inputs: z.array(z.string()),
	shape: numbers,
	lengths: numbers,
	modules: z.array(
		z.strictObject({
			module: z.string(),
			unitAxis: z.int(),
			timeAxis: z.int(),
			shape: numbers,
			own: numbers,
			mean: numbers,
			max: numbers,
			first: numbers,
			p95: numbers,
			firing: numbers,
		}),
	),
});
type Masked = z.infer<typeof maskedSchema>;

function file(name: string): string {
	return fileURLToPath(
		new URL(`../fixtures/network/masked/${name}`, import.meta.url),
	);
}

async function readMasked(name: string): Promise<Masked> {
	const text = await readFile(file(`${name}.json`), "utf8");
	return maskedSchema.parse(JSON.parse(text));
}

/** `inputs(shape)` of make_families.py, 0 behind each row's end. */
function inputs({ shape, lengths }: Masked): Float32Array {
	const [rows = 0, steps = 0, bins = 1] = shape;
	return Float32Array.from({ length: rows * steps * bins }, (_, i) => {
		const row = Math.floor(i / (steps * bins));
		const step = Math.floor(i / bins) % steps;
		return step < (lengths[row] ?? 0)
			? ((i * 7919 + 104_729) % 2003) / 1001.5 - 1
			: 0;
	});
}

const inspections = new Map<string, ReturnType<typeof inspectNetwork>>();
function inspected(name: string): ReturnType<typeof inspectNetwork> {
	const known = inspections.get(name) ?? inspectNetwork(file(name));
	inspections.set(name, known);
	return known;
}

/** Every recorded module as a layer with all poolings; `more` follows the layers. */
async function load(
	name: string,
	masked: Masked,
	more: string,
	layerMore = "",
): Promise<TargetNetwork> {
	const [, steps = 0, bins] = masked.shape;
	const { layers } = await inspected(`${name}.onnx`);
	const yaml = masked.modules.map(({ module, unitAxis, timeAxis, shape }) => {
		const layer = layers.find(
			(found) => module === found.name || module.endsWith(`.${found.name}`),
		);
		const time = shape.length > 3 ? `, timeAxis: ${timeAxis}` : "";
		return `  - { name: ${module}, tensor: "${layer?.tensor}", unitAxis: ${unitAxis}, pooling: [${POOLINGS.join(", ")}]${time}${layerMore} }\n`;
	});
	const { descriptor } = await writeNetwork({
		model: await readFile(file(`${name}.onnx`)),
		input: masked.inputs[0] ?? "",
		frontEnd:
			bins === undefined
				? `{ kind: waveform, sampleRate: 16000, samples: ${steps} }`
				: `{ kind: features, frames: ${steps}, bins: ${bins} }`,
		layers: `${yaml.join("")}${more}`,
	});
	return loadNetwork({ descriptor });
}

async function run(
	network: TargetNetwork,
	masked: Masked,
	lengths: readonly number[] | null = masked.lengths,
): Promise<Record<string, Float32Array>> {
	const taps = await network.openTaps({ threads: 1 });
	const results = await taps.run(inputs(masked), masked.lengths.length, {
		lengths: lengths ?? undefined,
	});
	await taps.close();
	return results;
}

/** The first units of each row. */
function shown(
	values: Float32Array = new Float32Array(),
	units: number,
): number[] {
	const rows = values.length / units;
	return Array.from({ length: rows }, (_, row) => [
		...values.subarray(row * units, row * units + Math.min(units, UNITS)),
	]).flat();
}

describe("a network with a mask, a padding mask or a share", () => {
	it.each([
		[
			"wav2vec2",
			"lengths: { attention_mask: mask }\n",
			", positions: { window: 400, hop: 320 }",
		],
		["frames", "lengths: { padding_mask: padding-mask }\n", ""],
		["share", "lengths: { share: share }\n", ""],
	] as const)(
		"%s: gives PyTorch's activations over the clips' own positions",
		async (name, more, layerMore) => {
			const masked = await readMasked(name);
			const network = await load(name, masked, more, layerMore);
			expect(network.layers.every(({ padding }) => padding === "exclude")).toBe(
				true,
			);
			const results = await run(network, masked);
			for (const module of masked.modules)
				for (const [index, pooling] of POOLINGS.entries()) {
					const key =
						index === 0 ? module.module : `${module.module}@${pooling}`;
					const units = module.shape[module.unitAxis] ?? 0;
					expect(
						maxDifference(shown(results[key], units), module[pooling]),
						key,
					).toBeLessThan(TOLERANCE);
				}
		},
	);

	it("counts the positions that begin within the clip, unless the layer says what one hears", async () => {
		const masked = await readMasked("wav2vec2");
		const [module] = masked.modules;
		const name = module?.module ?? "";
		const network = await load(
			"wav2vec2",
			{ ...masked, modules: masked.modules.slice(0, 1) },
			"lengths: { attention_mask: mask }\n",
		);
		const results = await run(network, masked);
		const traces = await network.openTraces(new Map([[name, [3]]]), {
			threads: 1,
		});
		const samples = masked.shape[1] ?? 0;
		const sound = inputs(masked);
		for (const [row, length] of masked.lengths.entries()) {
			const trace = await traces.run(
				sound.slice(row * samples, (row + 1) * samples),
				1,
				[length],
			);
			const own = Math.ceil((24 * length) / samples);
			const values = [...(trace[name]?.values ?? [])].slice(0, own);
			const mean = values.reduce((sum, value) => sum + value, 0) / own;
			expect(results[name]?.[row * 32 + 3]).toBeCloseTo(mean, 5);
		}
		await traces.close();
		// 24, 10 and 3 positions; by what they hear 24, 9 and 2.
		expect(module?.own).toEqual([24, 9, 2]);
	});

	it("hears padding as sound when it is told of none", async () => {
		const masked = await readMasked("frames");
		const network = await load(
			"frames",
			masked,
			"lengths: { padding_mask: padding-mask }\n",
		);
		const told = await run(network, masked);
		const untold = await run(network, masked, null);
		const last = masked.modules.at(-1)?.module ?? "";
		const [a, b] = [told, untold].map(
			(results) => results[last] ?? new Float32Array(),
		);
		// The first clip fills its row.
		expect(a?.subarray(0, 16)).toEqual(b?.subarray(0, 16));
		expect(
			maxDifference(a?.subarray(16) ?? [], b?.subarray(16) ?? []),
		).toBeGreaterThan(0.1);
	});

	it("counts padding where the descriptor says so, also with a mask", async () => {
		const masked = await readMasked("frames");
		const lengths = "lengths: { padding_mask: padding-mask }\n";
		const all = await load("frames", masked, `${lengths}padding: count\n`);
		expect(new Set(all.layers.map(({ padding }) => padding))).toEqual(
			new Set(["count"]),
		);
		const own = await load("frames", masked, lengths);
		const some = await load("frames", masked, lengths, ", padding: count");
		const [counted, excluded, byLayer] = await Promise.all(
			[all, own, some].map((network) => run(network, masked)),
		);
		expect(byLayer).toEqual(counted);
		expect(counted?.["layers.1.linear2"]).not.toEqual(
			excluded?.["layers.1.linear2"],
		);
		// A class token's position is there in either case.
		expect(counted?.["layers.1.linear2@first"]).toEqual(
			excluded?.["layers.1.linear2@first"],
		);
		// Another pooling is another recording; the old ones keep their address.
		expect(all.identity).not.toEqual(own.identity);
		expect(JSON.stringify(all.identity)).not.toContain("exclude");
	});

	it("excludes padding of a network that is told nothing, when asked to", async () => {
		const masked = await readMasked("frames");
		const network = await load(
			"frames",
			masked,
			"constants: { padding_mask: 0 }\npadding: exclude\n",
		);
		const results = await run(network, masked);
		// The convolution does not look at the mask.
		const [conv] = masked.modules;
		expect(
			maxDifference(shown(results.conv, 4), conv?.mean ?? []),
		).toBeLessThan(TOLERANCE);
	});
});

describe("what cannot be", () => {
	const failure = async (more: string, layerMore = ""): Promise<unknown> => {
		const masked = await readMasked("frames");
		return load("frames", masked, more, layerMore).catch(
			(error: unknown) => error,
		);
	};

	it.each([
		[
			"lengths: { padding_mask: share }\n",
			"length_input_invalid",
			"a share is one",
		],
		[
			"lengths: { padding_mask: length }\n",
			"length_input_invalid",
			"a length has one number a row",
		],
		["lengths: { mask: mask }\n", "input_unknown", 'has no input "mask"'],
		[
			"lengths: { padding_mask: padding-mask }\nconstants: { padding_mask: 0 }\n",
			"input_extra",
			"by more than one of",
		],
		["", "input_extra", "does not say what to feed padding_mask"],
	])("refuses %j", async (more, code, message) => {
		expect(await failure(more)).toMatchObject({
			code,
			message: expect.stringContaining(message),
		});
	});

	it.each([
		[", timeAxis: 1", "time_axis_invalid"],
		[", timeAxis: 9", "time_axis_invalid"],
	])("refuses layers with %j", async (layerMore, code) => {
		const masked = await readMasked("frames");
		const conv = masked.modules.slice(0, 1);
		const stated = {
			...masked,
			modules: conv.map((module) => ({ ...module, shape: [3, 4, 20] })),
		};
		await expect(
			load(
				"frames",
				stated,
				"lengths: { padding_mask: padding-mask }\n",
				layerMore,
			),
		).rejects.toMatchObject({ code });
	});

	it("wants to know which of several axes is time", async () => {
		const masked = await readMasked("frames");
		const untold = {
			...masked,
			modules: masked.modules.map((module) => ({ ...module, shape: [] })),
		};
		await expect(
			load("frames", untold, "lengths: { padding_mask: padding-mask }\n"),
		).rejects.toMatchObject({
			code: "time_axis_unclear",
			hint: "Set `timeAxis` of this layer (2 for [batch, channels, frames, bins]), or `padding: count`.",
		});
	});

	it("refuses lengths that are none", async () => {
		const masked = await readMasked("frames");
		const network = await load(
			"frames",
			masked,
			"lengths: { padding_mask: padding-mask }\n",
		);
		for (const lengths of [
			[20, 20],
			[20, 0, 20],
			[20, 21, 20],
			[20, 1.5, 20],
		])
			await expect(run(network, masked, lengths)).rejects.toThrow(RangeError);
	});
});
