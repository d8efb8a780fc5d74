/** Problems of a config with the place they were written at, and the error that lists them. */
import { ConfigError } from "../errors.ts";
import type { YamlFile } from "../shared/yaml.ts";
import type { Override } from "./overrides.ts";
import type { Problem } from "./rules.ts";

/** A problem with its place: `where` is `file:line:column` or the flag. */
export type Placed = {
	readonly where: string;
	readonly path: string;
	readonly message: string;
	readonly line: number;
	readonly column: number;
};

/** Place of what comes from the command line: listed last. */
export const AFTER_THE_FILE = { line: Number.MAX_SAFE_INTEGER, column: 0 };

/** Finds where the value of a problem was written: a flag, else the place in the file. */
export function place(
	problem: Problem,
	written: {
		readonly path: string;
		readonly yaml: YamlFile;
		readonly overrides: readonly Override[];
	},
): Placed {
	const keys = problem.path.map(String);
	const path = keys.join(".");
	const flag = written.overrides.findLast(
		(override) =>
			startsWith(keys, override.path) || startsWith(override.path, keys),
	)?.flag;
	if (flag !== undefined)
		return { where: flag, path, message: problem.message, ...AFTER_THE_FILE };
	const { line, column } = written.yaml.positionOf(problem.path, {
		key: problem.atKey === true,
	});
	const where = `${written.path}:${line}:${column}`;
	return { where, path, message: problem.message, line, column };
}

function startsWith(
	path: readonly string[],
	start: readonly string[],
): boolean {
	return start.every((key, index) => path[index] === key);
}

/** ConfigError `config_invalid` with every problem, in file order. */
export function invalid(
	path: string,
	problems: readonly Placed[],
): ConfigError {
	const sorted = problems.toSorted(
		(a, b) => a.line - b.line || a.column - b.column,
	);
	const lines = sorted.map((problem) =>
		[
			problem.where,
			problem.where === `--set ${problem.path}` ? "" : problem.path,
			problem.message,
		]
			.filter((part) => part !== "")
			.join(": "),
	);
	const count = lines.length === 1 ? "a problem" : `${lines.length} problems`;
	return new ConfigError(
		`config ${path} has ${count}:\n${lines.map((line) => `  ${line}`).join("\n")}`,
		{
			code: "config_invalid",
			hint: "`audio-dissect config schema` prints every field with its default.",
			evidence: {
				problems: sorted.map((problem) => ({
					where: problem.where,
					path: problem.path,
					message: problem.message,
				})),
			},
		},
	);
}
