/** Where the rows of a run are in tensors whose first axis is not the batch: folded with others into it (the windows of a Swin transformer), or further in. */
import { openGraph } from "../onnx/open-graph.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { tapGraph } from "../onnx/tap-graph.ts";
import type { TensorData } from "../onnx/tensor.ts";
import { seededRandom } from "../shared/random.ts";
import { featureSize, feedsOf, type NetworkInputs } from "./feeds.ts";

/** Whether the first axis of `dims` can hold `batch` rows folded with something else. */
export function mayBeFolded(dims: readonly number[], batch: number): boolean {
	const [first = 0] = dims;
	return dims.length >= 2 && first !== batch && first % batch === 0;
}

/**
 * Those of `tensors` that hold, within each of their `outer` pieces of equal size, all of the first row, then all of the next: 1 for a tensor with a
 * `mayBeFolded` shape, the lengths of the axes before the batch for one with the batch further in. Told by running two batches that differ in every row
 * but the first: the first row's share must stay and the rest change.
 */
export async function rowMajorTensors(options: {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	readonly batch: number;
	readonly tensors: ReadonlyMap<string, { readonly outer: number }>;
}): Promise<ReadonlySet<string>> {
	const { graph, inputs, batch, tensors } = options;
	const names = [...tensors.keys()];
	// A single row is all there is.
	if (batch === 1 || names.length === 0) return new Set(names);
	const size = featureSize(inputs);
	const { bytes } = tapGraph(graph, [], names);
	const session = await openGraph({ graph, bytes, threads: 1 });
	try {
		const runs = [];
		for (const seed of [2, 3]) {
			const features = new Float32Array(batch * size);
			features.set(noise(size, 1));
			features.set(noise((batch - 1) * size, seed), size);
			runs.push(await session.run(feedsOf(inputs, features, batch), names));
		}
		const [first, second] = runs;
		return new Set(
			names.filter((tensor) =>
				isRowMajor({
					a: bytesOf(first?.[tensor]?.data),
					b: bytesOf(second?.[tensor]?.data),
					outer: tensors.get(tensor)?.outer ?? 1,
					batch,
				}),
			),
		);
	} finally {
		await session.close();
	}
}

/** The first row's shares of `a` and `b` are equal and something of the rest is not. */
function isRowMajor(options: {
	readonly a: Buffer;
	readonly b: Buffer;
	readonly outer: number;
	readonly batch: number;
}): boolean {
	const { a, b, outer, batch } = options;
	if (a.length === 0 || a.equals(b)) return false;
	const piece = a.length / outer;
	const share = piece / batch;
	return Array.from({ length: outer }, (_, index) => index * piece).every(
		(start) =>
			a.subarray(start, start + share).equals(b.subarray(start, start + share)),
	);
}

function noise(length: number, seed: number): Float32Array {
	const random = seededRandom(seed);
	return Float32Array.from({ length }, () => 2 * random() - 1);
}

function bytesOf(data: TensorData | undefined): Buffer {
	if (data === undefined || Array.isArray(data)) return Buffer.alloc(0);
	return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
