/** Which values every input of the ONNX file gets, checked against what the file declares. */
import { TargetNetworkError } from "../errors.ts";
import { DataType } from "../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../onnx/read-graph.ts";
import { checkDims, showDims } from "../onnx/session-errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import type {
	DescribedConstant,
	DescribedState,
	DescriptorFile,
} from "./descriptor.ts";
import {
	type ConstantInput,
	isFeedable,
	type NetworkInputs,
	type StateInput,
} from "./feeds.ts";

/**
 * The inputs of `graph` (whose half-precision inputs have been made float32) as the descriptor says to feed them; `dims` are one row's features.
 * Throws TargetNetworkError: `input_unknown`, `input_extra`, `input_not_float`, `input_rank_mismatch`, `input_shape_mismatch`,
 * `constant_invalid`, `state_invalid`.
 */
export function resolveInputs(
	file: DescriptorFile,
	graph: Graph,
	dims: readonly number[],
): NetworkInputs {
	const { descriptor, at } = file;
	const input = findInput(graph, descriptor.input, at(["input"]));
	const rowDims = fitted(input, dims);
	checkFeatures(file, graph, input, rowDims);
	const constants = Object.entries(descriptor.constants).map(
		([name, described]) => {
			const where = at(["constants", name]);
			return resolveConstant({
				graph,
				input: findInput(graph, name, where),
				described,
				where,
				batchAxisName: input.dims?.[0],
			});
		},
	);
	const states = descriptor.state.map((described, index) =>
		resolveState({
			graph,
			described,
			where: at(["state", index]),
			batchAxisName: input.dims?.[0],
		}),
	);
	checkCoverage(graph, [
		input.name,
		...constants.map(({ name }) => name),
		...states.map((state) => state.input),
	]);
	return { name: input.name, dims: rowDims, constants, states };
}

/**
 * `dims` with axes of length 1 put in or left out as the input declares them (`[frames, mel]` for `[batch, 1, frames, mel]`): the values are the same.
 * Unchanged when there is another difference.
 */
function fitted(input: GraphInput, dims: readonly number[]): readonly number[] {
	const declared = (input.dims ?? []).slice(1);
	const longer = dims.filter((dim) => dim !== 1);
	const places = declared.filter((dim) => dim !== 1);
	if (declared.length === dims.length || places.length !== longer.length)
		return dims;
	let place = 0;
	return declared.map((dim) => {
		if (dim === 1) return 1;
		place += 1;
		return longer[place - 1] as number;
	});
}

function findInput(graph: Graph, name: string, where: string): GraphInput {
	const names = graph.inputs.map((input) => input.name);
	const input = graph.inputs.find((candidate) => candidate.name === name);
	if (input === undefined)
		throw new TargetNetworkError(
			`${where}${graph.path} has no input "${name}"; its inputs are ${names.join(", ")}`,
			{ code: "input_unknown", hint: didYouMean(name, names) },
		);
	return input;
}

/** Every input is fed, and by one part of the descriptor only. */
function checkCoverage(graph: Graph, fed: readonly string[]): void {
	const twice = fed.find((name, index) => fed.indexOf(name) !== index);
	if (twice !== undefined)
		throw new TargetNetworkError(
			`input "${twice}" of ${graph.path} is fed by more than one of \`input\`, \`constants\` and \`state\``,
			{ code: "input_extra" },
		);
	const missing = graph.inputs.filter(({ name }) => !fed.includes(name));
	if (missing.length === 0) return;
	const described = missing.map(
		({ name, dims }) => `${name} ${showDims(dims ?? ["?"])}`,
	);
	throw new TargetNetworkError(
		`${graph.path} has ${graph.inputs.length} inputs (${graph.inputs.map(({ name }) => name).join(", ")}); the descriptor does not say what to feed ${described.join(", ")}`,
		{
			code: "input_extra",
			hint: "Give them fixed values (`constants: { name: value }`) or, in a recurrent network, a state (`state: [{ input, output }]`).",
		},
	);
}

function checkFeatures(
	{ descriptor, at }: DescriptorFile,
	graph: Graph,
	input: GraphInput,
	dims: readonly number[],
): void {
	if (input.elementType !== DataType.float)
		throw new TargetNetworkError(
			`input "${input.name}" of ${graph.path} does not take float numbers (ONNX element type ${input.elementType ?? "none"})`,
			{ code: "input_not_float" },
		);
	if (input.dims !== null)
		checkDims(
			{
				file: graph.path,
				input: input.name,
				expected: input.dims,
				hint: `${at(["frontEnd"])}the front end ${descriptor.frontEnd.kind} gives ${showDims(["batch", ...dims])}`,
			},
			["batch", ...dims],
		);
}

function resolveConstant(options: {
	readonly graph: Graph;
	readonly input: GraphInput;
	readonly described: DescribedConstant;
	readonly where: string;
	readonly batchAxisName: string | number | undefined;
}): ConstantInput {
	const { graph, input, described, where, batchAxisName } = options;
	const invalid = (problem: string, hint?: string): TargetNetworkError =>
		new TargetNetworkError(
			`${where}constant "${input.name}" of ${graph.path} ${problem}`,
			{ code: "constant_invalid", hint },
		);
	const { elementType } = input;
	if (!isFeedable(elementType))
		throw invalid(`has an element type that cannot be fed (${elementType})`);
	const stated = typeof described === "object" ? described : undefined;
	const values = [stated?.values ?? described].flat().map(Number);
	if (
		[DataType.int64, DataType.int32].some((type) => type === elementType) &&
		!values.every(Number.isInteger)
	)
		throw invalid(`takes integers, got ${values.join(", ")}`);
	const dims =
		stated?.dims ??
		(input.dims ?? []).map((dim, axis) => {
			if (typeof dim === "number") return dim;
			if (axis === 0 || dim === batchAxisName) return "batch" as const;
			throw invalid(
				`has open axes ${showDims(input.dims ?? [])}`,
				"Say which they are: `{ values: 1, dims: [batch, 100] }`.",
			);
		});
	if (input.dims !== null)
		checkDims(
			{ file: graph.path, input: input.name, expected: input.dims },
			dims,
		);
	const batches = dims.filter((dim) => dim === "batch").length;
	const size = dims.reduce<number>(
		(product, dim) => product * (dim === "batch" ? 1 : dim),
		1,
	);
	if (batches > 1) throw invalid(`has two batch axes ${showDims(dims)}`);
	if (values.length > 1 && values.length !== size)
		throw invalid(
			`has ${size} elements a row (shape ${showDims(dims)}), got ${values.length} values`,
		);
	if (values.length > 1 && batches === 1 && dims[0] !== "batch")
		throw invalid(
			`of several values needs its batch axis first, got shape ${showDims(dims)}`,
		);
	return { name: input.name, elementType, dims, values };
}

function resolveState(options: {
	readonly graph: Graph;
	readonly described: DescribedState;
	readonly where: string;
	readonly batchAxisName: string | number | undefined;
}): StateInput {
	const { graph, described, where, batchAxisName } = options;
	const { output } = described;
	const input = findInput(graph, described.input, where);
	const invalid = (problem: string, hint?: string): TargetNetworkError =>
		new TargetNetworkError(
			`${where}state "${input.name}" of ${graph.path} ${problem}`,
			{ code: "state_invalid", hint },
		);
	if (!graph.producers.has(output))
		throw new TargetNetworkError(
			`${where}${graph.path} has no output "${output}"; its outputs are ${graph.outputs.join(", ")}`,
			{ code: "state_invalid", hint: didYouMean(output, graph.outputs) },
		);
	const { elementType, dims } = input;
	if (!isFeedable(elementType))
		throw invalid(`has an element type that cannot be fed (${elementType})`);
	if (dims === null) throw invalid("has no declared shape");
	const axesWith = (dim: string | number): number[] =>
		[...dims.keys()].filter((axis) => dims[axis] === dim);
	const open = [...dims.keys()].filter(
		(axis) => typeof dims[axis] === "string",
	);
	// The axis named like the batch, else the open one, else, in a file with a fixed batch, the axis of its length.
	const named = batchAxisName === undefined ? [] : axesWith(batchAxisName);
	const found =
		typeof batchAxisName === "number"
			? named
			: named.length === 1
				? named
				: open.slice(0, 1);
	if (
		described.batchAxis === undefined &&
		typeof batchAxisName === "number" &&
		batchAxisName > 1 &&
		found.length !== 1
	)
		throw invalid(
			`has shape ${showDims(dims)}, which does not tell the axis of the ${batchAxisName} rows`,
			"Say which it is: `batchAxis: 0`.",
		);
	const single = batchAxisName === 1;
	const batchAxis = described.batchAxis ?? (single ? null : (found[0] ?? null));
	if (batchAxis !== null && batchAxis >= dims.length)
		throw invalid(
			`has ${dims.length} axes ${showDims(dims)}, batchAxis is ${batchAxis}`,
		);
	if (open.some((axis) => axis !== batchAxis))
		throw invalid(
			`has more open axes than the batch: ${showDims(dims)}`,
			"Export the network with a state of fixed size.",
		);
	return {
		input: input.name,
		output,
		elementType,
		dims: dims.map((dim, axis) => (axis === batchAxis ? 1 : Number(dim))),
		batchAxis,
	};
}
