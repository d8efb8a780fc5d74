/** The network descriptor: a YAML file that says how to feed an ONNX file and which of its tensors are layers. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import { parseYaml, type YamlFile } from "../shared/yaml.ts";
import { describeIssue } from "./descriptor-issues.ts";

const name = z.string().trim().min(1);

const frontEndSchema = z.discriminatedUnion("kind", [
	z.strictObject({
		kind: z.literal("ast-log-mel"),
		sampleRate: z.literal(16_000).default(16_000).describe("Hz; only 16000"),
		frames: z
			.int()
			.min(1)
			.describe("frames of 10 ms; a clip is cut or padded to this length"),
		melBins: z.int().min(1).max(256).default(128).describe("mel filters"),
		mean: z
			.number()
			.describe("mean of the log-mel values the network was trained on"),
		std: z
			.number()
			.positive()
			.describe(
				"standard deviation of these values; features are (v - mean) / (2 std)",
			),
	}),
	z.strictObject({
		kind: z.literal("waveform"),
		sampleRate: z.int().min(1).describe("Hz; clips are resampled to it"),
		samples: z
			.int()
			.min(1)
			.describe("a clip is cut or padded with zeros to this length"),
	}),
]);

const layerSchema = z.strictObject({
	name: name.describe("what the layer is called everywhere"),
	tensor: name.describe("tensor of the ONNX file"),
	unitAxis: z
		.int()
		.optional()
		.describe(
			"axis that indexes units, from the end when negative; default: the axis the graph's structure says (1 behind a convolution, the last behind a linear layer)",
		),
	pooling: z
		.enum(["mean", "max", "first", "none"])
		.default("mean")
		.describe(
			"how positions become one number; a tensor without positions is not pooled",
		),
});

const descriptorSchema = z.strictObject({
	name: name.describe("name of the network in reports"),
	file: name.describe("ONNX file, relative to the descriptor"),
	classes: name
		.optional()
		.describe(
			"class names, one per line in index order; relative to the descriptor",
		),
	input: name.describe("input of the ONNX file that takes the features"),
	frontEnd: frontEndSchema.describe("how a clip becomes the input"),
	layers: z.array(layerSchema).min(1).describe("in network order"),
	output: name
		.optional()
		.describe("the layer whose units are the classes, by name"),
});

type NetworkDescriptor = z.output<typeof descriptorSchema>;

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

/** Problems between fields: layer names are unique, `output` is one of them, classes need an output. */
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
		if (/[#*?]/.test(layer.name))
			problems.push(
				`${where}a layer name cannot contain "#", "*" or "?", got "${layer.name}"`,
			);
		names.add(layer.name);
	}
	const { output, classes } = descriptor;
	if (output !== undefined && !names.has(output)) {
		const hint = didYouMean(output, names);
		problems.push(
			`${at(["output"])}"${output}" is not one of the layers${hint === undefined ? "" : `; ${hint}`}`,
		);
	}
	if (classes !== undefined && output === undefined)
		problems.push(
			`${at(["classes"])}\`classes\` needs \`output\`: the layer whose units the class names belong to`,
		);
	return problems;
}
