/** Learns the element types and shapes of tensors by running a graph once, without copying their values out. */
import { node } from "./build.ts";
import { openGraph } from "./open-graph.ts";
import { appendToGraph } from "./proto/codec.ts";
import type { Graph } from "./read-graph.ts";
import { unusedPrefix } from "./tap-graph.ts";
import type { Tensor } from "./tensor.ts";

export type ProbedTensor = {
	/** onnxruntime's name of the element type. */
	readonly type: string;
	/** Axes of this run, batch included. */
	readonly dims: readonly number[];
};

/**
 * Runs `graph` on `feeds` and tells type and shape of each of `tensors` (top-level tensors of numbers), in their order.
 * Rejects as `openSession` and `run` do.
 */
export async function probeTensors(options: {
	readonly graph: Graph;
	readonly tensors: readonly string[];
	readonly feeds: Readonly<Record<string, Tensor>>;
	readonly threads: number;
}): Promise<ProbedTensor[]> {
	const { graph, feeds, threads } = options;
	const tensors = [...new Set(options.tensors)];
	const prefix = unusedPrefix(graph);
	const shapeNames = tensors.map((_, index) => `${prefix}shape/${index}`);
	const nodes = tensors.map((tensor, index) =>
		node({
			operator: "Shape",
			inputs: [tensor],
			outputs: [shapeNames[index] as string],
		}),
	);
	// The tensors are declared too, only so that the session tells their element types; they are not fetched.
	const outputs = [
		...tensors.filter((name) => !graph.outputs.includes(name)),
		...shapeNames,
	];
	const bytes = appendToGraph(graph.bytes, {
		node: nodes,
		output: outputs.map((name) => ({ name })),
	});
	const session = await openGraph({ graph, bytes, threads });
	try {
		const shapes = await session.run(feeds, shapeNames);
		const types = new Map(
			session.outputs.map(({ name, type }) => [name, type]),
		);
		const found = new Map(
			tensors.map((tensor, index) => {
				const data = shapes[shapeNames[index] as string]?.data;
				if (!(data instanceof BigInt64Array))
					throw new TypeError(`the shape of "${tensor}" is not int64`);
				const type = types.get(tensor) ?? "unknown";
				return [tensor, { type, dims: Array.from(data, Number) }];
			}),
		);
		return options.tensors.map((tensor) => found.get(tensor) as ProbedTensor);
	} finally {
		await session.close();
	}
}
