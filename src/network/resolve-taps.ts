/** Settles what a descriptor leaves open (units, unit axis, positions, pooling) by running the network once. */
import { TargetNetworkError } from "../errors.ts";
import { type ProbedTensor, probeTensors } from "../onnx/probe.ts";
import type { Graph, GraphInput } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import type { Tap } from "../onnx/tap-graph.ts";
import type { Pooling } from "../types.ts";
import { unitAxisOf } from "./unit-axis.ts";

type WantedLayer = {
	readonly name: string;
	readonly tensor: string;
	readonly unitAxis?: number | undefined;
	readonly pooling: Pooling;
	/** Position in the descriptor; starts messages. */
	readonly where: string;
};

export const FLOAT_TYPES: readonly string[] = ["float32", "float16", "float64"];

/** Clips in the probing run of a free batch axis: two, so that an axis of length 2 gives the batch away. */
const PROBE_BATCH = 2;

/**
 * One tap per layer, and the number of clips per run when it is fixed (by the declared input, or because two clips at a time fail).
 * Throws TargetNetworkError with the codes `layer_*`, `unit_axis_*`, `pooling_needed` that `loadNetwork` lists.
 */
export async function resolveTaps(options: {
	readonly graph: Graph;
	readonly input: GraphInput;
	/** Axes of one clip's input, without the batch axis. */
	readonly inputDims: readonly number[];
	readonly layers: readonly WantedLayer[];
}): Promise<{
	readonly taps: readonly Tap[];
	readonly fixedBatch: number | null;
}> {
	const { graph, input, layers } = options;
	const tensors = layers.map((layer) => layer.tensor);
	const { probed, batch, fixedBatch } = await probeBatch({
		...options,
		tensors,
	});
	// With every axis but the batch declared, the positions of a layer are the same in every run.
	const variable =
		input.dims === null ||
		input.dims.slice(1).some((dim) => typeof dim === "string");
	const taps = layers.map((layer, index) =>
		resolveTap({
			graph,
			layer,
			probed: probed[index] as ProbedTensor,
			batch,
			variable,
		}),
	);
	return { taps, fixedBatch };
}

/** Shapes of `tensors` for a batch of zeros; a free batch axis is tried with two clips, then with one. */
export async function probeBatch(options: {
	readonly graph: Graph;
	readonly input: GraphInput;
	readonly inputDims: readonly number[];
	readonly tensors: readonly string[];
}): Promise<{
	readonly probed: readonly ProbedTensor[];
	readonly batch: number;
	readonly fixedBatch: number | null;
}> {
	const { graph, input, inputDims, tensors } = options;
	const size = inputDims.reduce((product, dim) => product * dim, 1);
	const run = (batch: number): Promise<ProbedTensor[]> =>
		probeTensors({
			graph,
			tensors,
			feeds: {
				[input.name]: {
					type: "float32",
					dims: [batch, ...inputDims],
					data: new Float32Array(batch * size),
				},
			},
			threads: 1,
		});
	const declared = input.dims?.[0];
	if (typeof declared === "number")
		return {
			probed: await run(declared),
			batch: declared,
			fixedBatch: declared,
		};
	try {
		const probed = await run(PROBE_BATCH);
		return { probed, batch: PROBE_BATCH, fixedBatch: null };
	} catch (error) {
		if (
			!(error instanceof TargetNetworkError) ||
			error.code !== "network_run_failed"
		)
			throw error;
		return { probed: await run(1), batch: 1, fixedBatch: 1 };
	}
}

function resolveTap(options: {
	readonly graph: Graph;
	readonly layer: WantedLayer;
	readonly probed: ProbedTensor;
	readonly batch: number;
	readonly variable: boolean;
}): Tap {
	const { graph, layer, probed, batch, variable } = options;
	const { name, tensor, where } = layer;
	const { type, dims } = probed;
	const rank = dims.length;
	const subject = `${where}layer "${name}": tensor "${tensor}"`;
	const evidence = { tensor, type, dims, batch };
	if (!FLOAT_TYPES.includes(type))
		throw new TargetNetworkError(
			`${subject} holds ${type} values; only float32, float16 and float64 can be tapped`,
			{ code: "layer_not_float", evidence },
		);
	if (rank < 2 || dims[0] !== batch)
		throw new TargetNetworkError(
			`${subject} has shape ${showDims(dims)} for a batch of ${batch}: its first axis is not the batch`,
			{
				code: "layer_no_batch_axis",
				hint: "`audio-dissect inspect` lists the tensors that can be tapped.",
				evidence,
			},
		);
	const unitAxis = resolveUnitAxis({ graph, layer, rank, subject, dims });
	const units = dims[unitAxis] as number;
	const pooling = rank === 2 ? "none" : layer.pooling;
	if (rank > 2 && pooling === "none")
		throw new TargetNetworkError(
			`${subject} has positions (shape ${showDims(dims)}, units on axis ${unitAxis}), but its pooling is none`,
			{
				code: "pooling_needed",
				hint: "Use `pooling: mean`, `max` or `first`.",
				evidence,
			},
		);
	const positions =
		dims.reduce((product, dim) => product * dim, 1) / batch / units;
	return {
		tensor,
		type,
		rank,
		unitAxis,
		units,
		pooling,
		positions: variable ? null : positions,
	};
}

function resolveUnitAxis(options: {
	readonly graph: Graph;
	readonly layer: WantedLayer;
	readonly rank: number;
	readonly dims: readonly number[];
	readonly subject: string;
}): number {
	const { graph, layer, rank, dims, subject } = options;
	const stated = layer.unitAxis;
	// Structure first; without it, the last axis of [batch, units] and [batch, positions, units] is the convention.
	const axis =
		stated ?? unitAxisOf(graph, layer.tensor) ?? (rank <= 3 ? -1 : undefined);
	if (axis === undefined)
		throw new TargetNetworkError(
			`${subject} has shape ${showDims(dims)} and its graph does not say which axis holds the units`,
			{
				code: "unit_axis_unclear",
				hint: "Set `unitAxis` of this layer: 1 for [batch, channels, height, width], -1 for [batch, ..., units].",
			},
		);
	const resolved = axis < 0 ? rank + axis : axis;
	if (resolved < 1 || resolved >= rank)
		throw new TargetNetworkError(
			`${subject} has ${rank} axes ${showDims(dims)}: \`unitAxis\` must be from 1 to ${rank - 1} or from -${rank - 1} to -1, got ${axis}`,
			{ code: "unit_axis_invalid" },
		);
	return resolved;
}
