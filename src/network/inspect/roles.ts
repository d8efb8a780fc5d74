/** What a layer is in its transformer block, told from the graph around it. */
import type { NodeProto } from "../../onnx/proto/types.ts";
import type { Graph } from "../../onnx/read-graph.ts";
import type { Candidate } from "./candidates.ts";
import { type Consumers, consumersOf } from "./consumers.ts";
import { modulePathOf } from "./module-path.ts";

export type LayerRole =
	| "attention output"
	| "mlp hidden before activation"
	| "mlp hidden"
	| "mlp output"
	| "block output";

/** Operators that only move or retype values. */
const PASSING = new Set(
	"Reshape Transpose Dropout Identity Cast Squeeze Unsqueeze Flatten".split(
		" ",
	),
);
const ATTENTION = new Set(["Attention", "MultiHeadAttention", "QAttention"]);
/** Steps along a chain at most; a window shift of Swin and its padding take about ten. */
const MOST_STEPS = 12;

/**
 * Role by tensor. An MLP is two linear layers with one activation function between them, the second leading to a residual sum; the block's output
 * is that sum, or the normalisation behind it when both are of one module (post-norm). The attention output is the linear layer behind the
 * product of a Softmax with the values.
 */
export function rolesOf(
	graph: Graph,
	candidates: readonly Candidate[],
): ReadonlyMap<string, LayerRole> {
	const consumers = consumersOf(graph);
	const byTensor = new Map(candidates.map((item) => [item.tensor, item]));
	const byFirstNode = new Map(candidates.map((item) => [item.nodes[0], item]));
	const roles = new Map<string, LayerRole>();
	for (const candidate of candidates) {
		if (candidate.kind === "linear" && isBehindAttention(graph, candidate))
			roles.set(candidate.tensor, "attention output");
		if (candidate.kind !== "activation") continue;
		const argument = argumentOf(graph, candidate);
		const before = byTensor.get(sourceOf(graph, argument));
		const after = nextLinear(consumers, byFirstNode, candidate.tensor);
		if (before?.kind !== "linear" || after === undefined) continue;
		const sum = nextResidual(consumers, byTensor, after.tensor);
		if (sum === undefined) continue;
		roles.set(before.tensor, "mlp hidden before activation");
		roles.set(candidate.tensor, "mlp hidden");
		roles.set(after.tensor, "mlp output");
		roles.set(
			normalisedIn(consumers, byFirstNode, sum) ?? sum.tensor,
			"block output",
		);
	}
	return roles;
}

/** The tensor that an activation is a function of: its heart's input, before any scaling (GELU divides by the root of 2). */
function argumentOf(graph: Graph, { nodes }: Candidate): string {
	const pending = [...(nodes[0]?.input ?? [])];
	for (let step = 0; step < MOST_STEPS && pending.length > 0; step += 1) {
		const tensor = pending.shift() as string;
		const maker = graph.producers.get(tensor);
		if (graph.initialisers.has(tensor) || maker?.opType === "Constant")
			continue;
		const scaled = ["Div", "Mul"].includes(maker?.opType ?? "");
		if (!scaled || nodes.length === 1) return tensor;
		pending.push(...(maker?.input ?? []));
	}
	return "";
}

/** Back through operators that only move values. */
function sourceOf(graph: Graph, tensor: string): string {
	let current = tensor;
	for (let step = 0; step < MOST_STEPS; step += 1) {
		const node = graph.producers.get(current);
		if (node === undefined || !PASSING.has(node.opType ?? "")) break;
		current = node.input?.[0] ?? "";
	}
	return current;
}

function isBehindAttention(graph: Graph, candidate: Candidate): boolean {
	return (candidate.nodes[0]?.input ?? []).some((input) => {
		const node = graph.producers.get(sourceOf(graph, input));
		if (ATTENTION.has(node?.opType ?? "")) return true;
		if (node?.opType !== "MatMul") return false;
		return (node.input ?? []).some((operand) => {
			const maker = graph.producers.get(sourceOf(graph, operand));
			return (
				maker?.opType === "Softmax" ||
				// Masked rows are set to 0 behind the Softmax in torch's decomposition.
				(maker?.opType === "Where" &&
					(maker.input ?? []).some(
						(input) =>
							graph.producers.get(sourceOf(graph, input))?.opType === "Softmax",
					))
			);
		});
	});
}

/** Forward through operators that only move values: the readers at their ends. */
function readersOf(consumers: Consumers, tensor: string): NodeProto[] {
	const found: NodeProto[] = [];
	const pending = [tensor];
	for (let step = 0; step < MOST_STEPS && pending.length > 0; step += 1) {
		for (const node of consumers.get(pending.shift() as string) ?? []) {
			const [output = ""] = node.output ?? [];
			if (PASSING.has(node.opType ?? "")) pending.push(output);
			else found.push(node);
		}
	}
	return found;
}

function nextLinear(
	consumers: Consumers,
	byFirstNode: ReadonlyMap<NodeProto | undefined, Candidate>,
	tensor: string,
): Candidate | undefined {
	const found = readersOf(consumers, tensor)
		.map((node) => byFirstNode.get(node))
		.filter((item) => item !== undefined);
	return found.length === 1 && found[0]?.kind === "linear"
		? found[0]
		: undefined;
}

function nextResidual(
	consumers: Consumers,
	byTensor: ReadonlyMap<string, Candidate>,
	tensor: string,
): Candidate | undefined {
	for (const node of readersOf(consumers, tensor)) {
		const [output = ""] = node.output ?? [];
		const item = byTensor.get(output);
		if (item?.kind === "residual") return item;
		// A layer scale stands between.
		if (node.opType === "Mul") {
			const behind = readersOf(consumers, output)
				.map((next) => byTensor.get(next.output?.[0] ?? ""))
				.find((next) => next?.kind === "residual");
			if (behind !== undefined) return behind;
		}
	}
	return undefined;
}

/** The normalisation that alone reads the sum and is of a module inside of the sum's: a post-norm block ends with it. */
function normalisedIn(
	consumers: Consumers,
	byFirstNode: ReadonlyMap<NodeProto | undefined, Candidate>,
	sum: Candidate,
): string | undefined {
	const readers = readersOf(consumers, sum.tensor);
	const next = byFirstNode.get(readers[0]);
	if (readers.length !== 1 || next?.kind !== "normalisation") return undefined;
	const outer = modulePathOf(sum.nodes.at(-1), sum.tensor).path;
	const inner = modulePathOf(next.nodes.at(-1), next.tensor).path;
	const inside =
		outer.length > 0 &&
		inner.length > outer.length &&
		outer.every((module, index) => module === inner[index]);
	return inside ? next.tensor : undefined;
}
