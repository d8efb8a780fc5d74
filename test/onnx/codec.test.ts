import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildModel, floatConstant, node } from "../../src/onnx/build.ts";
import {
	appendToGraph,
	decodeModel,
	encodeModel,
	toNumber,
} from "../../src/onnx/proto/codec.ts";

const demo = new URL("../../demo/networks/tiny-ast.onnx", import.meta.url);

describe("decodeModel", () => {
	it("reads what onnx's own Python package says about the demo network", async () => {
		const model = decodeModel(await readFile(demo));
		expect(toNumber(model.irVersion)).toBe(8);
		expect(toNumber(model.opsetImport?.[0]?.version)).toBe(17);
		expect(model.graph?.node).toHaveLength(389);
		expect(model.graph?.initializer).toHaveLength(74);
		expect(model.graph?.input?.[0]?.name).toBe("input_values");
	});

	it("gives weights as views of the file's bytes", async () => {
		const bytes = await readFile(demo);
		const weights = decodeModel(bytes).graph?.initializer ?? [];
		const sizes = weights.map(({ rawData }) => rawData?.length ?? 0);
		expect(Math.max(...sizes)).toBeGreaterThan(100_000);
		for (const { rawData } of weights)
			expect(rawData?.buffer).toBe(bytes.buffer);
	});

	it("loses nothing of a file when it is decoded and encoded again", async () => {
		const bytes = await readFile(demo);
		expect(Buffer.from(encodeModel(decodeModel(bytes))).equals(bytes)).toBe(
			true,
		);
	});
});

describe("appendToGraph", () => {
	it("adds to the graph and leaves the original bytes in front", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 5 }),
				(names) => {
					const original = buildModel({
						node: [node({ operator: "Relu", inputs: ["x"], outputs: ["y"] })],
						output: [{ name: "y" }],
					});
					const merged = appendToGraph(original, {
						output: names.map((name) => ({ name })),
					});
					const front = Buffer.from(merged.subarray(0, original.length));
					expect(front.equals(original)).toBe(true);
					const outputs = decodeModel(merged).graph?.output ?? [];
					expect(outputs.map(({ name }) => name)).toEqual(["y", ...names]);
				},
			),
		);
	});
});

describe("floatConstant", () => {
	it("refuses a shape that the values do not fill", () => {
		expect(() => floatConstant("w", [2, 3], new Float32Array(5))).toThrow(
			new RangeError('constant "w" [2, 3] needs 6 values, got 5'),
		);
	});
});
