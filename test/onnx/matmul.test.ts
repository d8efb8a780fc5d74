import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildModel, node, valueInfo } from "../../src/onnx/build.ts";
import {
	createMatMul,
	createProductWith,
	MODEL,
	MODEL_WITHOUT_CONSTANT,
} from "../../src/onnx/matmul.ts";
import { maxDifference, noise } from "./small-models.ts";

/** `a [m, k] x b [k, n]` in float64. */
function productOf(
	a: Float32Array,
	b: Float32Array,
	{ m, k, n }: Readonly<Record<"m" | "k" | "n", number>>,
): Float64Array {
	return Float64Array.from({ length: m * n }, (_, index) => {
		let sum = 0;
		for (let i = 0; i < k; i += 1)
			sum +=
				(a[Math.floor(index / n) * k + i] as number) *
				(b[i * n + (index % n)] as number);
		return sum;
	});
}
const size = fc.integer({ min: 1, max: 24 });

describe("createMatMul", () => {
	it("equals the definition for any sizes", async () => {
		const matMul = await createMatMul(1);
		await fc.assert(
			fc.asyncProperty(size, size, size, async (m, k, n) => {
				const a = noise(m * k, m + k);
				const b = noise(k * n, k + n);
				const expected = productOf(a, b, { m, k, n });
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

describe("createProductWith", () => {
	it("equals the definition for any sizes, run after run", async () => {
		await fc.assert(
			fc.asyncProperty(size, size, size, async (m, k, n) => {
				const b = noise(k * n, k + n);
				const product = await createProductWith({ b, k, n, threads: 1 });
				// It has the values of the time when it was opened.
				const expected = [1, 2].map((seed) => {
					const a = noise(m * k, seed);
					return { a, values: productOf(a, b, { m, k, n }) };
				});
				b.fill(7);
				for (const { a, values } of expected)
					expect(maxDifference(await product.run(a, m), values)).toBeLessThan(
						5e-6,
					);
				await product.close();
			}),
			{ numRuns: 50 },
		);
	});

	it("holds constants whose length takes several bytes to write", async () => {
		const [m, k, n] = [3, 700, 129];
		const b = noise(k * n, 4);
		const a = noise(m * k, 5);
		const product = await createProductWith({ b, k, n, threads: 1 });
		expect(
			maxDifference(await product.run(a, m), productOf(a, b, { m, k, n })),
		).toBeLessThan(1e-4);
		await product.close();
	});

	it("adds its constant to the model of one node", () => {
		expect(
			Buffer.from(
				buildModel({
					node: [
						node({ operator: "MatMul", inputs: ["a", "b"], outputs: ["c"] }),
					],
					input: [valueInfo("a", ["m", "k"])],
					output: [valueInfo("c", ["m", "n"])],
				}),
			).toString("base64"),
		).toBe(MODEL_WITHOUT_CONSTANT);
	});

	it("refuses lengths that do not fit the sizes", async () => {
		const b = new Float32Array(6);
		await expect(
			createProductWith({ b, k: 2, n: 2, threads: 1 }),
		).rejects.toThrow(new RangeError("matMul: [2, 2] needs 4 values, got 6"));
		const product = await createProductWith({ b, k: 2, n: 3, threads: 1 });
		await expect(product.run(new Float32Array(5), 2)).rejects.toThrow(
			new RangeError("matMul: [2, 2] needs 4 values, got 5"),
		);
		await product.close();
	});
});
