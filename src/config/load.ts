/** YAML file and `--set` overrides in, a Config out; or one error that lists every problem with its place. */
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import { parseYaml, type YamlFile } from "../shared/yaml.ts";
import type { Config } from "./config.ts";
import { absolutePaths, fileProblems } from "./files.ts";
import { problemsOf } from "./issues.ts";
import { usualKeyVariable } from "./model-settings.ts";
import {
	applyOverrides,
	isMapping,
	type Override,
	parseOverride,
} from "./overrides.ts";
import { AFTER_THE_FILE, invalid, type Placed, place } from "./places.ts";
import { overwrittenByPreset, withPreset } from "./presets.ts";
import { readText } from "./read-text.ts";
import { brokenRules, type Problem } from "./rules.ts";
import {
	type ConfigValues,
	configJsonSchema,
	configSchema,
	MODULE_NAMES,
} from "./schema.ts";

/**
 * Loads a config. `path`: the YAML file; paths in it, and in `set`, are relative to its folder. `set`: `a.b=value` overrides, values in YAML.
 * ConfigError `config_missing`, `config_unreadable`, or `config_invalid` with every problem (evidence.problems: where, path, message).
 *
 * @example
 * const config = await loadConfig({ path: "dissect.yaml", set: ["exemplars.count=10"] });
 */
export async function loadConfig(options: {
	readonly path: string;
	readonly set?: readonly string[] | undefined;
}): Promise<Config> {
	const { path, set = [] } = options;
	const file = resolve(path);
	const yaml = parseYaml(await readText(path));
	if ("problems" in yaml)
		throw invalid(
			path,
			yaml.problems.map((problem) => ({
				where: `${path}:${problem.line}:${problem.column}`,
				path: "",
				...problem,
			})),
		);
	const written = mappingOf(yaml, path);
	const { overrides, problems } = parseOverrides(set);
	const asked = overrides.findLast(({ path: [key] }) => key === "preset");
	const base =
		asked === undefined ? written : overwrittenByPreset(written, asked.value);
	const value = withPreset(applyOverrides(base, overrides));
	const checked = check(value, dirname(file));
	const placed = [
		...problems,
		...checked.problems.map((problem) =>
			place(problem, { path, yaml, overrides }),
		),
	];
	if (checked.values === null || placed.length > 0) throw invalid(path, placed);
	return {
		...checked.values,
		source: { path: file, asPassed: asPassed(written, set) },
	};
}

function mappingOf(yaml: YamlFile, path: string): { [key: string]: unknown } {
	if (isMapping(yaml.value)) return yaml.value;
	const empty = yaml.value === null || yaml.value === undefined;
	const message = empty
		? "the file is empty; expected at least network, probeSet and conceptSet"
		: `expected a mapping (key: value), got a ${Array.isArray(yaml.value) ? "list" : "single value"}`;
	throw invalid(path, [
		{ where: `${path}:1:1`, path: "", message, line: 1, column: 1 },
	]);
}

function parseOverrides(set: readonly string[]): {
	readonly overrides: readonly Override[];
	readonly problems: readonly Placed[];
} {
	const parsed = set.map(parseOverride);
	return {
		overrides: parsed.flatMap((one) => ("problem" in one ? [] : [one])),
		problems: parsed.flatMap((one) =>
			"problem" in one
				? [{ where: "", path: "", message: one.problem, ...AFTER_THE_FILE }]
				: [],
		),
	};
}

/** The values when the schema accepts them, and every problem; the rules between fields are only looked at when it does. */
function check(
	value: { [key: string]: unknown },
	directory: string,
): {
	readonly values: ConfigValues | null;
	readonly problems: readonly Problem[];
} {
	const jsonSchema = configJsonSchema();
	const sections = jsonSchema.properties ?? {};
	// `closedSet:` with every line below commented out is the same as no closedSet.
	const present = Object.fromEntries(
		Object.entries(value).filter(([key, member]) => {
			const section = sections[key];
			return !(
				member === null &&
				isMapping(section) &&
				section.type === "object"
			);
		}),
	);
	const result = configSchema.safeParse(present);
	const missing = fileProblems(present, directory);
	if (!result.success)
		return {
			values: null,
			problems: [...problemsOf(result.error, present, jsonSchema), ...missing],
		};
	return {
		values: completed(absolutePaths(result.data, directory)),
		problems: [...brokenRules(result.data), ...missing],
	};
}

/** The usual key variables, and the modules in pipeline order. */
function completed(values: ConfigValues): ConfigValues {
	const { languageModel, embeddings } = values;
	const variable = (section: {
		provider: string;
		apiKeyEnv: string | null;
	}): string | null => {
		const usual = usualKeyVariable(section.provider);
		return usual === null ? null : (section.apiKeyEnv ?? usual);
	};
	return {
		...values,
		modules: MODULE_NAMES.filter((name) => values.modules.includes(name)),
		languageModel: { ...languageModel, apiKeyEnv: variable(languageModel) },
		embeddings: { ...embeddings, apiKeyEnv: variable(embeddings) },
	};
}

function asPassed(
	written: { [key: string]: unknown },
	set: readonly string[],
): Json {
	// The schema has accepted the file, so it is JSON; parsed to say so in the type.
	return z.json().parse({ file: written, set });
}
