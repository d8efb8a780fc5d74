/** Makes the graph of a file one that can be fed and tapped: half-precision inputs cast, If nodes replaced by the branch they take. */
import { ConfigError } from "../errors.ts";
import { castInputs } from "../onnx/cast-inputs.ts";
import {
	type OpenConditional,
	type SettledConditional,
	settleConditionals,
} from "../onnx/conditionals.ts";
import type { Graph } from "../onnx/read-graph.ts";
import type { Branch } from "../onnx/splice.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { DescriptorFile } from "./descriptor.ts";
import type { NetworkInputs } from "./feeds.ts";
import { resolveInputs } from "./resolve-inputs.ts";
import { batchesToTry, zeroFeeds } from "./resolve-taps.ts";

export type PreparedGraph = {
	readonly graph: Graph;
	readonly inputs: NetworkInputs;
	/** Branches that the descriptor states. */
	readonly branches: Readonly<Record<string, Branch>>;
	/** Ifs that were replaced by a branch. */
	readonly settled: readonly SettledConditional[];
	/** Ifs that are left, with the reason. */
	readonly open: readonly OpenConditional[];
};

/**
 * `dims` are the axes of one row's features. Throws as `resolveInputs` does, and ConfigError `branch_unknown` for a branch of a node that is no If.
 */
export async function prepareGraph(
	file: DescriptorFile,
	fileGraph: Graph,
	dims: readonly number[],
): Promise<PreparedGraph> {
	const { descriptor, at } = file;
	const { branches } = descriptor;
	const states = new Set(descriptor.state.map(({ input }) => input));
	const graph = castInputs(fileGraph, states);
	const inputs = resolveInputs(file, graph, dims);
	const conditionals = new Set<string>();
	const settled = await settleConditionals({
		graph,
		branches,
		varying: new Set([
			inputs.name,
			...states,
			...inputs.lengths.map(({ name }) => name),
		]),
		feeds: batchesToTry(graph, inputs).map((batch) => zeroFeeds(inputs, batch)),
		onConditional: (name) => conditionals.add(name),
	});
	const unknown = Object.keys(branches).find((name) => !conditionals.has(name));
	if (unknown !== undefined)
		throw new ConfigError(
			`${at(["branches", unknown])}${graph.path} has no If node "${unknown}": expected ${conditionals.size === 0 ? "none, there are no conditions" : `one of ${[...conditionals].join(", ")}`}`,
			{
				code: "branch_unknown",
				hint:
					didYouMean(unknown, conditionals) ??
					"Correct `branches`, or leave it out.",
			},
		);
	return { ...settled, inputs, branches };
}
