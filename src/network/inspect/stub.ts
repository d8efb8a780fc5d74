/** A descriptor to start from, for a file whose inputs the structure alone does not explain. */
import { toNumber } from "../../onnx/proto/codec.ts";
import { DataType, type ValueInfoProto } from "../../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../../onnx/read-graph.ts";

const FILL_IN = " # fill in";
/** Stand for axes that the file leaves open. */
const OPEN_SAMPLES = 16_000;
const OPEN_LENGTH = 100;

/**
 * YAML of a descriptor for a file of several inputs: which of them is the features, which are states (an output of the same rank has the input's name
 * with something behind, as `h` and `hn`, or alone has its fixed shape), which are constants. Guesses end in `# fill in`. `file`: the name of the ONNX file.
 */
export function descriptorStub(graph: Graph, file: string): string {
	const outputs = graph.model.graph?.output ?? [];
	const states = graph.inputs.flatMap((input) => {
		const output = stateOutput(input, graph.inputs, outputs);
		return output === undefined ? [] : [{ input: input.name, output }];
	});
	const others = graph.inputs.filter(
		({ name }) => !states.some(({ input }) => input === name),
	);
	const features =
		others.find(
			({ elementType, dims }) =>
				elementType === DataType.float && (dims ?? ["?", "?"]).length > 1,
		) ?? others[0];
	const constants = others.filter((input) => input !== features);
	const tensor = graph.outputs.find(
		(name) => !states.some(({ output }) => output === name),
	);
	return [
		"name: my-network",
		`file: ${JSON.stringify(file)}`,
		`input: ${JSON.stringify(features?.name ?? "")}`,
		...(constants.length === 0 ? [] : ["constants:"]),
		...constants.map(({ name }) => `  ${JSON.stringify(name)}: 1${FILL_IN}`),
		...(states.length === 0 ? [] : ["state:"]),
		...states.map(
			({ input, output }) =>
				`  - { input: ${JSON.stringify(input)}, output: ${JSON.stringify(output)} }`,
		),
		`frontEnd: ${frontEndOf(features)}${FILL_IN}`,
		"layers: # inspect of this file prints the others",
		`  - { name: output, tensor: ${JSON.stringify(tensor ?? graph.outputs[0] ?? "")} }`,
		"",
	].join("\n");
}

function stateOutput(
	input: GraphInput,
	inputs: readonly GraphInput[],
	outputs: readonly ValueInfoProto[],
): string | undefined {
	const dims = input.dims ?? [];
	if (dims.length < 2) return undefined;
	const alike = outputs.filter(
		({ type }) =>
			type?.tensorType?.elemType === input.elementType &&
			type?.tensorType?.shape?.dim?.length === dims.length,
	);
	const named = alike.find(({ name = "" }) =>
		name.toLowerCase().startsWith(input.name.toLowerCase()),
	);
	if (named !== undefined) return named.name;
	const shape = (other: readonly (number | string)[]): string =>
		other.map((dim) => (typeof dim === "number" ? dim : "?")).join();
	const fixed = dims.filter((dim) => typeof dim === "number").length;
	const same = alike.filter(
		({ type }) =>
			shape(
				(type?.tensorType?.shape?.dim ?? []).map(({ dimValue }) =>
					dimValue === undefined || toNumber(dimValue) === 0
						? "?"
						: toNumber(dimValue),
				),
			) === shape(dims),
	);
	const rivals = inputs.filter(
		(other) => shape(other.dims ?? []) === shape(dims),
	);
	return fixed > 0 && same.length === 1 && rivals.length === 1
		? same[0]?.name
		: undefined;
}

function frontEndOf(features: GraphInput | undefined): string {
	const dims = (features?.dims ?? ["batch", "?"]).slice(1);
	const length = (dim: number | string | undefined, open: number): number =>
		typeof dim === "number" ? dim : open;
	if (dims.length <= 1)
		return `{ kind: waveform, sampleRate: 16000, samples: ${length(dims[0], OPEN_SAMPLES)} }`;
	const [frames, bins] = dims.slice(-2);
	const layout = dims.length > 2 ? "channel-frames-bins" : "frames-bins";
	return `{ kind: features, frames: ${length(frames, OPEN_LENGTH)}, bins: ${length(bins, OPEN_LENGTH)}, layout: ${layout} }`;
}
