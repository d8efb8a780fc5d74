/** Activation functions: one operator, or the handful that exporters write for GELU and SiLU. */
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import { isActivation } from "../unit-axis.ts";
import { type Consumers, onlyConsumer } from "./consumers.ts";

/** Operators that are an activation function by themselves. */
export const SIMPLE_ACTIVATIONS: ReadonlySet<string> = new Set(
	"Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Mish Swish ThresholdedRelu".split(
		" ",
	),
);

/** Operators that may be the heart of a longer function: GELU (Erf, or Tanh in its approximation) and SiLU (Sigmoid). */
const HEARTS = ["Erf", "Tanh", "Sigmoid", "HardSigmoid"];
const ARITHMETIC = ["Add", "Sub", "Mul", "Div", "Pow"];

/** How far back from the heart its argument x is looked for; the tanh form of GELU takes five operators. */
const ARGUMENT_DEPTH = 6;

/**
 * The output of the activation function whose heart is `node`, with its nodes; undefined when `node` is none.
 * From the heart on, sums and products with constants or with x belong to it, as long as the last of them is a product with x or a constant
 * after one (x * Phi(x), x * sigmoid(x)); otherwise the heart alone is the activation.
 */
export function activationOutput(
	graph: Graph,
	consumers: Consumers,
	node: NodeProto,
):
	| { readonly tensor: string; readonly nodes: readonly NodeProto[] }
	| undefined {
	const operator = node.opType ?? "";
	const tensor = node.output?.[0] ?? "";
	const simple = SIMPLE_ACTIVATIONS.has(operator)
		? { tensor, nodes: [node] }
		: undefined;
	if (!HEARTS.includes(operator)) return simple;
	const argument = argumentOf(graph, node);
	const nodes = [node];
	let gated = false;
	let current = tensor;
	for (;;) {
		const next = onlyConsumer(consumers, current, ["Add", "Mul"]);
		const other = next?.input?.find((name) => name !== current);
		if (next === undefined || other === undefined) break;
		const withArgument =
			argument.has(other) || isScaledArgument(graph, argument, other);
		if (!withArgument && isActivation(graph, other)) break;
		if (next.opType === "Add" && (withArgument || gated)) break;
		gated ||= withArgument;
		nodes.push(next);
		current = next.output?.[0] ?? "";
	}
	return gated ? { tensor: current, nodes } : simple;
}

/** The tensors that the argument of `heart` is computed from by arithmetic. */
function argumentOf(graph: Graph, heart: NodeProto): ReadonlySet<string> {
	const found = new Set<string>();
	let frontier = [...(heart.input ?? [])];
	for (let depth = 0; depth < ARGUMENT_DEPTH; depth += 1) {
		const next: string[] = [];
		for (const name of frontier) {
			if (!isActivation(graph, name) || found.has(name)) continue;
			found.add(name);
			const maker = graph.producers.get(name);
			if (ARITHMETIC.includes(maker?.opType ?? ""))
				next.push(...(maker?.input ?? []));
		}
		frontier = next;
	}
	return found;
}

/** x times a constant, as in (0.5 x) * (1 + erf(...)). */
function isScaledArgument(
	graph: Graph,
	argument: ReadonlySet<string>,
	tensor: string,
): boolean {
	const node = graph.producers.get(tensor);
	if (node?.opType !== "Mul" && node?.opType !== "Div") return false;
	const [a = "", b = ""] = node.input ?? [];
	return (
		(argument.has(a) && !isActivation(graph, b)) ||
		(argument.has(b) && !isActivation(graph, a))
	);
}
