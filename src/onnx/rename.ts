/** Renames tensors inside of nodes and their bodies; messages are copied where they change, never edited. */
import type {
	AttributeProto,
	GraphProto,
	NodeProto,
	ValueInfoProto,
} from "./proto/types.ts";

import { bodiesOf } from "./read-graph.ts";

type Names = ReadonlyMap<string, string>;

/** The node with every tensor it and its bodies read or make renamed by `names` (a name means one tensor in all of them). */
export function renameNode(node: NodeProto, names: Names): NodeProto {
	if (names.size === 0) return node;
	const rename = (name: string): string => names.get(name) ?? name;
	return {
		...node,
		input: (node.input ?? []).map(rename),
		output: (node.output ?? []).map(rename),
		attribute: (node.attribute ?? []).map((attribute) =>
			renameAttribute(attribute, names),
		),
	};
}

function renameAttribute(
	attribute: AttributeProto,
	names: Names,
): AttributeProto {
	const { g, graphs = [] } = attribute;
	if ((g === undefined || g === null) && graphs.length === 0) return attribute;
	return {
		...attribute,
		...(g === undefined || g === null ? {} : { g: renameGraph(g, names) }),
		...(graphs.length === 0
			? {}
			: { graphs: graphs.map((body) => renameGraph(body, names)) }),
	};
}

/** The graph with what it defines and reads renamed. */
export function renameGraph(graph: GraphProto, names: Names): GraphProto {
	const rename = (name = ""): string => names.get(name) ?? name;
	const info = (value: ValueInfoProto): ValueInfoProto => ({
		...value,
		name: rename(value.name),
	});
	return {
		...graph,
		node: (graph.node ?? []).map((node) => renameNode(node, names)),
		initializer: (graph.initializer ?? []).map((tensor) => ({
			...tensor,
			name: rename(tensor.name),
		})),
		sparseInitializer: (graph.sparseInitializer ?? []).map((sparse) => ({
			...sparse,
			values: { ...sparse.values, name: rename(sparse.values?.name) },
		})),
		input: (graph.input ?? []).map(info),
		output: (graph.output ?? []).map(info),
		valueInfo: (graph.valueInfo ?? []).map(info),
	};
}

/** Names that a graph defines: inputs, initialisers, outputs of its nodes; `deep`: those inside of bodies too. */
export function definedNames(
	graph: GraphProto,
	{ deep = false }: { readonly deep?: boolean } = {},
): string[] {
	const nodes = graph.node ?? [];
	return [
		...(graph.input ?? []).map(({ name = "" }) => name),
		...(graph.initializer ?? []).map(({ name = "" }) => name),
		...(graph.sparseInitializer ?? []).map(({ values }) => values?.name ?? ""),
		...nodes.flatMap(({ output = [] }) => output),
		...(deep ? nodes.flatMap(namesInBodies) : []),
	].filter((name) => name !== "");
}

/** Names that the bodies of a node define. */
export function namesInBodies(node: NodeProto): string[] {
	return bodiesOf(node).flatMap((body) => definedNames(body, { deep: true }));
}
