import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import { createMatMul, MODEL } from "../../src/onnx/matmul.ts";
import { maxDifference, noise } from "./small-models.ts";

describe("createMatMul", () => {
	it("equals the definition for any sizes", async () => {
		const matMul = await createMatMul(1);
		const size = fc.integer({ min: 1, max: 24 });
		await fc.assert(
			fc.asyncProperty(size, size, size, async (m, k, n) => {
				const a = noise(m * k, m + k);
				const b = noise(k * n, k + n);
				const expected = Float64Array.from({ length: m * n }, (_, index) => {
					let sum = 0;
					for (let i = 0; i < k; i += 1)
						sum +=
							(a[Math.floor(index / n) * k + i] as number) *
							(b[i * n + (index % n)] as number);
					return sum;
				});
				const product = await matMul(a, b, m, k, n);
				expect(maxDifference(product, expected)).toBeLessThan(5e-6);
			}),
			{ numRuns: 50 },
		);
	});

	it("runs the model that its one node makes", () => {
		expect(
			Buffer.from(
				buildModel({
					node: [
						node({ operator: "MatMul", inputs: ["a", "b"], outputs: ["c"] }),
					],
					input: [valueInfo("a", ["m", "k"]), valueInfo("b", ["k", "n"])],
					output: [valueInfo("c", ["m", "n"])],
				}),
			).toString("base64"),
		).toBe(MODEL);
	});

	it("refuses lengths that do not fit the sizes", async () => {
		const matMul = await createMatMul(1);
		await expect(
			matMul(new Float32Array(3), new Float32Array(4), 2, 2, 2),
		).rejects.toThrow(
			new RangeError(
				"matMul: [2, 2] x [2, 2] needs 4 and 4 values, got 3 and 4",
			),
		);
	});
});
