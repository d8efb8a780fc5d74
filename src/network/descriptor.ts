/** The network descriptor: a YAML file that says how to feed an ONNX file and which of its tensors are layers. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import { parseYaml, type YamlFile } from "../shared/yaml.ts";
import type { Pooling } from "../types.ts";
import { describeIssue } from "./descriptor-issues.ts";
import { frontEndSchema } from "./front-ends/schema.ts";

const name = z.string().trim().min(1);

const pooling = z.enum(["mean", "max", "first", "p95", "firing", "none"]);

const layerSchema = z.strictObject({
	name: name.describe(
		"what the layer is called everywhere; with `*` in `tensor`, a `*` here stands for what that one matched",
	),
	tensor: name.describe(
		"tensor of the ONNX file; `*` (any characters but /) makes one layer of every tensor that matches, in file order",
	),
	unitAxis: z
		.int()
		.optional()
		.describe(
			"axis that indexes units, from the end when negative; default: the axis the graph's structure says (1 behind a convolution, the last behind a linear layer)",
		),
	pooling: z
		.union([pooling, z.array(pooling).min(1)])
		.default("mean")
		.describe(
			"how positions become one number; a list makes a layer of each, the second and later ones named `name@pooling`. A tensor without positions is not pooled. mean, max, first (position 0), p95 (0.95 quantile, linear interpolation), firing (share of positions above 0)",
		),
	windows: z
		.enum(["mean", "max"])
		.optional()
		.describe(
			"how the windows of a clip become one number, after pooling; default: max for pooling max, else mean",
		),
	maskPoint: name
		.optional()
		.describe("tensor where the units of the layer are masked"),
});

const constantSchema = z.union([
	z.number(),
	z.boolean(),
	z.strictObject({
		values: z
			.union([
				z.number(),
				z.boolean(),
				z.array(z.union([z.number(), z.boolean()])).min(1),
			])
			.describe(
				"one value for every element, or the elements of one row, row-major",
			),
		dims: z
			.array(z.union([z.int().min(1), z.literal("batch")]))
			.optional()
			.describe(
				"axes, when the file leaves them open; `batch` for the rows of a run",
			),
	}),
]);

const stateSchema = z.strictObject({
	input: name.describe("input that takes the state"),
	output: name.describe("output that holds the state after a row"),
	initial: z
		.literal("zeros")
		.default("zeros")
		.describe("state before the first row of a clip"),
	batchAxis: z
		.int()
		.min(0)
		.optional()
		.describe(
			"axis that indexes the rows of a run; default: the axis the file leaves open",
		),
});

const outputSchema = z.union([
	name,
	z.strictObject({
		layer: name.describe("name of the layer"),
		kind: z
			.enum(["logits", "probabilities", "embedding"])
			.default("logits")
			.describe("what its values are"),
	}),
]);

const descriptorSchema = z.strictObject({
	name: name.describe("name of the network in reports"),
	file: name.describe("ONNX file, relative to the descriptor"),
	classes: name
		.optional()
		.describe(
			"class names, one per line in index order; relative to the descriptor",
		),
	input: name.describe("input of the ONNX file that takes the features"),
	constants: z
		.record(name, constantSchema)
		.default({})
		.describe(
			"values of further inputs, the same in every run, by input name: one value for every element, or `{ values, dims }`",
		),
	state: z
		.array(stateSchema)
		.default([])
		.describe(
			"states of a recurrent network: the rows of a clip are run in order, each fed with the state that the one before left",
		),
	branches: z
		.record(name, z.enum(["then", "else"]))
		.default({})
		.describe(
			"which branch an If node takes, by node name; needed only when its condition depends on the features",
		),
	frontEnd: frontEndSchema.describe("how a clip becomes the input"),
	layers: z.array(layerSchema).min(1).describe("in network order"),
	output: outputSchema
		.optional()
		.describe(
			"the layer whose units are the classes or the embedding: its name, or `{ layer, kind }`",
		),
});

export type NetworkDescriptor = z.output<typeof descriptorSchema>;
export type DescribedLayer = z.output<typeof layerSchema>;
export type DescribedConstant = z.output<typeof constantSchema>;
export type DescribedState = z.output<typeof stateSchema>;
/** What the values of the output layer are. */
export type OutputKind = "logits" | "probabilities" | "embedding";

/** A descriptor with the positions of its parts, for messages. */
export type DescriptorFile = {
	readonly path: string;
	readonly descriptor: NetworkDescriptor;
	/** `file:line:column: ` of the value at `path`. */
	readonly at: (path: readonly PropertyKey[]) => string;
};

/** JSON Schema of a descriptor file as it is written (defaults may be left out). */
export function networkJsonSchema(): object {
	return z.toJSONSchema(descriptorSchema, { io: "input" });
}

/**
 * Reads and checks a descriptor. Throws ConfigError: `descriptor_missing`, or `descriptor_invalid` with every problem as file:line:column
 * (evidence.problems).
 */
export async function readDescriptor(path: string): Promise<DescriptorFile> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		throw new ConfigError(
			`the network descriptor ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
			{ code: "descriptor_missing", cause: error },
		);
	}
	return parseDescriptor(text, path);
}

/** The same for a text; `path` is what messages call it. Throws ConfigError `descriptor_invalid`. */
export function parseDescriptor(text: string, path: string): DescriptorFile {
	const yaml = parseYaml(text.replace(/^\uFEFF/, ""));
	if ("problems" in yaml)
		throw invalid(
			path,
			yaml.problems.map(
				({ line, column, message }) => `${path}:${line}:${column}: ${message}`,
			),
		);
	const at = (
		where: readonly PropertyKey[],
		options?: { readonly key?: boolean },
	): string => position(yaml, path, where, options);
	const parsed = descriptorSchema.safeParse(yaml.value);
	if (!parsed.success)
		throw invalid(
			path,
			parsed.error.issues.flatMap((issue) =>
				describeIssue(issue, networkJsonSchema()).map(
					({ where, key, message }) => `${at(where, { key })}${message}`,
				),
			),
		);
	const descriptor = parsed.data;
	const problems = checkNames(descriptor, at);
	if (problems.length > 0) throw invalid(path, problems);
	return { path, descriptor, at };
}

function position(
	yaml: YamlFile,
	path: string,
	where: readonly PropertyKey[],
	options?: { readonly key?: boolean },
): string {
	const { line, column } = yaml.positionOf(where, options);
	return `${path}:${line}:${column}: `;
}

function invalid(path: string, problems: readonly string[]): ConfigError {
	const count =
		problems.length === 1 ? "a problem" : `${problems.length} problems`;
	return new ConfigError(
		`the network descriptor ${path} has ${count}:\n${problems.join("\n")}`,
		{ code: "descriptor_invalid", evidence: { problems } },
	);
}

/** Problems between fields. What depends on the tensors of the file (layers with `*`) is judged when it is read. */
function checkNames(
	descriptor: NetworkDescriptor,
	at: (path: readonly PropertyKey[]) => string,
): string[] {
	const problems: string[] = [];
	const names = new Set<string>();
	for (const [index, layer] of descriptor.layers.entries()) {
		const where = at(["layers", index, "name"]);
		if (names.has(layer.name))
			problems.push(`${where}there are two layers "${layer.name}"`);
		problems.push(...checkLayer(layer, where));
		names.add(layer.name);
	}
	const output = outputOf(descriptor)?.layer;
	const hasPattern = descriptor.layers.some(isPattern);
	if (output !== undefined && !names.has(output) && !hasPattern) {
		const hint = didYouMean(output, names);
		problems.push(
			`${at(["output"])}"${output}" is not one of the layers${hint === undefined ? "" : `; ${hint}`}`,
		);
	}
	if (descriptor.classes !== undefined && output === undefined)
		problems.push(
			`${at(["classes"])}\`classes\` needs \`output\`: the layer whose units the class names belong to`,
		);
	return problems;
}

function checkLayer(layer: DescribedLayer, where: string): string[] {
	const problems: string[] = [];
	const stars = countStars(layer.name);
	if (stars > 0 && stars !== countStars(layer.tensor))
		problems.push(
			`${where}a layer name can contain "*" only as often as its tensor, got "${layer.name}" for "${layer.tensor}"`,
		);
	if (stars === 0 && isPattern(layer))
		problems.push(
			`${where}the name of a layer whose tensor contains "*" needs it too, got "${layer.name}" for "${layer.tensor}"`,
		);
	if (/[#?@]/.test(layer.name))
		problems.push(
			`${where}a layer name cannot contain "#", "?" or "@", got "${layer.name}"`,
		);
	const poolings = poolingsOf(layer);
	const twice = poolings.find((one, at) => poolings.indexOf(one) !== at);
	if (twice !== undefined)
		problems.push(`${where}layer "${layer.name}" has pooling ${twice} twice`);
	return problems;
}

/** The layer's tensor is a pattern. */
export function isPattern(layer: DescribedLayer): boolean {
	return layer.tensor.includes("*");
}

function countStars(text: string): number {
	return text.split("*").length - 1;
}

export function poolingsOf(layer: DescribedLayer): readonly Pooling[] {
	const { pooling } = layer;
	return typeof pooling === "string" ? [pooling] : pooling;
}

/** The output layer and what its values are; undefined when the descriptor names none. */
export function outputOf(
	descriptor: NetworkDescriptor,
): { readonly layer: string; readonly kind: OutputKind } | undefined {
	const { output } = descriptor;
	return typeof output === "string"
		? { layer: output, kind: "logits" }
		: output;
}
