/** Replaces If nodes by the branch that is taken, so that its tensors become tensors of the graph. */
import { node as buildNode } from "./build.ts";
import type { GraphProto, ModelProto, NodeProto } from "./proto/types.ts";
import { definedNames, namesInBodies, renameGraph } from "./rename.ts";

export type Branch = "then" | "else";

/** The body of an If's branch; undefined when the node has none. */
export function branchOf(
	node: NodeProto,
	branch: Branch,
): GraphProto | undefined {
	const name = branch === "then" ? "then_branch" : "else_branch";
	return (
		node.attribute?.find((attribute) => attribute.name === name)?.g ?? undefined
	);
}

/**
 * The model with each top-level If of `chosen` replaced by the nodes and initialisers of its branch, and an Identity per output. A name of the
 * branch (of a tensor or a node) that the graph has already is put behind the If's own name (`If_3/t`). Ifs inside of a branch come to the top and stay Ifs.
 */
export function spliceBranches(
	model: ModelProto,
	chosen: ReadonlyMap<NodeProto, Branch>,
): ModelProto {
	const graph = model.graph ?? {};
	const nodes = graph.node ?? [];
	// What other bodies define is taken too: a name must be new everywhere.
	const taken = new Set([
		...definedNames(graph),
		...nodes.flatMap((node) => (chosen.has(node) ? [] : namesInBodies(node))),
	]);
	const takenNodes = new Set(nodes.map(({ name = "" }) => name));
	const spliced: GraphProto[] = [];
	const result = nodes.flatMap((node) => {
		const branch = chosen.get(node);
		const body = branch === undefined ? undefined : branchOf(node, branch);
		if (body === undefined) return [node];
		const fresh = renameGraph(body, freshNames(body, node, taken));
		spliced.push(fresh);
		return [
			...(fresh.node ?? []).map((inner) => ({
				...inner,
				name: freshName(inner.name ?? "", node, takenNodes),
			})),
			...identities(node, fresh, takenNodes),
		];
	});
	const all = [graph, ...spliced];
	return {
		...model,
		graph: {
			...graph,
			node: result,
			initializer: all.flatMap(({ initializer = [] }) => initializer),
			sparseInitializer: all.flatMap(
				({ sparseInitializer = [] }) => sparseInitializer,
			),
			valueInfo: all.flatMap(({ valueInfo = [] }) => valueInfo),
		},
	};
}

/** New names for what `body` defines and `taken` has; the names of the body are then taken too. */
function freshNames(
	body: GraphProto,
	owner: NodeProto,
	taken: Set<string>,
): Map<string, string> {
	const names = new Map<string, string>();
	for (const name of new Set(definedNames(body, { deep: true }))) {
		const fresh = freshName(name, owner, taken);
		if (fresh !== name) names.set(name, fresh);
	}
	return names;
}

/** `name`, behind its owner's name as often as it takes to be new; none stays none. It is taken then. */
function freshName(name: string, owner: NodeProto, taken: Set<string>): string {
	if (name === "") return name;
	let fresh = name;
	while (taken.has(fresh)) fresh = `${owner.name || "If"}/${fresh}`;
	taken.add(fresh);
	return fresh;
}

function identities(
	owner: NodeProto,
	body: GraphProto,
	takenNodes: Set<string>,
): NodeProto[] {
	return (owner.output ?? []).flatMap((output, index) => {
		const source = body.output?.[index]?.name ?? "";
		if (output === "" || source === "") return [];
		return [
			buildNode({
				operator: "Identity",
				inputs: [source],
				outputs: [output],
				name: freshName(`${owner.name || "If"}/output`, owner, takenNodes),
			}),
		];
	});
}
