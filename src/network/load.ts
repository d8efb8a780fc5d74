/** Loads a target network: descriptor, ONNX file and class list, checked against each other by one probing run. */
import { dirname, isAbsolute, join } from "node:path";
import { ConfigError, TargetNetworkError } from "../errors.ts";
import { readGraph } from "../onnx/read-graph.ts";
import type { Layer, Pooling } from "../types.ts";
import { readClasses } from "./classes.ts";
import { type DescriptorFile, readDescriptor } from "./descriptor.ts";
import { outputOf } from "./descriptor-schema.ts";
import { checkLayerTensors, expandLayers } from "./expand-layers.ts";
import { hashExternalFiles } from "./external-files.ts";
import { type FrontEndSpec, frontEndDims } from "./front-ends/front-end.ts";
import {
	isActivationsManifest,
	loadImportedNetwork,
} from "./imported/load-imported.ts";
import { prepareGraph } from "./prepare-graph.ts";
import { replacePooling } from "./replace-pooling.ts";
import { resolveTaps } from "./resolve-taps.ts";
import { selectLayers } from "./select-layers.ts";
import type { TapPlan } from "./tap-plan.ts";
import { openTaps } from "./taps.ts";
import type { TargetNetwork } from "./target-network.ts";
import { openTraces } from "./traces.ts";

export type { TapSession } from "./taps.ts";
export type { TargetNetwork } from "./target-network.ts";

/**
 * Loads the network that `descriptor` (a path) describes; a .json file is a manifest of imported activations (see `loadImportedNetwork`). `layers` selects by name or glob (`layer.0.*`, `*@firing`); none: all of the descriptor.
 * The network is run once on zeros to learn shapes.
 * Throws ConfigError: `descriptor_missing`, `descriptor_invalid`, `layer_unknown` (selection), `pooling_fixed` (imported activations). Throws TargetNetworkError:
 * `network_file_missing`, `network_file_too_large`, `network_file_corrupt`, `network_load_failed`, `network_run_failed`, `input_unknown`,
 * `input_extra`, `input_not_float`, `input_rank_mismatch`, `input_shape_mismatch`, `constant_invalid`, `state_invalid`, `state_shape_mismatch`, `length_input_invalid`,
 * `layer_unknown` (tensor), `layer_in_subgraph`, `layer_constant`, `layer_not_float`, `layer_no_batch_axis`, `unit_axis_unclear`,
 * `unit_axis_invalid`, `time_axis_unclear`, `time_axis_invalid`, `pooling_needed`, `pooling_twice`, `pooling_unsupported`, `classes_missing`, `classes_invalid`, `classes_mismatch`.
 * @example const network = await loadNetwork({ descriptor: "config/networks/demo.yaml", layers: ["layer.3.*"] });
 */
export async function loadNetwork(options: {
	readonly descriptor: string;
	readonly layers?: readonly string[];
	/** For every layer but the output layer, in place of what the descriptor says. Default: what it says. */
	readonly pooling?: Exclude<Pooling, "none"> | undefined;
}): Promise<TargetNetwork> {
	const { pooling } = options;
	if (isActivationsManifest(options.descriptor)) {
		if (pooling !== undefined) throw pooledAlready(options.descriptor);
		return loadImportedNetwork(options);
	}
	const file = replacePooling(
		await readDescriptor(options.descriptor),
		pooling,
	);
	const { descriptor, at } = file;
	const modelPath = besideDescriptor(file, descriptor.file);
	const frontEnd: FrontEndSpec = descriptor.frontEnd;
	const fileGraph = await readGraph(modelPath);
	const externalFiles = await hashExternalFiles(fileGraph);
	const { graph, inputs, branches, settled } = await prepareGraph(
		file,
		fileGraph,
		frontEndDims(frontEnd),
	);
	const described = expandLayers(file, graph);
	const selected = selectLayers(
		described.map((layer) => layer.name),
		options.layers ?? [],
		file.path,
	);
	const wanted = described.filter(({ name }) => selected.includes(name));
	checkLayerTensors(graph, wanted);
	const { taps, fixedBatch } = await resolveTaps({
		graph,
		inputs,
		layers: wanted,
	});
	const layers = wanted.map(
		({ name, tensor, windows, padding, maskPoint }, index): Layer => {
			const tap = taps[index] as (typeof taps)[number];
			const { pooling, units } = tap;
			// As the file has it.
			const moved = tap.folded !== null || tap.unitAxis <= tap.batchAxis;
			const unitAxis = tap.unitAxis - (moved ? 1 : 0);
			return {
				name,
				tensor,
				unitAxis,
				pooling,
				windows,
				units,
				padding,
				maskPoint,
			};
		},
	);

	const output = outputOf(descriptor);
	const outputLayer = layers.find((layer) => layer.name === output?.layer);
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
			{
				code: "classes_mismatch",
				hint: "Give one name for each unit of the layer in `output`, in order.",
			},
		);
	const { constants, states, lengths } = inputs;

	const tapPlan: TapPlan = {
		graph,
		inputs,
		fixedBatch,
		layers: layers.map(({ name }, index) => ({
			name,
			tap: taps[index] as (typeof taps)[number],
		})),
	};

	return {
		name: descriptor.name,
		descriptorPath: file.path,
		modelPath,
		hash: graph.hash,
		layers,
		classes,
		outputLayer: outputLayer?.name ?? null,
		outputKind: outputLayer === undefined ? null : (output?.kind ?? null),
		recurrent: states.length > 0,
		rowsPerRun: fixedBatch,
		externalBytes: externalFiles.reduce((sum, { bytes }) => sum + bytes, 0),
		...(settled.length > 0 ? { conditionals: settled } : {}),
		frontEnd,
		identity: {
			onnx: graph.hash,
			...(externalFiles.length > 0
				? {
						externalFiles: externalFiles.map(({ file, hash }) => ({
							file,
							hash,
						})),
					}
				: {}),
			input: inputs.name,
			...(constants.length > 0
				? {
						constants: constants.map(({ name, dims, values }) => ({
							name,
							dims: [...dims],
							values: [...values],
						})),
					}
				: {}),
			...(states.length > 0
				? { state: states.map(({ input, output }) => ({ input, output })) }
				: {}),
			...(lengths.length > 0
				? { lengths: lengths.map(({ name, kind }) => ({ name, kind })) }
				: {}),
			...(Object.keys(branches).length > 0 ? { branches } : {}),
			frontEnd,
			layers: layers.map(
				({ name, tensor, unitAxis, pooling, windows }, index) => {
					const { time = null, batchAxis = 0 } = taps[index] ?? {};
					return {
						name,
						tensor,
						unitAxis,
						pooling,
						windows,
						// Only where it changes values: recordings of before keep their addresses.
						...(batchAxis === 0 ? {} : { batchAxis }),
						...(time === null ? {} : { padding: "exclude", time }),
					};
				},
			),
		},
		openTaps: ({ layers: names, ...tapOptions }) =>
			openTaps(
				{
					...tapPlan,
					layers: tapPlan.layers.filter(
						({ name }) => names?.includes(name) ?? true,
					),
				},
				tapOptions,
			),
		openTraces: (units, traceOptions) =>
			openTraces(tapPlan, units, traceOptions),
	};
}

function besideDescriptor(file: DescriptorFile, path: string): string {
	return isAbsolute(path) ? path : join(dirname(file.path), path);
}

function pooledAlready(path: string): ConfigError {
	return new ConfigError(
		`pooling is set, and the activations of ${path} were pooled before they were imported`,
		{
			code: "pooling_fixed",
			hint: "Leave pooling out (a preset may set it: pooling: null), or export the activations with that pooling.",
		},
	);
}
