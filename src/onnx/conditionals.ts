/** Settles the If nodes of a graph whose conditions are the same for every clip. */
import { cutGraph } from "./cut.ts";
import { createDependence } from "./data-dependence.ts";
import { openGraph } from "./open-graph.ts";
import { appendToGraph, encodeModel } from "./proto/codec.ts";
import type { NodeProto } from "./proto/types.ts";
import { editedGraph, type Graph } from "./read-graph.ts";
import { type Branch, branchOf, spliceBranches } from "./splice.ts";
import type { Tensor } from "./tensor.ts";

export type OpenConditional = {
	/** Name of the If node. */
	readonly name: string;
	/** Why no branch could be chosen, to follow "its condition". */
	readonly reason: string;
};

/** An If that was replaced by one of its branches. */
export type SettledConditional = {
	/** Name of the If node. */
	readonly name: string;
	readonly branch: Branch;
	/** Value of its condition; null when it was not run because `branches` says which branch is taken. */
	readonly condition: boolean | null;
	/** Nodes that the branch brought; Ifs among them are settled by themselves. */
	readonly nodes: number;
};

/**
 * `graph` with its Ifs spliced, nested ones too. A branch is taken from `branches` (by node name), else by running the condition: with the constant
 * inputs it is fed, when it depends on nothing else than these, weights and shapes. `feeds`: one set of feeds for each number of rows that the
 * network can be run with; a condition that differs between them, or follows the features, leaves its If as it is: those are `open`.
 * Rejects as `openSession` does when the conditions cannot be run at all.
 */
export async function settleConditionals(options: {
	readonly graph: Graph;
	readonly branches: Readonly<Record<string, Branch>>;
	/** Inputs whose values differ between clips. */
	readonly varying: ReadonlySet<string>;
	readonly feeds: readonly Readonly<Record<string, Tensor>>[];
	/** Called with the name of every If that is seen. */
	readonly onConditional?: (name: string) => void;
}): Promise<{
	readonly graph: Graph;
	/** In the order in which they were replaced: outer ones first. */
	readonly settled: readonly SettledConditional[];
	readonly open: readonly OpenConditional[];
}> {
	let { graph } = options;
	const settled: SettledConditional[] = [];
	for (;;) {
		const conditionals = graph.nodes.filter(({ opType }) => opType === "If");
		if (conditionals.length === 0) return { graph, settled, open: [] };
		for (const { name = "" } of conditionals) options.onConditional?.(name);
		const { chosen, open } = await choose(graph, conditionals, options);
		if (chosen.size === 0) return { graph, settled, open };
		for (const [node, branch] of chosen) {
			const { name = "" } = node;
			settled.push({
				name,
				branch,
				condition: name in options.branches ? null : branch === "then",
				nodes: branchOf(node, branch)?.node?.length ?? 0,
			});
		}
		graph = editedGraph(graph, spliceBranches(graph.model, chosen));
	}
}

async function choose(
	graph: Graph,
	conditionals: readonly NodeProto[],
	options: Parameters<typeof settleConditionals>[0],
): Promise<{
	readonly chosen: ReadonlyMap<NodeProto, Branch>;
	readonly open: readonly OpenConditional[];
}> {
	const chosen = new Map<NodeProto, Branch>();
	const open: OpenConditional[] = [];
	const toRun: NodeProto[] = [];
	const varies = createDependence(graph, options.varying);
	for (const node of conditionals) {
		const name = node.name ?? "";
		const stated = options.branches[name];
		if (stated !== undefined) chosen.set(node, stated);
		else if (varies(node.input?.[0] ?? ""))
			open.push({ name, reason: "follows the features" });
		else toRun.push(node);
	}
	const outcomes = await runConditions(
		graph,
		[...new Set(toRun.map((node) => node.input?.[0] ?? ""))],
		options.feeds,
	);
	for (const node of toRun) {
		const values = outcomes.get(node.input?.[0] ?? "") ?? [];
		const [first, ...others] = values;
		if (first === undefined || others.some((value) => value !== first))
			open.push({
				name: node.name ?? "",
				reason: "differs with the number of rows in a run",
			});
		else chosen.set(node, first ? "then" : "else");
	}
	return { chosen, open };
}

/** Each condition's value for each of `feeds` that runs. */
async function runConditions(
	graph: Graph,
	conditions: readonly string[],
	feeds: readonly Readonly<Record<string, Tensor>>[],
): Promise<ReadonlyMap<string, readonly boolean[]>> {
	const values = new Map<string, boolean[]>();
	if (conditions.length === 0) return values;
	const model = cutGraph(graph.model, conditions) ?? {
		...graph.model,
		graph: { ...graph.model.graph, output: [] },
	};
	const bytes = appendToGraph(encodeModel(model), {
		output: conditions.map((name) => ({ name })),
	});
	const session = await openGraph({ graph, bytes, threads: 1 });
	let failure: unknown;
	try {
		for (const [index, feed] of feeds.entries())
			try {
				const results = await session.run(feed, conditions);
				for (const name of conditions) {
					const known = values.get(name) ?? [];
					values.set(name, [...known, Number(results[name]?.data[0]) !== 0]);
				}
			} catch (error) {
				// A network that takes one row only fails with two.
				failure = error;
				if (index === feeds.length - 1 && values.size === 0) throw failure;
			}
	} finally {
		await session.close();
	}
	return values;
}
