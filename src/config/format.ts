/** A config as YAML, every default written out: what `audio-dissect config show` prints. */
import type { Json } from "../shared/hash.ts";
import { type Config, resolvedConfig } from "./config.ts";

/** YAML that loads to the same config. No secret can be in it. */
export function formatConfig(config: Config): string {
	return `# ${config.source.path} with every default\n${block(resolvedConfig(config), "")}`;
}

function block(value: Json, indent: string): string {
	if (!isMapping(value)) return `${indent}${JSON.stringify(value)}\n`;
	return Object.entries(value)
		.map(([key, member]) =>
			isMapping(member) && !isEmpty(member)
				? `${indent}${key}:\n${block(member, `${indent}  `)}`
				: `${indent}${key}: ${inline(member ?? null)}\n`,
		)
		.join("");
}

function isMapping(
	value: Json | undefined,
): value is { readonly [key: string]: Json | undefined } {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: { readonly [key: string]: unknown }): boolean {
	return Object.keys(value).length === 0;
}

/** JSON is YAML; texts that need no quotes go without. */
function inline(value: Json): string {
	if (isList(value)) return `[${value.map(inline).join(", ")}]`;
	if (typeof value === "string" && isPlain(value)) return value;
	return JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
	return Array.isArray(value);
}

function isPlain(text: string): boolean {
	return (
		/^[A-Za-z/.][\w./-]*$/.test(text) &&
		/[A-Za-z/]/.test(text) &&
		!/^(true|false|null|yes|no|on|off|y|n|\.nan|[-+]?\.inf|\.\d.*)$/i.test(text)
	);
}
