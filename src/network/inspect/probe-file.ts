/** An ONNX file by itself, run on what its inputs seem to take. */
import { basename } from "node:path";
import { TargetNetworkError } from "../../errors.ts";
import { castInputs } from "../../onnx/cast-inputs.ts";
import { settleConditionals } from "../../onnx/conditionals.ts";
import { DataType } from "../../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../../onnx/read-graph.ts";
import { showDims } from "../../onnx/session-errors.ts";
import { parseDescriptor } from "../descriptor.ts";
import type { NetworkInputs } from "../feeds.ts";
import { frontEndDims } from "../front-ends/front-end.ts";
import { type PreparedGraph, prepareGraph } from "../prepare-graph.ts";
import { batchesToTry, zeroFeeds } from "../resolve-taps.ts";
import { guessDescriptors } from "./guesses.ts";
import {
	type ProbedNetwork,
	probeShapes,
	structureOf,
} from "./probe-shapes.ts";

/** Lengths tried for axes that the file leaves open, in order. */
const OPEN_AXIS_LENGTHS = [128, 1024, 64, 80, 16_000, 32_000, 48_000];
/** What a guessed descriptor needs to be one. */
const ANY_LAYER = "layers: [{ name: any, tensor: any }]\n";

/** A way to feed the file. */
type Attempt = {
	readonly guesses: readonly string[];
	readonly descriptor: string | null;
	readonly prepare: () => Promise<
		Pick<PreparedGraph, "graph" | "inputs" | "settled" | "open">
	>;
};

/**
 * The first way to feed the file with which it runs. When there is none, its candidates by structure and the reason. Throws what is wrong with the file
 * itself (`network_file_*`, `network_load_failed`).
 */
export async function probeFile(file: Graph): Promise<ProbedNetwork> {
	const attempts = attemptsFor(file);
	let known: Pick<ProbedNetwork, "graph" | "settled" | "open"> = {
		graph: castInputs(file),
		settled: [],
		open: [],
	};
	let reason = "no input takes float numbers of two axes or more";
	for (const { guesses, descriptor, prepare } of attempts)
		try {
			const prepared = await prepare();
			known = prepared;
			return {
				...(await probeShapes(prepared)),
				fileBytes: file.bytes.length,
				excludesPadding: prepared.inputs.lengths.length > 0,
				guesses,
				descriptor,
			};
		} catch (error) {
			if (!(error instanceof TargetNetworkError) || isOfFile(error))
				throw error;
			reason = error.message;
		}
	const [first] = attempts;
	return {
		graph: known.graph,
		settled: known.settled,
		open: known.open,
		...structureOf(known.graph),
		run: { reason },
		fileBytes: file.bytes.length,
		excludesPadding: false,
		guesses: first?.guesses ?? [],
		descriptor: first?.descriptor ?? null,
	};
}

/** Other guesses would not help. */
function isOfFile({ code }: TargetNetworkError): boolean {
	return code.startsWith("network_file_") || code === "network_load_failed";
}

function attemptsFor(file: Graph): readonly Attempt[] {
	const [input, ...others] = file.inputs;
	if (input === undefined) return [];
	if (others.length === 0) return likelyDims(input).map(dimsAttempt(file));
	return guessDescriptors(file, basename(file.path)).map(
		({ descriptor, fed }) => ({
			guesses: fed,
			descriptor,
			prepare: () => {
				const parsed = parseDescriptor(
					`${descriptor}${ANY_LAYER}`,
					"the guessed descriptor",
				);
				const dims = frontEndDims(parsed.descriptor.frontEnd);
				return prepareGraph(parsed, file, dims);
			},
		}),
	);
}

/** The only input is fed with zeros of the declared shape, open axes with usual lengths. */
function dimsAttempt(file: Graph): (dims: readonly number[]) => Attempt {
	const graph = castInputs(file);
	const [input] = graph.inputs as readonly [GraphInput];
	const isOpen = (input.dims ?? ["batch", "?"])
		.slice(1)
		.some((dim) => typeof dim !== "number");
	return (dims) => ({
		guesses: isOpen
			? [`${input.name} = zeros ${showDims(["batch", ...dims])}`]
			: [],
		descriptor: null,
		prepare: async () => {
			if (input.elementType !== DataType.float)
				throw new TargetNetworkError(
					`input "${input.name}" of ${graph.path} does not take float numbers (ONNX element type ${input.elementType ?? "none"})`,
					{
						code: "input_not_float",
						hint: "Write a descriptor that feeds it (docs/your-own-network.md), or export the network with float inputs.",
					},
				);
			const inputs: NetworkInputs = {
				name: input.name,
				dims,
				length: 1,
				constants: [],
				states: [],
				lengths: [],
			};
			const settled = await settleConditionals({
				graph,
				branches: {},
				varying: new Set([input.name]),
				feeds: batchesToTry(graph, inputs).map((batch) =>
					zeroFeeds(inputs, batch),
				),
			});
			return { ...settled, inputs };
		},
	});
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
