/** Loads a target network: descriptor, ONNX file and class list, checked against each other by one probing run. */
import { dirname, isAbsolute, join } from "node:path";
import { TargetNetworkError } from "../errors.ts";
import { DataType } from "../onnx/proto/types.ts";
import {
	checkTensor,
	type Graph,
	type GraphInput,
	readGraph,
} from "../onnx/read-graph.ts";
import { checkDims } from "../onnx/session-errors.ts";
import type { Json } from "../shared/hash.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { Layer } from "../types.ts";
import { readClasses } from "./classes.ts";
import { type DescriptorFile, readDescriptor } from "./descriptor.ts";
import { hashExternalFiles } from "./external-files.ts";
import { type FrontEndSpec, frontEndDims } from "./front-ends/front-end.ts";
import { resolveTaps } from "./resolve-taps.ts";
import { selectLayers } from "./select-layers.ts";
import { openTaps, type TapSession } from "./taps.ts";

export type { TapSession } from "./taps.ts";

export type TargetNetwork = {
	readonly name: string;
	readonly descriptorPath: string;
	readonly modelPath: string;
	/** SHA-256 (hex) of the ONNX file. */
	readonly hash: string;
	/** The selected layers, in network order. */
	readonly layers: readonly Layer[];
	/** In index order; null when the descriptor names none. */
	readonly classes: readonly string[] | null;
	/** The layer whose units are the classes; null when there is none or it is not selected. */
	readonly outputLayer: string | null;
	readonly frontEnd: FrontEndSpec;
	/** Everything that determines recorded values: file hash, input, front end, tensors, unit axes, poolings. */
	readonly identity: Json;
	/** Opens the network for running in a worker thread; close it afterwards. */
	openTaps(options: {
		readonly threads: number;
		readonly signal?: AbortSignal | undefined;
	}): Promise<TapSession>;
};

/**
 * Loads the network that `descriptor` (a path) describes. `layers` selects by name or glob (`layer.0.*`); none: all of the descriptor.
 * The network is run once on zeros to learn shapes.
 * Throws ConfigError: `descriptor_missing`, `descriptor_invalid`, `layer_unknown` (selection). Throws TargetNetworkError:
 * `network_file_missing`, `network_file_corrupt`, `network_load_failed`, `network_run_failed`, `input_unknown`, `input_extra`, `input_not_float`,
 * `input_rank_mismatch`, `input_shape_mismatch`, `layer_unknown` (tensor), `layer_in_subgraph`, `layer_constant`, `layer_not_float`,
 * `layer_no_batch_axis`, `unit_axis_unclear`, `unit_axis_invalid`, `pooling_needed`, `classes_missing`, `classes_invalid`, `classes_mismatch`.
 * @example const network = await loadNetwork({ descriptor: "config/networks/demo.yaml", layers: ["layer.3.*"] });
 */
export async function loadNetwork(options: {
	readonly descriptor: string;
	readonly layers?: readonly string[];
}): Promise<TargetNetwork> {
	const file = await readDescriptor(options.descriptor);
	const { descriptor, at } = file;
	const selected = selectLayers(
		descriptor.layers.map((layer) => layer.name),
		options.layers ?? [],
		file.path,
	);
	const modelPath = besideDescriptor(file, descriptor.file);
	const graph = await readGraph(modelPath);
	const externalFiles = await hashExternalFiles(graph);
	const wanted = [...descriptor.layers.entries()]
		.filter(([, layer]) => selected.includes(layer.name))
		.map(([index, layer]) => ({
			...layer,
			where: at(["layers", index, "tensor"]),
		}));
	for (const { tensor, where } of wanted) checkTensor(graph, tensor, where);

	const frontEnd: FrontEndSpec = descriptor.frontEnd;
	const inputDims = frontEndDims(frontEnd);
	const input = checkInput(file, graph, inputDims);
	const { taps, fixedBatch } = await resolveTaps({
		graph,
		input,
		inputDims,
		layers: wanted,
	});
	const layers = wanted.map(({ name, tensor }, index): Layer => {
		const { unitAxis, pooling, units } = taps[index] as (typeof taps)[number];
		return { name, tensor, unitAxis, pooling, units };
	});

	const outputLayer = layers.find((layer) => layer.name === descriptor.output);
	const classes =
		descriptor.classes === undefined
			? null
			: await readClasses(besideDescriptor(file, descriptor.classes));
	if (
		classes !== null &&
		outputLayer !== undefined &&
		classes.length !== outputLayer.units
	)
		throw new TargetNetworkError(
			`${at(["classes"])}${descriptor.classes} has ${classes.length} class names, layer "${outputLayer.name}" has ${outputLayer.units} units`,
			{ code: "classes_mismatch" },
		);

	return {
		name: descriptor.name,
		descriptorPath: file.path,
		modelPath,
		hash: graph.hash,
		layers,
		classes,
		outputLayer: outputLayer?.name ?? null,
		frontEnd,
		identity: {
			onnx: graph.hash,
			...(externalFiles.length > 0 ? { externalFiles } : {}),
			input: input.name,
			frontEnd,
			layers: layers.map(({ name, tensor, unitAxis, pooling }) => ({
				name,
				tensor,
				unitAxis,
				pooling,
			})),
		},
		openTaps: (tapOptions) =>
			openTaps(
				{
					graph,
					input: input.name,
					inputDims,
					fixedBatch,
					layers: layers.map(({ name }, index) => ({
						name,
						tap: taps[index] as (typeof taps)[number],
					})),
				},
				tapOptions,
			),
	};
}

function besideDescriptor(file: DescriptorFile, path: string): string {
	return isAbsolute(path) ? path : join(dirname(file.path), path);
}

/** The input that takes the features, when the front end fits it and nothing else has to be fed. */
function checkInput(
	file: DescriptorFile,
	graph: Graph,
	inputDims: readonly number[],
): GraphInput {
	const { descriptor, at } = file;
	const names = graph.inputs.map((input) => input.name);
	const input = graph.inputs.find(({ name }) => name === descriptor.input);
	if (input === undefined)
		throw new TargetNetworkError(
			`${at(["input"])}${graph.path} has no input "${descriptor.input}"; its inputs are ${names.join(", ")}`,
			{
				code: "input_unknown",
				hint: didYouMean(descriptor.input, names),
			},
		);
	if (names.length > 1)
		throw new TargetNetworkError(
			`${graph.path} has ${names.length} inputs (${names.join(", ")}); only networks with one input can be fed`,
			{
				code: "input_extra",
				hint: "Export the network with the other inputs as constants.",
			},
		);
	if (input.elementType !== DataType.float)
		throw new TargetNetworkError(
			`input "${input.name}" of ${graph.path} does not take float32 numbers (ONNX element type ${input.elementType ?? "none"})`,
			{ code: "input_not_float" },
		);
	if (input.dims !== null)
		checkDims(
			{
				file: graph.path,
				input: input.name,
				expected: input.dims,
				hint: `${at(["frontEnd"])}the front end ${descriptor.frontEnd.kind} gives [batch, ${inputDims.join(", ")}]`,
			},
			["batch", ...inputDims],
		);
	return input;
}
