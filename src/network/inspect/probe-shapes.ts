/** The candidates of a network and, by one run on zeros, their shapes. */
import type { ProbedTensor } from "../../onnx/probe.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { mayBeFolded, rowMajorTensors } from "../folded.ts";
import type { PreparedGraph } from "../prepare-graph.ts";
import { FLOAT_TYPES, probeBatch } from "../resolve-taps.ts";
import { type Candidate, findCandidates } from "./candidates.ts";
import { withoutQuantisation } from "./quantisation.ts";

/** What one run told about the candidates. */
type ProbedShapes = {
	/** Of the candidates and of what they are moved to, by tensor. */
	readonly shapes: ReadonlyMap<string, ProbedTensor>;
	readonly batch: number;
	/** Tensors with the batch folded into their first axis. */
	readonly folded: ReadonlySet<string>;
	/** Tensors with the batch as their second axis. */
	readonly second: ReadonlySet<string>;
};

export type ProbedNetwork = Pick<
	PreparedGraph,
	"graph" | "settled" | "open"
> & {
	/** `graph` as it was before quantisation. */
	readonly structure: Graph;
	readonly candidates: readonly Candidate[];
	/** A file that could not be run with what was guessed says why. */
	readonly run: ProbedShapes | { readonly reason: string };
	/** Padding is left out of the layers unless they say otherwise. */
	readonly excludesPadding: boolean;
	/** Size of the ONNX file as it is on disk. */
	readonly fileBytes: number;
	/** What was fed that the file does not say, in words; empty when a descriptor says everything. */
	readonly guesses: readonly string[];
	/** YAML of the descriptor that was guessed, without layers; null when there was nothing to guess but lengths. */
	readonly descriptor: string | null;
};

/** The candidates of `graph` and their shapes. Throws TargetNetworkError `network_run_failed` when it cannot be run on zeros. */
export async function probeShapes({
	graph,
	inputs,
	settled,
	open,
}: Pick<PreparedGraph, "graph" | "inputs" | "settled" | "open">): Promise<
	Omit<
		ProbedNetwork,
		"fileBytes" | "guesses" | "descriptor" | "excludesPadding"
	>
> {
	const { structure, candidates } = structureOf(graph);
	const tensors = candidates.flatMap(({ tensor, moved }) => [tensor, ...moved]);
	const { probed, batch } = await probeBatch({ graph, inputs, tensors });
	const shapes = new Map(
		tensors.map((tensor, index) => [tensor, probed[index] as ProbedTensor]),
	);
	const floats = tensors.flatMap((tensor) => {
		const { type, dims } = shapes.get(tensor) as ProbedTensor;
		return FLOAT_TYPES.includes(type) ? [{ tensor, dims }] : [];
	});
	const isSecond = (dims: readonly number[]): boolean =>
		batch > 1 && dims.length > 2 && dims[0] !== batch && dims[1] === batch;
	// A shape with the batch second may also be one with the batch folded into its first axis.
	const second = await rowMajorTensors({
		graph,
		inputs,
		batch,
		tensors: new Map(
			floats
				.filter(({ dims }) => isSecond(dims))
				.map(({ tensor, dims: [outer = 1] }) => [tensor, { outer }]),
		),
	});
	const folded = await rowMajorTensors({
		graph,
		inputs,
		batch,
		tensors: new Map(
			floats
				.filter(
					({ tensor, dims }) => !second.has(tensor) && mayBeFolded(dims, batch),
				)
				.map(({ tensor }) => [tensor, { outer: 1 }]),
		),
	});
	const run = { shapes, batch, folded, second };
	return { graph, structure, settled, open, candidates, run };
}

export function structureOf(
	graph: Graph,
): Pick<ProbedNetwork, "structure" | "candidates"> {
	const structure = withoutQuantisation(graph);
	return { structure, candidates: findCandidates(structure) };
}
