/** Settles what a descriptor leaves open (units, unit axis, positions, pooling) by running the network once. */
import { TargetNetworkError } from "../errors.ts";
import { type ProbedTensor, probeTensors } from "../onnx/probe.ts";
import type { Graph } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import type { Tap } from "../onnx/tap.ts";
import { defaultThreads } from "../shared/threads.ts";
import type { Pooling } from "../types.ts";
import type { WantedLayer } from "./expand-layers.ts";
import {
	batchedDims,
	featureSize,
	feedsOf,
	type NetworkInputs,
} from "./feeds.ts";
import { mayBeFolded, rowMajorTensors } from "./folded.ts";
import { resolveUnitAxis } from "./resolve-unit-axis.ts";
import { resolveTimeAxis } from "./time-axis.ts";

export const FLOAT_TYPES: readonly string[] = ["float32", "float16", "float64"];

/** Rows in the probing run of a free batch axis: two, so that an axis of length 2 gives the batch away. */
const PROBE_BATCH = 2;

/**
 * One tap per layer, and the number of rows per run when it is fixed (by the declared input, or because two rows at a time fail).
 * Throws TargetNetworkError with the codes `layer_*`, `unit_axis_*`, `time_axis_*`, `pooling_*`, `state_shape_mismatch` that `loadNetwork` lists.
 */
export async function resolveTaps(options: {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	readonly layers: readonly WantedLayer[];
}): Promise<{
	readonly taps: readonly Tap[];
	readonly fixedBatch: number | null;
}> {
	const { graph, inputs, layers } = options;
	const { states } = inputs;
	const { probed, batch, fixedBatch } = await probeBatch({
		graph,
		inputs,
		tensors: [
			...layers.map((layer) => layer.tensor),
			...states.map(({ output }) => output),
		],
	});
	for (const [index, state] of states.entries()) {
		const after = probed[layers.length + index] as ProbedTensor;
		const expected = batchedDims(state, batch);
		if (showDims(after.dims) !== showDims(expected))
			throw new TargetNetworkError(
				`state "${state.input}" of ${graph.path} has shape ${showDims(expected)}, "${state.output}" leaves ${showDims(after.dims)}`,
				{
					code: "state_shape_mismatch",
					hint: "Check that `state` pairs the input with the output that belongs to it, and its `batchAxis`.",
				},
			);
	}
	// With every axis but the batch declared, the positions of a layer are the same in every run.
	const declared = graph.inputs.find(({ name }) => name === inputs.name)?.dims;
	const variable =
		declared === undefined ||
		declared === null ||
		declared.slice(1).some((dim) => typeof dim === "string");
	const rowMajor = await rowMajorTensors({
		graph,
		inputs,
		batch,
		tensors: new Map(
			layers
				.filter(
					({ batchAxis }, index) =>
						batchAxis === 0 &&
						mayBeFolded((probed[index] as ProbedTensor).dims, batch),
				)
				.map(({ tensor }) => [tensor, { outer: 1 }]),
		),
	});
	const taps = layers.map((layer, index) =>
		resolveTap({
			graph,
			layer,
			probed: probed[index] as ProbedTensor,
			batch,
			variable,
			folded: layer.batchAxis === 0 && rowMajor.has(layer.tensor),
			length: inputs.length,
		}),
	);
	return { taps, fixedBatch };
}

/** Numbers of rows worth trying in one run, in order: the declared one, or two and then one. */
export function batchesToTry(
	graph: Graph,
	inputs: NetworkInputs,
): readonly number[] {
	const input = graph.inputs.find(({ name }) => name === inputs.name);
	const declared = input?.dims?.[0];
	if (typeof declared === "number") return [declared];
	const oneByOne = inputs.states.some(({ batchAxis }) => batchAxis === null);
	return oneByOne ? [1] : [PROBE_BATCH, 1];
}

/** Feeds of `batch` rows of zeros. */
export function zeroFeeds(
	inputs: NetworkInputs,
	batch: number,
): ReturnType<typeof feedsOf> {
	return feedsOf(inputs, new Float32Array(batch * featureSize(inputs)), batch);
}

/** Shapes of `tensors` for rows of zeros, as many as can be run at a time. `fixedBatch`: only that many can. */
export async function probeBatch(options: {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	readonly tensors: readonly string[];
}): Promise<{
	readonly probed: readonly ProbedTensor[];
	readonly batch: number;
	readonly fixedBatch: number | null;
}> {
	const { graph, inputs, tensors } = options;
	const [first = 1, ...others] = batchesToTry(graph, inputs);
	const run = (batch: number): Promise<ProbedTensor[]> =>
		probeTensors({
			graph,
			tensors,
			feeds: zeroFeeds(inputs, batch),
			threads: defaultThreads(),
		});
	const second = others[0];
	if (second === undefined)
		return { probed: await run(first), batch: first, fixedBatch: first };
	try {
		return { probed: await run(first), batch: first, fixedBatch: null };
	} catch (error) {
		if (
			!(error instanceof TargetNetworkError) ||
			error.code !== "network_run_failed"
		)
			throw error;
		return { probed: await run(second), batch: second, fixedBatch: second };
	}
}

function resolveTap(options: {
	readonly graph: Graph;
	readonly layer: WantedLayer;
	readonly probed: ProbedTensor;
	readonly batch: number;
	readonly variable: boolean;
	readonly folded: boolean;
	/** Steps of the input's axis of time. */
	readonly length: number;
}): Tap {
	const { graph, layer, probed, batch, variable, folded } = options;
	const { name, tensor, where, batchAxis } = layer;
	const { type } = probed;
	const dims = folded
		? unfoldedDims(probed.dims, batch)
		: batchFirst(probed.dims, batchAxis);
	const rank = dims.length;
	const subject = `${where}layer "${name}": tensor "${tensor}"`;
	const evidence = { tensor, type, dims, batch };
	if (!FLOAT_TYPES.includes(type))
		throw new TargetNetworkError(
			`${subject} holds ${type} values; only float32, float16 and float64 can be tapped`,
			{
				code: "layer_not_float",
				hint: "Name a tensor of floats; `audio-dissect inspect` lists them.",
				evidence,
			},
		);
	if (rank < 2 || dims[0] !== batch)
		throw new TargetNetworkError(
			`${subject} has shape ${showDims(probed.dims)} for a batch of ${batch}: ${batchAxis === 0 ? "its first axis" : `axis ${batchAxis}`} is not the batch`,
			{
				code: "layer_no_batch_axis",
				hint: "`audio-dissect inspect` lists the tensors that can be tapped. A network that works with time first has its batch second: `batchAxis: 1`.",
				evidence,
			},
		);
	// The unit axis is stated and told for the tensor as it is in the file.
	const fileAxis = resolveUnitAxis({
		graph,
		layer,
		subject,
		dims: probed.dims,
	});
	const unitAxis = fileAxis + (folded || fileAxis < batchAxis ? 1 : 0);
	const units = dims[unitAxis] as number;
	// Without positions every pooling is the value itself, only `firing` is not.
	const pooling: Pooling =
		rank === 2 && layer.pooling !== "firing" ? "none" : layer.pooling;
	if (pooling === "none" && !layer.firstPooling)
		throw new TargetNetworkError(
			`${subject} has no positions (shape ${showDims(dims)}): its pooling ${layer.pooling} gives the values of its first pooling again`,
			{
				code: "pooling_twice",
				hint: `Leave ${layer.pooling} out of this layer's \`pooling\`.`,
				evidence,
			},
		);
	if (rank > 2 && pooling === "none")
		throw new TargetNetworkError(
			`${subject} has positions (shape ${showDims(dims)}, units on axis ${unitAxis}), but its pooling is none`,
			{
				code: "pooling_needed",
				hint: "Use `pooling: mean`, `max`, `first`, `p95` or `firing`.",
				evidence,
			},
		);
	const positions =
		dims.reduce((product, dim) => product * dim, 1) / batch / units;
	const time = resolveTimeAxis({
		layer,
		pooling,
		dims,
		unitAxis,
		folded,
		total: options.length,
		subject,
	});
	return {
		tensor,
		type,
		batchAxis,
		rank,
		unitAxis,
		units,
		pooling,
		folded: folded ? dims.slice(1) : null,
		time,
		positions: variable && !folded && time === null ? null : positions,
	};
}

/** `dims` with the batch moved to the front; empty when there is no such axis. */
function batchFirst(
	dims: readonly number[],
	batchAxis: number,
): readonly number[] {
	const batch = dims[batchAxis];
	return batch === undefined
		? []
		: [batch, ...dims.filter((_, axis) => axis !== batchAxis)];
}

/** `[batch x n, ...]` as `[batch, n, ...]`. */
export function unfoldedDims(
	dims: readonly number[],
	batch: number,
): readonly number[] {
	const [first = 0, ...others] = dims;
	return [batch, first / batch, ...others];
}
