/** The network descriptor: a YAML file that says how to feed an ONNX file and which of its tensors are layers. */
import { readFile } from "node:fs/promises";
import { ConfigError } from "../errors.ts";
import { systemReason } from "../shared/system-reason.ts";
import { parseYaml, type YamlFile } from "../shared/yaml.ts";
import { checkNames } from "./descriptor-checks.ts";
import { describeIssue } from "./descriptor-issues.ts";
import {
	descriptorSchema,
	type NetworkDescriptor,
	networkJsonSchema,
} from "./descriptor-schema.ts";

/** A descriptor with the positions of its parts, for messages. */
export type DescriptorFile = {
	readonly path: string;
	readonly descriptor: NetworkDescriptor;
	/** `file:line:column: ` of the value at `path`. */
	readonly at: (path: readonly PropertyKey[]) => string;
};

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
			`the network descriptor ${path} cannot be read: ${systemReason(error)}`,
			{
				code: "descriptor_missing",
				hint: "Check `network` in the config; `audio-dissect inspect FILE.onnx` suggests a descriptor.",
				cause: error,
			},
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
				describeIssue(issue, yaml.value, networkJsonSchema()).map(
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
		{
			code: "descriptor_invalid",
			hint: "docs/your-own-network.md says what a descriptor can say; `audio-dissect inspect FILE.onnx` suggests one.",
			evidence: { problems },
		},
	);
}
