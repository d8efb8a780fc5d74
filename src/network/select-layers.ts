/** Which of a network's layers a run uses. */
import { ConfigError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";

/**
 * The `known` names that any of `patterns` selects, in network order. A pattern is a name, or has `*` (any characters) and `?` (one character).
 * No patterns: all. Throws ConfigError `layer_unknown`, with a suggestion, for a pattern that selects nothing.
 */
export function selectLayers(
	known: readonly string[],
	patterns: readonly string[],
	network: string,
): readonly string[] {
	if (patterns.length === 0) return known;
	const selected = new Set<string>();
	for (const pattern of patterns) {
		const matches = known.filter(matcher(pattern));
		if (matches.length === 0)
			throw new ConfigError(
				`layer "${pattern}" is not in the descriptor of ${network}`,
				{
					code: "layer_unknown",
					hint:
						didYouMean(pattern, known) ?? `its layers are ${shortened(known)}`,
					evidence: { pattern, known },
				},
			);
		for (const name of matches) selected.add(name);
	}
	return known.filter((name) => selected.has(name));
}

/** Enough names to see how they are built. */
function shortened(names: readonly string[]): string {
	const shown = names.slice(0, 16);
	const more = names.length - shown.length;
	return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Whether a name is selected by `pattern`: a name, or one with `*` (any characters) and `?` (one character). */
export function matcher(pattern: string): (name: string) => boolean {
	if (!/[*?]/.test(pattern)) return (name) => name === pattern;
	const source = pattern
		.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replaceAll("*", ".*")
		.replaceAll("?", ".");
	const expression = new RegExp(`^${source}$`, "u");
	return (name) => expression.test(name);
}
