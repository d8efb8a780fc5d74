/** Runs the target network on batches of features and returns each layer's pooled activations. */
import { TargetNetworkError } from "../errors.ts";
import { openGraph } from "../onnx/open-graph.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { type Tap, tapGraph } from "../onnx/tap-graph.ts";

export type TapSession = {
	/**
	 * Activations by layer name, `[count, units]` row-major float32, of `count` clips whose features (flattened inputs) stand one after the other
	 * in `features`. The caller keeps `features`. Rejects with RangeError when its length is not `count` times one input, else with TargetNetworkError.
	 */
	run(
		features: Float32Array,
		count: number,
	): Promise<Record<string, Float32Array>>;
	close(): Promise<void>;
};

export type TapPlan = {
	readonly graph: Graph;
	readonly input: string;
	/** Axes of one clip's input, without the batch axis. */
	readonly inputDims: readonly number[];
	/** Clips per run when the file fixes it; null when any number goes. */
	readonly fixedBatch: number | null;
	readonly layers: readonly { readonly name: string; readonly tap: Tap }[];
};

/**
 * Opens the edited network in a worker thread. `threads` from 1 up; `signal` stops it (pending runs reject with InterruptedError).
 * A network with a fixed batch is run in chunks of that size; the last chunk is filled with zeros, which no result shows.
 */
export async function openTaps(
	plan: TapPlan,
	options: {
		readonly threads: number;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<TapSession> {
	const { graph, input, inputDims, fixedBatch, layers } = plan;
	const { bytes, outputs } = tapGraph(
		graph,
		layers.map((layer) => layer.tap),
	);
	const size = inputDims.reduce((product, dim) => product * dim, 1);
	const session = await openGraph({ graph, bytes, ...options });

	async function runOnce(
		data: Float32Array,
		batch: number,
	): Promise<Float32Array[]> {
		const dims = [batch, ...inputDims];
		const results = await session.run(
			{ [input]: { type: "float32", dims, data } },
			[...new Set(outputs)],
		);
		return layers.map(({ name, tap }, index) => {
			const result = results[outputs[index] as string];
			const expected = batch * tap.units;
			if (
				!(result?.data instanceof Float32Array) ||
				result.data.length !== expected
			)
				throw new TargetNetworkError(
					`layer "${name}": expected [${batch}, ${tap.units}] activations, got [${result?.dims.join(", ") ?? ""}]`,
					{ code: "layer_shape_changed" },
				);
			return result.data;
		});
	}

	return {
		async run(features, count) {
			if (features.length !== count * size)
				throw new RangeError(
					`Expected ${count} x ${size} = ${count * size} feature values, got ${features.length}`,
				);
			if (fixedBatch === null) {
				const results = await runOnce(features, count);
				return byName(results);
			}
			const results = layers.map(
				({ tap }) => new Float32Array(count * tap.units),
			);
			for (let start = 0; start < count; start += fixedBatch) {
				const used = Math.min(fixedBatch, count - start);
				const chunk = new Float32Array(fixedBatch * size);
				chunk.set(features.subarray(start * size, (start + used) * size));
				const part = await runOnce(chunk, fixedBatch);
				for (const [index, { tap }] of layers.entries()) {
					const values = (part[index] as Float32Array).subarray(
						0,
						used * tap.units,
					);
					(results[index] as Float32Array).set(values, start * tap.units);
				}
			}
			return byName(results);
		},
		close: () => session.close(),
	};

	function byName(
		results: readonly Float32Array[],
	): Record<string, Float32Array> {
		return Object.fromEntries(
			layers.map(({ name }, index) => [name, results[index] as Float32Array]),
		);
	}
}
