/** Half-precision and quantised graphs against onnxruntime for Python (`make_precisions.py`). */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { inspectNetwork } from "../../src/network/inspect.ts";
import { loadNetwork } from "../../src/network/load.ts";
import { maxDifference } from "../onnx/small-models.ts";
import { writeNetwork } from "./fixture-network.ts";

const ROWS = 2;
const UNITS = 8;
const NETWORKS = {
	ast: {
		input: "input_values",
		size: 64 * 32,
		frontEnd: "{ kind: features, frames: 64, bins: 32, layout: frames-bins }",
	},
	kws: {
		input: "input",
		size: 490,
		frontEnd:
			"{ kind: features, frames: 49, bins: 10, layout: channel-frames-bins }",
	},
} as const;

const goldenSchema = z.record(
	z.string(),
	z.record(z.string(), z.array(z.number())),
);

function file(name: string): string {
	return fileURLToPath(
		new URL(`../fixtures/network/precisions/${name}`, import.meta.url),
	);
}

function inputs(length: number): Float32Array {
	return Float32Array.from(
		{ length },
		(_, i) => ((i * 7919 + 104_729) % 2003) / 1001.5 - 1,
	);
}

// float16 keeps 11 bits. What a quantised graph computes between its tensors depends on which of them are tapped (fused kernels), by a few steps of
// its 8 bits.
describe.each([
	["ast", "fp16", 5e-3],
	["ast", "int8", 2e-2],
	["ast", "qdq", 5e-2],
	["kws", "fp16", 5e-3],
	["kws", "int8", 2e-2],
	["kws", "qdq", 5e-2],
] as const)("%s in %s", (family, precision, tolerance) => {
	it("is fed, tapped and pooled in float32", async () => {
		const variant = `${family}-${precision}`;
		const golden = goldenSchema.parse(
			JSON.parse(await readFile(file("golden.json"), "utf8")),
		)[variant];
		const tensors = Object.keys(golden ?? {});
		expect(tensors.length).toBeGreaterThan(0);
		const { input, size, frontEnd } = NETWORKS[family];
		const { descriptor } = await writeNetwork({
			model: await readFile(file(`${variant}.onnx`)),
			input,
			frontEnd,
			layers: tensors
				.map((tensor) => `  - { name: ${tensor}, tensor: ${tensor} }\n`)
				.join(""),
		});
		const network = await loadNetwork({ descriptor });
		const taps = await network.openTaps({ threads: 1 });
		const results = await taps.run(inputs(ROWS * size), ROWS);
		await taps.close();
		for (const { name, units } of network.layers) {
			const values = results[name] ?? new Float32Array();
			const got = [0, 1].flatMap((row) => [
				...values.subarray(row * units, row * units + Math.min(units, UNITS)),
			]);
			expect(maxDifference(got, golden?.[name] ?? []), name).toBeLessThan(
				tolerance,
			);
		}
	});
});

describe("inspect on quantised and half-precision graphs", () => {
	const block = (names: readonly string[]): readonly string[] =>
		names.filter((name) => name.startsWith("layers.1"));

	it("finds the layers of the graph that was converted: names, units, roles, parameters", async () => {
		const [original, ...converted] = await Promise.all(
			[
				file("../families/ast-legacy.onnx"),
				...["fp16", "int8", "qdq"].map((name) => file(`ast-${name}.onnx`)),
			].map((path) => inspectNetwork(path)),
		);
		const described = (result: typeof original): readonly string[] =>
			block(
				(result?.layers ?? []).map(
					({ name, kind, role, units, parameters }) =>
						`${name} ${kind} (${role}) ${units} ${parameters}`,
				),
			);
		expect(described(original)).toHaveLength(11);
		for (const result of converted)
			expect(described(result)).toEqual(described(original));
		expect(converted[0]?.layers[0]?.type).toBe("float16");
		expect(converted[1]?.layers[0]?.type).toBe("float32");
	});

	it("taps the float behind an integer convolution, bias included", async () => {
		const { layers } = await inspectNetwork(file("kws-int8.onnx"));
		expect(layers[0]).toMatchObject({
			name: "stem.0",
			kind: "convolution",
			tensor: "/stem/stem.0/Conv_output_0",
			type: "float32",
			units: 16,
			parameters: 656,
		});
	});
});
