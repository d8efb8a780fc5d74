/** Descriptors to try on a file of several inputs: what each input seems to be, open axes with usual lengths. */
import type { Graph, GraphInput } from "../../onnx/read-graph.ts";
import { showDims } from "../../onnx/session-errors.ts";
import { type InputRoles, inputRoles } from "./input-roles.ts";

export type Guess = {
	/** A descriptor without `layers:`; what is guessed ends in a comment that says so. */
	readonly descriptor: string;
	/** What is fed to each input, in words. */
	readonly fed: readonly string[];
};

const GUESSED = " # guessed";
/** Samples of an open axis of a waveform, tried in order. */
const SAMPLES = [16_000, 32_000, 48_000];
/** The same for one step of a recurrent network. */
const STEP_SAMPLES = [512, 576, 256, 1536, 480, 320, 160, 1280, ...SAMPLES];
/** Frames of an open axis of a spectrogram, and mel bins. */
const FRAMES = [128, 1024, 100, 3000, 64];
const BINS = [80, 128, 64, 40];

/** In the order to try them. `file`: the name of the ONNX file. Empty when no input can take a clip. */
export function guessDescriptors(graph: Graph, file: string): readonly Guess[] {
	const roles = inputRoles(graph);
	const { features } = roles;
	if (features === undefined) return [];
	return frontEnds(features, roles.states.length > 0).map((frontEnd) => ({
		descriptor: descriptorText({ graph, roles, features, frontEnd, file }),
		fed: [
			`${features.name} = zeros ${showDims(["batch", ...frontEnd.dims])}`,
			...roles.constants.map(({ input, value }) => `${input} = ${value}`),
			...roles.lengths.map(({ input, kind }) => `${input} = ${WHOLE[kind]}`),
			...roles.states.map(
				({ input, output }) => `${input} = zeros, then what ${output} leaves`,
			),
		],
	}));
}

/** What an input is fed that tells where a clip ends, for a clip that fills the row. */
const WHOLE = {
	mask: "1 everywhere (a mask)",
	"padding-mask": "0 everywhere (a padding mask)",
	length: "the length of the input",
	share: "1 (the share that is no padding)",
} as const;

function descriptorText(options: {
	readonly graph: Graph;
	readonly roles: InputRoles;
	readonly features: GraphInput;
	readonly frontEnd: GuessedFrontEnd;
	readonly file: string;
}): string {
	const { graph, roles, features, frontEnd, file } = options;
	const { states, lengths, constants } = roles;
	const text = JSON.stringify;
	const axesOf = (input: string): readonly (number | string)[] =>
		closedAxes(
			graph.inputs.find(({ name }) => name === input)?.dims ?? [],
			features.dims ?? [],
			frontEnd.dims,
		);
	return [
		"name: my-network",
		`file: ${text(file)}`,
		`input: ${text(features.name)}`,
		...(constants.length === 0 ? [] : ["constants:"]),
		...constants.map(
			({ input, value }) =>
				`  ${text(input)}: ${constantText(value, axesOf(input))}${GUESSED}`,
		),
		...(lengths.length === 0 ? [] : ["lengths:"]),
		...lengths.map(({ input, kind }) => `  ${text(input)}: ${kind}${GUESSED}`),
		...(states.length === 0 ? [] : ["state:"]),
		...states.map(
			({ input, output }) =>
				`  - { input: ${text(input)}, output: ${text(output)} }`,
		),
		`frontEnd: ${frontEnd.yaml}${GUESSED}`,
		"",
	].join("\n");
}

/** The axes of a constant, open ones filled in: the batch, an axis of the features of the same name, else one element. */
function closedAxes(
	dims: readonly (number | string)[],
	features: readonly (number | string)[],
	row: readonly number[],
): readonly (number | string)[] {
	return dims.map((dim, axis) => {
		if (typeof dim === "number") return dim;
		if (axis === 0 || dim === features[0]) return "batch";
		const place = dim === "?" ? -1 : features.indexOf(dim);
		return place > 0 && features.length === row.length + 1
			? (row[place - 1] ?? 1)
			: 1;
	});
}

/** With its axes where the file leaves more than the batch open. */
function constantText(
	value: number,
	axes: readonly (number | string)[],
): string {
	return axes.slice(1).length === 0
		? String(value)
		: `{ values: ${value}, dims: [${axes.join(", ")}] }`;
}

type GuessedFrontEnd = {
	readonly yaml: string;
	/** Axes of one row. */
	readonly dims: readonly number[];
};

function frontEnds(
	{ dims: declared }: GraphInput,
	recurrent: boolean,
): readonly GuessedFrontEnd[] {
	const dims = (declared ?? ["batch", "?"]).slice(1);
	if (dims.length <= 1)
		return choices(dims[0], recurrent ? STEP_SAMPLES : SAMPLES).map(
			(samples) => ({
				yaml: `{ kind: waveform, sampleRate: 16000, samples: ${samples} }`,
				dims: [samples],
			}),
		);
	const [rows, columns] = dims.slice(-2);
	const channel = dims.length > 2;
	// A fixed number of mel bins before an open or longer axis: frames come last.
	const binsFirst =
		typeof rows === "number" &&
		(BINS.includes(rows) || typeof columns === "string") &&
		!(typeof columns === "number" && columns <= rows);
	const [frames, bins] = binsFirst ? [columns, rows] : [rows, columns];
	const layout = binsFirst ? "bins-frames" : "frames-bins";
	return choices(frames, FRAMES).flatMap((length) =>
		choices(bins, BINS).map((width) => {
			const axes = binsFirst ? [width, length] : [length, width];
			return {
				yaml: `{ kind: features, frames: ${length}, bins: ${width}, layout: ${channel ? "channel-" : ""}${layout} }`,
				dims: channel ? [1, ...axes] : axes,
			};
		}),
	);
}

/** The declared length, else those worth trying. */
function choices(
	dim: number | string | undefined,
	usual: readonly number[],
): readonly number[] {
	return typeof dim === "number" ? [dim] : usual;
}
