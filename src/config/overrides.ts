/** `--set a.b=value` on top of what a file says. */
import { parseYaml } from "../shared/yaml.ts";

type Mapping = { [key: string]: unknown };

export type Override = {
	/** As on the command line, without the value (which could be a secret). */
	readonly flag: string;
	readonly path: readonly string[];
	readonly value: unknown;
};

/** Parses one `path=value`; the value is YAML (`5`, `true`, `[a, b]`, a text). Returns what is wrong instead. */
export function parseOverride(
	argument: string,
): Override | { readonly problem: string } {
	const [, path, text] = /^\s*([^=]*?)\s*=(.*)$/s.exec(argument) ?? [];
	if (path === undefined || text === undefined)
		return {
			problem: `--set ${/^[\w.-]*$/.test(argument) ? argument : "..."}: expected path=value, such as --set closedSet.permutations=50`,
		};
	const keys = path.split(".");
	if (!keys.every((key) => /^[A-Za-z][\w-]*$/.test(key)))
		return {
			problem: `--set ${path}: expected names joined by dots before the "="`,
		};
	const parsed = parseYaml(text);
	if ("problems" in parsed)
		return {
			problem: `--set ${path}: the value is not YAML (${parsed.problems.map(({ message }) => message).join("; ")}); put a text with special characters in quotes`,
		};
	return { flag: `--set ${path}`, path: keys, value: parsed.value };
}

/** A copy of `base` with the overrides in it, in order. A value that is not a mapping gives way to one where a path goes through it. */
export function applyOverrides(
	base: Readonly<Mapping>,
	overrides: readonly Override[],
): Mapping {
	const result: Mapping = structuredClone(base);
	for (const { path, value } of overrides) {
		let target = result;
		for (const key of path.slice(0, -1)) {
			const child = target[key];
			const mapping: Mapping = isMapping(child) ? child : {};
			target[key] = mapping;
			target = mapping;
		}
		target[path.at(-1) ?? ""] = value;
	}
	return result;
}

/** A plain object, not a list. */
export function isMapping(value: unknown): value is Mapping {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
