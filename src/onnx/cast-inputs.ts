/** Lets inputs of half or double precision be fed with float32. */
import { node, valueInfo } from "./build.ts";
import { DataType } from "./proto/types.ts";
import { editedGraph, type Graph } from "./read-graph.ts";
import { definedNames, renameNode } from "./rename.ts";

/**
 * `graph` with every float16 and float64 input but `except` declared as float32 and cast behind its name. The same graph when there is none.
 */
export function castInputs(
	graph: Graph,
	except: ReadonlySet<string> = new Set(),
): Graph {
	const wanted = new Map(
		graph.inputs
			.filter(
				({ name, elementType }) =>
					!except.has(name) &&
					(elementType === DataType.float16 || elementType === DataType.double),
			)
			.map((input) => [input.name, input]),
	);
	if (wanted.size === 0) return graph;
	const { model } = graph;
	const body = model.graph ?? {};
	const taken = new Set([...definedNames(body), ...graph.innerTensors.keys()]);
	const names = new Map<string, string>();
	for (const name of wanted.keys()) {
		let cast = `${name}_cast`;
		while (taken.has(cast)) cast = `_${cast}`;
		names.set(name, cast);
	}
	const casts = [...wanted.values()].map(({ name, elementType }) =>
		node({
			operator: "Cast",
			inputs: [name],
			outputs: [names.get(name) as string],
			attributes: { to: elementType as number },
		}),
	);
	return editedGraph(graph, {
		...model,
		graph: {
			...body,
			input: (body.input ?? []).map((input) => {
				const found = wanted.get(input.name ?? "");
				if (found === undefined) return input;
				return found.dims === null
					? {
							name: found.name,
							type: { tensorType: { elemType: DataType.float } },
						}
					: valueInfo(found.name, found.dims);
			}),
			node: [
				...casts,
				...(body.node ?? []).map((item) => renameNode(item, names)),
			],
		},
	});
}
