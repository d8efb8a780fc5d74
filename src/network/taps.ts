/** Runs the target network on rows of features and returns each layer's pooled activations. */
import { TargetNetworkError } from "../errors.ts";
import { openGraph } from "../onnx/open-graph.ts";
import type { Graph } from "../onnx/read-graph.ts";
import type { Tap } from "../onnx/tap.ts";
import { tapGraph } from "../onnx/tap-graph.ts";
import type { Provider, Tensor } from "../onnx/tensor.ts";
import {
	featureSize,
	feedsOf,
	type NetworkInputs,
	type RowState,
	startOf,
	statesAfter,
} from "./feeds.ts";

export type TapSession = {
	/**
	 * Activations by layer name, `[rows, units]` row-major float32, of `rows` network inputs whose features stand one after the other in `features`.
	 * The caller keeps `features`, unless `handOver` moves its buffer to the network's thread: the array is empty afterwards.
	 * `clipRows`: how many of the rows belong to each clip, in order. A recurrent network needs it: it runs the rows of a clip in order, from a state
	 * of zeros, so a call holds whole clips. Other networks run rows independently and ignore it.
	 * Rejects with RangeError when lengths do not fit, else with TargetNetworkError.
	 */
	run(
		features: Float32Array,
		rows: number,
		options?: {
			readonly clipRows?: readonly number[] | undefined;
			readonly handOver?: boolean | undefined;
		},
	): Promise<Record<string, Float32Array>>;
	close(): Promise<void>;
};

export type TapOptions = {
	/** Threads of one run, from 1 up. */
	readonly threads: number;
	/** Where onnxruntime computes; default cpu. */
	readonly provider?: Provider | undefined;
	/** Pending runs reject with InterruptedError when it fires. */
	readonly signal?: AbortSignal | undefined;
};

export type TapPlan = {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	/** Rows per run when the file fixes it; null when any number goes. */
	readonly fixedBatch: number | null;
	readonly layers: readonly { readonly name: string; readonly tap: Tap }[];
};

/**
 * Opens the edited network in a worker thread.
 * A network with a fixed batch is run in chunks of that size; the last chunk is filled with zeros, which no result shows.
 */
export async function openTaps(
	plan: TapPlan,
	options: TapOptions,
): Promise<TapSession> {
	const { graph, inputs, fixedBatch, layers } = plan;
	const stateOutputs = inputs.states.map(({ output }) => output);
	const { bytes, outputs } = tapGraph(
		graph,
		layers.map((layer) => layer.tap),
		stateOutputs,
	);
	const fetches = [...new Set([...outputs, ...stateOutputs])];
	const size = featureSize(inputs);
	const session = await openGraph({ graph, bytes, ...options });

	/** Runs the rows that `rows` numbers and puts their activations where they belong in `into`; returns the states they leave. */
	async function runRows(options: {
		readonly features: Float32Array;
		readonly rows: readonly number[];
		readonly states?: readonly RowState[];
		readonly into: readonly Float32Array[];
	}): Promise<readonly RowState[]> {
		const { features, rows, into } = options;
		const batch = fixedBatch ?? rows.length;
		const data = new Float32Array(batch * size);
		for (const [place, row] of rows.entries())
			data.set(features.subarray(row * size, (row + 1) * size), place * size);
		const states = options.states?.concat(
			Array.from({ length: batch - rows.length }, () => startOf(inputs)),
		);
		const results = await session.run(
			feedsOf(inputs, data, batch, states),
			fetches,
		);
		for (const [index, { name, tap }] of layers.entries()) {
			const values = activations(
				results[outputs[index] as string],
				name,
				batch,
				tap.units,
			);
			for (const [place, row] of rows.entries())
				(into[index] as Float32Array).set(
					values.subarray(place * tap.units, (place + 1) * tap.units),
					row * tap.units,
				);
		}
		const after = statesAfter(inputs, results, batch);
		if (after === null)
			throw new TargetNetworkError(
				`the state that ${graph.path} leaves has another size than the state it takes`,
				{ code: "state_shape_mismatch" },
			);
		return after.slice(0, rows.length);
	}

	/** All rows in one inference: nothing is copied. */
	async function runAtOnce(
		features: Float32Array,
		rows: number,
		handOver: boolean,
	): Promise<Float32Array[]> {
		const results = await session.run(
			feedsOf(inputs, features, rows),
			fetches,
			{ handOver: handOver ? [inputs.name] : [] },
		);
		return layers.map(({ name, tap }, index) =>
			activations(results[outputs[index] as string], name, rows, tap.units),
		);
	}

	async function runIndependent(
		features: Float32Array,
		rows: number,
		into: readonly Float32Array[],
	): Promise<void> {
		const step = fixedBatch ?? Math.max(rows, 1);
		for (let start = 0; start < rows; start += step)
			await runRows({ features, rows: range(start, rows, step), into });
	}

	/** Clips side by side, each one row further per run; a clip that has ended drops out. */
	async function runRecurrent(
		features: Float32Array,
		clipRows: readonly number[],
		into: readonly Float32Array[],
	): Promise<void> {
		const oneByOne = inputs.states.some(({ batchAxis }) => batchAxis === null);
		const group = fixedBatch ?? (oneByOne ? 1 : Math.max(clipRows.length, 1));
		let firstRow = 0;
		const clips = clipRows.map((count) => {
			const clip = { firstRow, count };
			firstRow += count;
			return clip;
		});
		for (let start = 0; start < clips.length; start += group) {
			let active = clips
				.slice(start, start + group)
				.map((clip) => ({ ...clip, state: startOf(inputs) }));
			for (let step = 0; active.length > 0; step += 1) {
				active = active.filter(({ count }) => count > step);
				if (active.length === 0) break;
				const states = await runRows({
					features,
					rows: active.map((clip) => clip.firstRow + step),
					states: active.map(({ state }) => state),
					into,
				});
				active = active.map((clip, index) => ({
					...clip,
					state: states[index] as RowState,
				}));
			}
		}
	}

	return {
		async run(features, rows, { clipRows, handOver = false } = {}) {
			if (features.length !== rows * size)
				throw new RangeError(
					`Expected ${rows} x ${size} = ${rows * size} feature values, got ${features.length}`,
				);
			const total = clipRows?.reduce((sum, count) => sum + count, 0);
			if (total !== undefined && total !== rows)
				throw new RangeError(
					`Expected \`clipRows\` to add up to ${rows} rows, got ${total}`,
				);
			const byName = (values: readonly Float32Array[]) =>
				Object.fromEntries(
					layers.map(({ name }, index) => [
						name,
						values[index] as Float32Array,
					]),
				);
			if (inputs.states.length === 0 && fixedBatch === null && rows > 0)
				return byName(await runAtOnce(features, rows, handOver));
			const results = layers.map(
				({ tap }) => new Float32Array(rows * tap.units),
			);
			if (inputs.states.length === 0)
				await runIndependent(features, rows, results);
			else if (clipRows === undefined)
				throw new RangeError(
					"Expected `clipRows`: a recurrent network has to know which rows are one clip",
				);
			else await runRecurrent(features, clipRows, results);
			return byName(results);
		},
		close: () => session.close(),
	};
}

function range(start: number, end: number, most: number): number[] {
	const length = Math.min(most, end - start);
	return Array.from({ length }, (_, index) => start + index);
}

function activations(
	result: Tensor | undefined,
	name: string,
	batch: number,
	units: number,
): Float32Array {
	if (
		!(result?.data instanceof Float32Array) ||
		result.data.length !== batch * units
	)
		throw new TargetNetworkError(
			`layer "${name}": expected [${batch}, ${units}] activations, got [${result?.dims.join(", ") ?? ""}]`,
			{ code: "layer_shape_changed" },
		);
	return result.data;
}
