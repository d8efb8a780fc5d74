/** Matrix products by onnxruntime, for use inside worker threads. */
import { openDirectSession } from "./direct-session.ts";

/**
 * `a [m, k] x b [k, n]` = `[m, n]`, all row-major float32. Each element is a float32 dot product whose summation order is
 * onnxruntime's. Rejects with RangeError when the lengths do not fit the sizes.
 */
export type MatMul = (
	a: Float32Array,
	b: Float32Array,
	m: number,
	k: number,
	n: number,
) => Promise<Float32Array>;

/**
 * ONNX model of one node, `MatMul(a [m, k], b [k, n]) -> c [m, n]`, encoded (the test of this file builds it): a worker that multiplies then need not
 * load the encoder.
 */
export const MODEL =
	"CAgSDWF1ZGlvLWRpc3NlY3Q6YgoUCgFhCgFiEgFjGgFjIgZNYXRNdWwSBWdyYXBoWhUKAWESEAoOCAESCgoDEgFtCgMSAWtaFQoBYhIQCg4IARIKCgMSAWsKAxIBbmIVCgFjEhAKDggBEgoKAxIBbQoDEgFuQgQKABAR";

/**
 * Opens a product in this thread: call it inside a worker, because the product blocks the thread it runs in.
 * `threads` (from 1 up) is what onnxruntime may use for one product.
 * @example const matMul = await createMatMul(2); const c = await matMul(a, b, m, k, n);
 */
export async function createMatMul(threads: number): Promise<MatMul> {
	const session = await openDirectSession({
		model: Buffer.from(MODEL, "base64"),
		threads,
		file: "the matrix product",
	});
	return async (a, b, m, k, n) => {
		if (a.length !== m * k || b.length !== k * n)
			throw new RangeError(
				`matMul: [${m}, ${k}] x [${k}, ${n}] needs ${m * k} and ${k * n} values, got ${a.length} and ${b.length}`,
			);
		const { c } = await session.run({
			a: { type: "float32", dims: [m, k], data: a },
			b: { type: "float32", dims: [k, n], data: b },
		});
		if (!(c?.data instanceof Float32Array))
			throw new TypeError("matMul: onnxruntime returned no float32 tensor");
		return c.data;
	};
}
