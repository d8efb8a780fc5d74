/** Which values every input of the ONNX file gets, checked against what the file declares. */
import { TargetNetworkError } from "../errors.ts";
import { DataType } from "../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../onnx/read-graph.ts";
import { checkDims, showDims } from "../onnx/session-errors.ts";
import type { DescriptorFile } from "./descriptor.ts";
import type { NetworkInputs } from "./feeds.ts";
import { findInput } from "./find-input.ts";
import { frontEndLength } from "./front-ends/front-end.ts";
import { resolveConstant } from "./resolve-constant.ts";
import { resolveLength } from "./resolve-lengths.ts";
import { resolveState } from "./resolve-state.ts";

/**
 * The inputs of `graph` (whose half-precision inputs have been made float32) as the descriptor says to feed them; `dims` are one row's features.
 * Throws TargetNetworkError: `input_unknown`, `input_extra`, `input_not_float`, `input_rank_mismatch`, `input_shape_mismatch`,
 * `constant_invalid`, `state_invalid`, `length_input_invalid`.
 */
export function resolveInputs(
	file: DescriptorFile,
	graph: Graph,
	dims: readonly number[],
): NetworkInputs {
	const { descriptor, at } = file;
	const length = frontEndLength(descriptor.frontEnd);
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
	const lengths = Object.entries(descriptor.lengths).map(([name, kind]) =>
		resolveLength({
			graph,
			name,
			kind,
			length,
			where: at(["lengths", name]),
			batchAxisName: input.dims?.[0],
		}),
	);
	checkCoverage(graph, [
		input.name,
		...constants.map(({ name }) => name),
		...states.map((state) => state.input),
		...lengths.map(({ name }) => name),
	]);
	return {
		name: input.name,
		dims: rowDims,
		length,
		constants,
		states,
		lengths,
	};
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

/** Every input is fed, and by one part of the descriptor only. */
function checkCoverage(graph: Graph, fed: readonly string[]): void {
	const twice = fed.find((name, index) => fed.indexOf(name) !== index);
	if (twice !== undefined)
		throw new TargetNetworkError(
			`input "${twice}" of ${graph.path} is fed by more than one of \`input\`, \`constants\`, \`state\` and \`lengths\``,
			{ code: "input_extra", hint: "Name the input in one of them." },
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
			hint: "Give them fixed values (`constants: { name: value }`), the clip's own length (`lengths: { name: mask }`) or, in a recurrent network, a state (`state: [{ input, output }]`).",
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
			{
				code: "input_not_float",
				hint: "Name another input, or export the network with a float one.",
			},
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
