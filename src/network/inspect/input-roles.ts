/** What the inputs of a file of several inputs seem to be, by their types, shapes and names. */
import { toNumber } from "../../onnx/proto/codec.ts";
import { DataType, type ValueInfoProto } from "../../onnx/proto/types.ts";
import type { Graph, GraphInput } from "../../onnx/read-graph.ts";
import type { DescribedLength } from "../descriptor-schema.ts";

export type InputRoles = {
	/** The input that takes the clip; undefined when there is none. */
	readonly features: GraphInput | undefined;
	readonly states: readonly {
		readonly input: string;
		readonly output: string;
	}[];
	/** Inputs that tell where a clip ends. */
	readonly lengths: readonly {
		readonly input: string;
		readonly kind: DescribedLength;
	}[];
	/** What is left, with the value to try. */
	readonly constants: readonly {
		readonly input: string;
		readonly value: number;
	}[];
};

const FEATURES =
	/^(input|inputs|x|input_values|input_features|features|feats?|fbank|spec|spectrogram|mel|log_?mel|audio|audio_signal|signal|wave|waveform|wav|speech|source|samples)$/i;
const SAMPLE_RATE = /^(sr|fs|rate|sampling_?rate|sample_?rate)$/i;
const LENGTH = /(^|_|\.)(len|lens|length|lengths)($|_|\.)/i;
/** Inputs for which 0 is the value that is always valid. */
const ZERO =
	/(^|_)(ids?|index|indices|tokens?|lang|language|offset|start|h|c|h0|c0|hidden|cell|state|states|cache|mem|memory|past)($|_)/i;
/** Hz, of nearly all speech and audio networks. */
const USUAL_RATE = 16_000;

/**
 * A state is an input with an output of the same rank and type that has the input's name with something behind (`h` and `hn`), or that alone has its
 * fixed shape; a mask or a length is known by its name; the features are the float input with a usual name, else the first with two axes or more.
 */
export function inputRoles(graph: Graph): InputRoles {
	const outputs = graph.model.graph?.output ?? [];
	const states = graph.inputs.flatMap((input) => {
		const output = FEATURES.test(input.name)
			? undefined
			: stateOutput(input, graph.inputs, outputs);
		return output === undefined ? [] : [{ input: input.name, output }];
	});
	const stateless = graph.inputs.filter(
		({ name }) => !states.some(({ input }) => input === name),
	);
	const lengths = stateless.flatMap((input) => {
		const kind = lengthKind(input);
		return kind === undefined ? [] : [{ input: input.name, kind }];
	});
	const others = stateless.filter(
		({ name }) => !lengths.some(({ input }) => input === name),
	);
	const floats = others.filter(
		({ elementType, dims }) =>
			elementType === DataType.float && (dims ?? ["?", "?"]).length > 1,
	);
	const features =
		floats.find(({ name }) => FEATURES.test(name)) ?? floats[0] ?? others[0];
	return {
		features,
		states,
		lengths,
		constants: others
			.filter((input) => input !== features)
			.map(({ name }) => ({ input: name, value: usualValue(name) })),
	};
}

function usualValue(name: string): number {
	if (SAMPLE_RATE.test(name)) return USUAL_RATE;
	return ZERO.test(name) ? 0 : 1;
}

function lengthKind({
	name,
	elementType,
	dims,
}: GraphInput): DescribedLength | undefined {
	const rank = dims?.length ?? 2;
	if (/mask/i.test(name) && rank > 1)
		return /pad/i.test(name) ? "padding-mask" : "mask";
	if (LENGTH.test(name) && rank <= 2)
		return elementType === DataType.float ? "share" : "length";
	return undefined;
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
