/** Tensors whose first axis is the batch and others in one, as the windows of a Swin transformer. */
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
 * Those of `tensors` (with `mayBeFolded` shapes) that hold all of the first row, then all of the next, told by running two batches that differ
 * in every row but the first: the first row's share must stay and the rest change.
 */
export async function rowMajorTensors(options: {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	readonly batch: number;
	readonly tensors: readonly string[];
}): Promise<ReadonlySet<string>> {
	const { graph, inputs, batch } = options;
	const tensors = [...new Set(options.tensors)];
	// A single row is all there is.
	if (batch === 1 || tensors.length === 0) return new Set(tensors);
	const size = featureSize(inputs);
	const { bytes } = tapGraph(graph, [], tensors);
	const session = await openGraph({ graph, bytes, threads: 1 });
	try {
		const runs = [];
		for (const seed of [2, 3]) {
			const features = new Float32Array(batch * size);
			features.set(noise(size, 1));
			features.set(noise((batch - 1) * size, seed), size);
			runs.push(await session.run(feedsOf(inputs, features, batch), tensors));
		}
		const [first, second] = runs;
		return new Set(
			tensors.filter((tensor) => {
				const a = bytesOf(first?.[tensor]?.data);
				const b = bytesOf(second?.[tensor]?.data);
				const share = a.length / batch;
				return (
					a.length > 0 &&
					a.subarray(0, share).equals(b.subarray(0, share)) &&
					!a.subarray(share).equals(b.subarray(share))
				);
			}),
		);
	} finally {
		await session.close();
	}
}

function noise(length: number, seed: number): Float32Array {
	const random = seededRandom(seed);
	return Float32Array.from({ length }, () => 2 * random() - 1);
}

function bytesOf(data: TensorData | undefined): Buffer {
	if (data === undefined || Array.isArray(data)) return Buffer.alloc(0);
	return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
