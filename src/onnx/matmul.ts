/** Matrix products by onnxruntime, for use inside worker threads. */
import { littleEndian } from "../shared/elements.ts";
import { openDirectSession } from "./direct-session.ts";
import type { OnnxSession } from "./tensor.ts";

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
		return multiply(session, {
			a: { type: "float32", dims: [m, k], data: a },
			b: { type: "float32", dims: [k, n], data: b },
		});
	};
}

/** Products with one right side. */
export type ProductWith = {
	/** `a [m, k] x b`, row-major float32 `[m, n]`. Rejects with RangeError when the length of `a` does not fit. */
	run(a: Float32Array, m: number): Promise<Float32Array>;
	close(): Promise<void>;
};

/** `MODEL` with `b` as a constant that is still to be added. */
export const MODEL_WITHOUT_CONSTANT =
	"CAgSDWF1ZGlvLWRpc3NlY3Q6SwoUCgFhCgFiEgFjGgFjIgZNYXRNdWwSBWdyYXBoWhUKAWESEAoOCAESCgoDEgFtCgMSAWtiFQoBYxIQCg4IARIKCgMSAW0KAxIBbkIECgAQEQ==";

/**
 * Opens products with one `b`, float32 `[k, n]`, row-major, in this thread. onnxruntime lays `b` out for its kernels once, and not for every product: for
 * products of a few rows that is a good part of their time. Sums can differ from those of `createMatMul` in the last bits.
 * Rejects with RangeError when the length of `b` does not fit.
 * @example const { run, close } = await createProductWith({ b, k, n, threads: 1 }); const c = await run(a, m);
 */
export async function createProductWith(options: {
	readonly b: Float32Array;
	readonly k: number;
	readonly n: number;
	readonly threads: number;
}): Promise<ProductWith> {
	const { b, k, n, threads } = options;
	if (b.length !== k * n)
		throw new RangeError(
			`matMul: [${k}, ${n}] needs ${k * n} values, got ${b.length}`,
		);
	const session = await openDirectSession({
		model: withConstant(b, k, n),
		threads,
		file: "the matrix product",
	});
	return {
		run: async (a, m) => {
			if (a.length !== m * k)
				throw new RangeError(
					`matMul: [${m}, ${k}] needs ${m * k} values, got ${a.length}`,
				);
			return multiply(session, {
				a: { type: "float32", dims: [m, k], data: a },
			});
		},
		close: () => session.close(),
	};
}

async function multiply(
	session: OnnxSession,
	feeds: Parameters<OnnxSession["run"]>[0],
): Promise<Float32Array> {
	const { c } = await session.run(feeds);
	if (!(c?.data instanceof Float32Array))
		throw new TypeError("matMul: onnxruntime returned no float32 tensor");
	return c.data;
}

/** The model and a second part of its graph, which protobuf adds to the first: the initialiser `b` (fields of onnx.proto: graph 7, initializer 5). */
function withConstant(b: Float32Array, k: number, n: number): Uint8Array {
	const bytes = new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
	const varint = (value: number): number[] =>
		value < 128
			? [value]
			: [(value % 128) + 128, ...varint(Math.floor(value / 128))];
	/** dims 1, data_type 2 (1: float32), name 8, raw_data 9. */
	const tensor = [
		[0x08, ...varint(k), 0x08, ...varint(n), 0x10, 1],
		[0x42, 1, ...Buffer.from("b"), 0x4a, ...varint(bytes.length)],
	].flat();
	const initializer = [0x2a, ...varint(tensor.length + bytes.length)];
	const length = initializer.length + tensor.length + bytes.length;
	const model = Buffer.concat([
		Buffer.from(MODEL_WITHOUT_CONSTANT, "base64"),
		Uint8Array.from([0x3a, ...varint(length), ...initializer, ...tensor]),
		bytes,
	]);
	littleEndian(model.subarray(model.length - bytes.length));
	return model;
}
