/** Runs the target network on rows of features and returns each layer's pooled activations. */
import { TargetNetworkError } from "../errors.ts";
import { openGraph } from "../onnx/open-graph.ts";
import { tapGraph } from "../onnx/tap-graph.ts";
import type { Provider, Tensor } from "../onnx/tensor.ts";
import {
	featureSize,
	feedsOf,
	type RowState,
	startOf,
	statesAfter,
} from "./feeds.ts";
import { layerValues } from "./layer-values.ts";
import { runRecurrent } from "./run-recurrent.ts";
import type { TapPlan } from "./tap-plan.ts";

export type TapSession = {
	/**
	 * Activations by layer name, `[rows, units]` row-major float32, of `rows` network inputs whose features stand one after the other in `features`.
	 * The caller keeps `features`, unless `handOver` moves its buffer to the network's thread: the array is empty afterwards.
	 * `clipRows`: how many of the rows belong to each clip, in order. A recurrent network needs it: it runs the rows of a clip in order, from a state
	 * of zeros, so a call holds whole clips. Other networks run rows independently and ignore it.
	 * `lengths`: how much of each row is the clip's own (`FrontEndRows.lengths`); default: all. Only networks that leave padding out look at it.
	 * Rejects with RangeError when lengths do not fit, else with TargetNetworkError.
	 */
	run(
		features: Float32Array,
		rows: number,
		options?: {
			readonly clipRows?: readonly number[] | undefined;
			readonly lengths?: readonly number[] | undefined;
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
	const tapped = tapGraph(
		graph,
		layers.map((layer) => layer.tap),
		stateOutputs,
		{ joined: true },
	);
	const { bytes, outputs } = tapped;
	const fetches = [...new Set([...outputs, ...stateOutputs])];
	const size = featureSize(inputs);
	const session = await openGraph({ graph, bytes, ...options });

	/** `own`: one number per row of the run, or none. */
	function feedsFor(
		data: Float32Array,
		batch: number,
		own: readonly number[] | undefined,
		states?: readonly RowState[],
	): Record<string, Tensor> {
		const all = Array.from(
			{ length: batch },
			(_, row) => own?.[row] ?? inputs.length,
		);
		const feeds = feedsOf(inputs, data, batch, { states, lengths: all });
		if (tapped.lengths !== null)
			feeds[tapped.lengths] = {
				type: "int64",
				dims: [batch],
				data: BigInt64Array.from(all, BigInt),
			};
		return feeds;
	}

	/** Runs the rows that `rows` numbers and puts their activations where they belong in `into`; returns the states they leave. */
	async function runRows(options: {
		readonly features: Float32Array;
		readonly rows: readonly number[];
		readonly lengths: readonly number[] | undefined;
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
			feedsFor(
				data,
				batch,
				rows.map((row) => options.lengths?.[row] ?? inputs.length),
				states,
			),
			fetches,
		);
		for (const [index, { tap }] of layers.entries()) {
			const values = layerValues({
				tapped,
				layers,
				results,
				index,
				rows: batch,
			});
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
				{
					code: "state_shape_mismatch",
					hint: "Check `state` of the network descriptor: which output belongs to which input.",
				},
			);
		return after.slice(0, rows.length);
	}

	/** All rows in one inference. */
	async function runAtOnce(
		features: Float32Array,
		rows: number,
		lengths: readonly number[] | undefined,
		handOver: boolean,
	): Promise<Float32Array[]> {
		const results = await session.run(
			feedsFor(features, rows, lengths),
			fetches,
			{ handOver: handOver ? [inputs.name] : [] },
		);
		return layers.map((_, index) =>
			layerValues({ tapped, layers, results, index, rows }),
		);
	}

	async function runIndependent(
		features: Float32Array,
		rows: number,
		lengths: readonly number[] | undefined,
		into: readonly Float32Array[],
	): Promise<void> {
		const step = fixedBatch ?? Math.max(rows, 1);
		for (let start = 0; start < rows; start += step)
			await runRows({
				features,
				rows: range(start, rows, step),
				lengths,
				into,
			});
	}

	return {
		async run(features, rows, { clipRows, lengths, handOver = false } = {}) {
			if (features.length !== rows * size)
				throw new RangeError(
					`Expected ${rows} x ${size} = ${rows * size} feature values, got ${features.length}`,
				);
			const total = clipRows?.reduce((sum, count) => sum + count, 0);
			if (total !== undefined && total !== rows)
				throw new RangeError(
					`Expected \`clipRows\` to add up to ${rows} rows, got ${total}`,
				);
			checkLengths(lengths, rows, inputs.length);
			const byName = (values: readonly Float32Array[]) =>
				Object.fromEntries(
					layers.map(({ name }, index) => [
						name,
						values[index] as Float32Array,
					]),
				);
			if (inputs.states.length === 0 && fixedBatch === null && rows > 0)
				return byName(await runAtOnce(features, rows, lengths, handOver));
			const results = layers.map(
				({ tap }) => new Float32Array(rows * tap.units),
			);
			if (inputs.states.length === 0)
				await runIndependent(features, rows, lengths, results);
			else if (clipRows === undefined)
				throw new RangeError(
					"Expected `clipRows`: a recurrent network has to know which rows are one clip",
				);
			else {
				const oneByOne = inputs.states.some(
					({ batchAxis }) => batchAxis === null,
				);
				await runRecurrent({
					clipRows,
					group: fixedBatch ?? (oneByOne ? 1 : Math.max(clipRows.length, 1)),
					start: () => startOf(inputs),
					run: (rows, states) =>
						runRows({ features, rows, lengths, states, into: results }),
				});
			}
			return byName(results);
		},
		close: () => session.close(),
	};
}

function checkLengths(
	lengths: readonly number[] | undefined,
	rows: number,
	total: number,
): void {
	if (lengths === undefined) return;
	const wrong = lengths.find(
		(length) => !Number.isInteger(length) || length < 1 || length > total,
	);
	if (lengths.length !== rows || wrong !== undefined)
		throw new RangeError(
			`Expected \`lengths\` to be ${rows} integers from 1 to ${total}, got ${wrong ?? `${lengths.length} of them`}`,
		);
}

function range(start: number, end: number, most: number): number[] {
	const length = Math.min(most, end - start);
	return Array.from({ length }, (_, index) => start + index);
}
