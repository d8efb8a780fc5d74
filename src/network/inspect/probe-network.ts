/** Runs a network once on zeros, to learn the shapes of what may be layers. */
import { basename, dirname, isAbsolute, join } from "node:path";
import { TargetNetworkError } from "../../errors.ts";
import { castInputs } from "../../onnx/cast-inputs.ts";
import { settleConditionals } from "../../onnx/conditionals.ts";
import type { ProbedTensor } from "../../onnx/probe.ts";
import { DataType } from "../../onnx/proto/types.ts";
import {
	type Graph,
	type GraphInput,
	readGraph,
} from "../../onnx/read-graph.ts";
import { showDims } from "../../onnx/session-errors.ts";
import { readDescriptor } from "../descriptor.ts";
import { mayBeFolded, rowMajorTensors } from "../folded.ts";
import { frontEndDims } from "../front-ends/front-end.ts";
import { type PreparedGraph, prepareGraph } from "../prepare-graph.ts";
import {
	batchesToTry,
	FLOAT_TYPES,
	probeBatch,
	zeroFeeds,
} from "../resolve-taps.ts";
import { type Candidate, findCandidates } from "./candidates.ts";
import { withoutQuantisation } from "./quantisation.ts";
import { descriptorStub } from "./stub.ts";

/** Lengths tried for axes that the file leaves open, in order. */
const OPEN_AXIS_LENGTHS = [128, 1024, 64, 80, 16_000, 32_000, 48_000];

export type ProbedNetwork = Pick<PreparedGraph, "graph" | "open"> & {
	/** `graph` as it was before quantisation. */
	readonly structure: Graph;
	readonly candidates: readonly Candidate[];
	/** Of the candidates and of what they are moved to, by tensor. */
	readonly shapes: ReadonlyMap<string, ProbedTensor>;
	readonly batch: number;
	/** Tensors with the batch folded into their first axis. */
	readonly folded: ReadonlySet<string>;
};

/** The network of an ONNX file or a descriptor with its candidates. Throws as `inspectNetwork` says. */
export async function probeNetwork(path: string): Promise<ProbedNetwork> {
	if (!/\.ya?ml$/i.test(path)) return probeFile(await readGraph(path));
	const file = await readDescriptor(path);
	const { descriptor } = file;
	const onnxFile = isAbsolute(descriptor.file)
		? descriptor.file
		: join(dirname(path), descriptor.file);
	return probe(
		await prepareGraph(
			file,
			await readGraph(onnxFile),
			frontEndDims(descriptor.frontEnd),
		),
	);
}

async function probe({
	graph,
	inputs,
	open,
}: Pick<PreparedGraph, "graph" | "inputs" | "open">): Promise<ProbedNetwork> {
	const structure = withoutQuantisation(graph);
	const candidates = findCandidates(structure);
	const tensors = candidates.flatMap(({ tensor, moved }) => [tensor, ...moved]);
	const { probed, batch } = await probeBatch({ graph, inputs, tensors });
	const shapes = new Map(
		tensors.map((tensor, index) => [tensor, probed[index] as ProbedTensor]),
	);
	const folded = await rowMajorTensors({
		graph,
		inputs,
		batch,
		tensors: tensors.filter((tensor) => {
			const { type, dims } = shapes.get(tensor) as ProbedTensor;
			return FLOAT_TYPES.includes(type) && mayBeFolded(dims, batch);
		}),
	});
	return { graph, structure, open, candidates, shapes, batch, folded };
}

/** An ONNX file by itself: its only input is fed with zeros of the declared shape, open axes with usual lengths. */
async function probeFile(file: Graph): Promise<ProbedNetwork> {
	const graph = castInputs(file);
	const [input, ...others] = graph.inputs;
	if (input === undefined || others.length > 0)
		throw new TargetNetworkError(
			`${graph.path} has ${graph.inputs.length} inputs (${graph.inputs.map(({ name, dims }) => `${name} ${showDims(dims ?? ["?"])}`).join(", ")}): the file alone does not say what to feed them`,
			{
				code: "input_extra",
				hint: `Write a descriptor beside it (say, network.yaml), fill in what is marked, and inspect that:\n\n${descriptorStub(graph, basename(graph.path))}`,
			},
		);
	if (input.elementType !== DataType.float)
		throw new TargetNetworkError(
			`input "${input.name}" of ${graph.path} does not take float numbers (ONNX element type ${input.elementType ?? "none"})`,
			{ code: "input_not_float" },
		);
	for (const dims of likelyDims(input)) {
		const inputs = { name: input.name, dims, constants: [], states: [] };
		try {
			const settled = await settleConditionals({
				graph,
				branches: {},
				varying: new Set([input.name]),
				feeds: batchesToTry(graph, inputs).map((batch) =>
					zeroFeeds(inputs, batch),
				),
			});
			return await probe({ ...settled, inputs });
		} catch (error) {
			const retry =
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
