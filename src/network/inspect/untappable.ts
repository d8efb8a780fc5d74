/** What of a graph cannot be tapped, and why. */
import type { OpenConditional } from "../../onnx/conditionals.ts";
import { toNumber } from "../../onnx/proto/codec.ts";
import type { NodeProto } from "../../onnx/proto/types.ts";
import { bodiesOf, type Graph } from "../../onnx/read-graph.ts";

export type Untappable = {
	readonly code:
		| "subgraph"
		| "function"
		| "recurrent"
		| "not_float"
		| "no_batch_axis"
		| "unit_axis_unclear";
	readonly reason: string;
	/** In file order. */
	readonly tensors: readonly string[];
};

/** Operators whose outputs are integers or booleans. */
const INTEGER_OPERATORS = new Set(
	"Shape Size ArgMax ArgMin NonZero Equal Greater GreaterOrEqual Less LessOrEqual And Or Not Xor IsNaN IsInf MatMulInteger ConvInteger QuantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul".split(
		" ",
	),
);
/** float, float16, double and bfloat16 of `TensorProto.DataType`. */
const FLOAT_ELEMENTS = new Set([1, 10, 11, 16]);

/** Reasons that the structure alone tells: bodies, local functions, recurrent layers, integer tensors. */
export function untappableByStructure(
	graph: Graph,
	open: readonly OpenConditional[] = [],
): Untappable[] {
	const found: Untappable[] = [];
	const functions = new Set(
		(graph.model.functions ?? []).map(
			({ domain = "", name = "" }) => `${domain}:${name}`,
		),
	);
	const integers: string[] = [];
	for (const node of graph.nodes) {
		const operator = node.opType ?? "";
		const outputs = (node.output ?? []).filter((name) => name !== "");
		if (bodiesOf(node).length > 0)
			found.push(describeBodies(graph, node, open));
		else if (functions.has(`${node.domain ?? ""}:${operator}`))
			found.push({
				code: "function",
				reason: `what is inside the local function ${operator} (node "${node.name ?? ""}") has no tensor names of its own`,
				tensors: outputs,
			});
		else if (["LSTM", "GRU", "RNN"].includes(operator))
			found.push({
				code: "recurrent",
				reason: `${operator} "${node.name ?? ""}" gives [time, directions, batch, units]: the batch is not its first axis`,
				tensors: outputs,
			});
		else if (INTEGER_OPERATORS.has(operator) || isIntegerCast(node))
			integers.push(...outputs);
	}
	if (integers.length > 0)
		found.push({
			code: "not_float",
			reason:
				"integer or boolean values (shape arithmetic, comparisons, quantised products)",
			tensors: integers,
		});
	return found;
}

function describeBodies(
	graph: Graph,
	node: NodeProto,
	open: readonly OpenConditional[],
): Untappable {
	const operator = node.opType ?? "";
	const owner = node.name || operator;
	const tensors = [...graph.innerTensors]
		.filter(([, of]) => of === owner)
		.map(([name]) => name);
	const conditional =
		operator === "If" ? open.find(({ name }) => name === node.name) : undefined;
	const why =
		conditional === undefined
			? "tensors of a body cannot be outputs of the graph"
			: `its condition ${conditional.reason}, and the tensors of a branch exist only when it is taken; \`branches: { ${JSON.stringify(conditional.name)}: then }\` in a descriptor (or else) fixes it`;
	return {
		code: "subgraph",
		reason: `inside the body of ${operator} "${owner}": ${why}`,
		tensors,
	};
}

function isIntegerCast(node: NodeProto): boolean {
	if (node.opType !== "Cast") return false;
	const to = node.attribute?.find(({ name }) => name === "to")?.i;
	return to !== undefined && !FLOAT_ELEMENTS.has(toNumber(to));
}
