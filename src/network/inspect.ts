/** Looks at a network: which tensors can be layers, their shapes and unit axes, and what cannot be tapped. */
import { dirname, isAbsolute, join } from "node:path";
import { TargetNetworkError } from "../errors.ts";
import type { ProbedTensor } from "../onnx/probe.ts";
import { toNumber } from "../onnx/proto/codec.ts";
import { type Graph, type GraphInput, readGraph } from "../onnx/read-graph.ts";
import { showDims } from "../onnx/session-errors.ts";
import { readDescriptor } from "./descriptor.ts";
import { frontEndDims } from "./front-ends/front-end.ts";
import {
	type Candidate,
	findCandidates,
	type LayerKind,
	parametersOf,
} from "./inspect/candidates.ts";
import { nameCandidates } from "./inspect/names.ts";
import { layersBlock, suggestLayers } from "./inspect/suggestion.ts";
import {
	type Untappable,
	untappableByStructure,
} from "./inspect/untappable.ts";
import { FLOAT_TYPES, probeBatch } from "./resolve-taps.ts";
import { unitAxisOf } from "./unit-axis.ts";

export type TappableLayer = {
	/** By module path, shortened while it stays distinct. */
	readonly name: string;
	readonly tensor: string;
	readonly kind: LayerKind;
	/** ONNX operator that makes the tensor. */
	readonly operator: string;
	/** Element type: float32, float16 or float64. */
	readonly type: string;
	/** Axis 0 is the batch; the others as seen in one run. */
	readonly dims: readonly ["batch", ...number[]];
	/** From 1 up. */
	readonly unitAxis: number;
	readonly units: number;
	/** Weights and biases of the layer; null when it has none of its own or they cannot be counted. */
	readonly parameters: number | null;
	/** Part of the suggested block. */
	readonly suggested: boolean;
};

export type InspectResult = {
	readonly path: string;
	readonly hash: string;
	/** Size of the ONNX file. */
	readonly bytes: number;
	readonly opset: number;
	/** Program that wrote the file; null when it does not say. */
	readonly producer: string | null;
	readonly inputs: readonly GraphInput[];
	readonly outputs: readonly string[];
	/** Values in all initialisers together (buffers such as windows count too). */
	readonly parameters: number;
	readonly layers: readonly TappableLayer[];
	readonly notTappable: readonly Untappable[];
	/** YAML: a `layers:` block for a descriptor. */
	readonly suggestedLayers: string;
};

/** Lengths tried for axes that the file leaves open, in order. */
const OPEN_AXIS_LENGTHS = [128, 1024, 64, 80, 16_000, 32_000, 48_000];

/**
 * Inspects an ONNX file, or the network of a descriptor (a path ending in .yaml or .yml), by its structure and one run on zeros.
 * Other float tensors with the batch first can be tapped too; these are the ones whose meaning the structure tells.
 * Throws as `loadNetwork` does for the file and its input; `input_shape_unclear` when an ONNX file leaves input axes open and no usual length runs.
 */
export async function inspectNetwork(path: string): Promise<InspectResult> {
	const { graph, inputDims } = await openTarget(path);
	const candidates = findCandidates(graph);
	const { probed, batch } = await probe(
		graph,
		inputDims,
		candidates.map(({ tensor }) => tensor),
	);
	const names = nameCandidates(candidates);
	const layers: Omit<TappableLayer, "suggested">[] = [];
	const notTappable = untappableByStructure(graph);
	for (const [index, candidate] of candidates.entries()) {
		const name = names[index] as string;
		const shape = probed[index] as ProbedTensor;
		const judged = judge({ graph, candidate, name, shape, batch });
		if ("reason" in judged) addReason(notTappable, judged);
		else layers.push(judged);
	}
	const chosen = new Set(
		suggestLayers(
			layers.map((layer) => ({ ...layer, suggested: false })),
			graph.outputs,
		).map(({ tensor }) => tensor),
	);
	const marked = layers.map((layer) => ({
		...layer,
		suggested: chosen.has(layer.tensor),
	}));
	const { producerName = "", producerVersion = "" } = graph.model;
	return {
		path: graph.path,
		hash: graph.hash,
		bytes: graph.bytes.length,
		opset: graph.opset,
		producer: `${producerName} ${producerVersion}`.trim() || null,
		inputs: graph.inputs,
		outputs: graph.outputs,
		parameters: countParameters(graph),
		layers: marked,
		notTappable,
		suggestedLayers: layersBlock(marked.filter(({ suggested }) => suggested)),
	};
}

/** The graph, and one clip's input axes when a descriptor says them. */
async function openTarget(path: string): Promise<{
	readonly graph: Graph;
	readonly inputDims: readonly number[] | null;
}> {
	if (!/\.ya?ml$/i.test(path))
		return { graph: await readGraph(path), inputDims: null };
	const { descriptor } = await readDescriptor(path);
	const file = isAbsolute(descriptor.file)
		? descriptor.file
		: join(dirname(path), descriptor.file);
	return {
		graph: await readGraph(file),
		inputDims: frontEndDims(descriptor.frontEnd),
	};
}

async function probe(
	graph: Graph,
	knownDims: readonly number[] | null,
	tensors: readonly string[],
): ReturnType<typeof probeBatch> {
	const [input, ...others] = graph.inputs;
	if (input === undefined || others.length > 0)
		throw new TargetNetworkError(
			`${graph.path} has ${graph.inputs.length} inputs; only networks with one input can be run`,
			{
				code: "input_extra",
				hint: "Export the network with the other inputs as constants.",
			},
		);
	for (const inputDims of knownDims === null
		? likelyDims(input)
		: [knownDims]) {
		try {
			return await probeBatch({ graph, input, inputDims, tensors });
		} catch (error) {
			const retry =
				knownDims === null &&
				error instanceof TargetNetworkError &&
				error.code === "network_run_failed";
			if (!retry) throw error;
		}
	}
	throw new TargetNetworkError(
		`input "${input.name}" of ${graph.path} has open axes ${showDims(input.dims ?? [])} and no usual length of them runs`,
		{
			code: "input_shape_unclear",
			hint: "Write a descriptor with the network's front end and inspect that.",
		},
	);
}

/** Input axes worth trying: the declared ones, every open axis with the same usual length. */
function likelyDims(input: GraphInput): readonly (readonly number[])[] {
	const axes = (input.dims ?? ["batch", "?"]).slice(1);
	if (axes.every((dim) => typeof dim === "number")) return [axes];
	const waveform = axes.length === 1;
	const lengths = waveform
		? OPEN_AXIS_LENGTHS.filter((length) => length >= 16_000)
		: OPEN_AXIS_LENGTHS;
	return lengths.map((length) =>
		axes.map((dim) => (typeof dim === "number" ? dim : length)),
	);
}

function judge(options: {
	readonly graph: Graph;
	readonly candidate: Candidate;
	readonly name: string;
	readonly shape: ProbedTensor;
	readonly batch: number;
}): Omit<TappableLayer, "suggested"> | Untappable {
	const { graph, candidate, name, shape, batch } = options;
	const { tensor, kind } = candidate;
	const { type, dims } = shape;
	const tensors = [tensor];
	if (!FLOAT_TYPES.includes(type))
		return { code: "not_float", reason: `values of type ${type}`, tensors };
	if (dims.length < 2 || dims[0] !== batch)
		return {
			code: "no_batch_axis",
			reason: `the first axis is not the batch`,
			tensors,
		};
	const axis = unitAxisOf(graph, tensor) ?? (dims.length === 2 ? 1 : null);
	if (axis === null)
		return {
			code: "unit_axis_unclear",
			reason:
				"the structure does not say which axis holds units; a descriptor can (unitAxis)",
			tensors,
		};
	const unitAxis = axis < 0 ? dims.length + axis : axis;
	return {
		name,
		tensor,
		kind,
		operator: graph.producers.get(tensor)?.opType ?? "",
		type,
		dims: ["batch", ...dims.slice(1)],
		unitAxis,
		units: dims[unitAxis] as number,
		parameters: parametersOf(graph, candidate),
	};
}

/** Tensors with the same reason stand together. */
function addReason(list: Untappable[], item: Untappable): void {
	const index = list.findIndex(
		({ code, reason }) => code === item.code && reason === item.reason,
	);
	const known = list[index];
	if (known === undefined) list.push(item);
	else list[index] = { ...known, tensors: [...known.tensors, ...item.tensors] };
}

function countParameters(graph: Graph): number {
	let total = 0;
	for (const { dims = [] } of graph.initialisers.values())
		total += dims.reduce<number>((product, dim) => product * toNumber(dim), 1);
	return total;
}
