/** From command-line options to a config and a selection of neurons. */
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import type { UnitSelection } from "../dissect/rank-neurons.ts";
import { ConfigError } from "../errors.ts";

export type StudyOptions = {
	readonly config: string;
	readonly set: readonly string[];
	readonly layers?: string | undefined;
	readonly neurons?: string | undefined;
	readonly modules?: string | undefined;
	readonly prompts?: string | undefined;
};

/** Loads the config; `--layers`, `--modules` and `--prompts` are overrides with names of their own. */
export async function studyConfig(options: StudyOptions): Promise<Config> {
	const set = [...options.set];
	const layers = options.layers ?? layersOf(options.neurons);
	if (layers !== undefined) set.push(`layers=${list(layers)}`);
	if (options.modules !== undefined)
		set.push(`modules=${list(options.modules)}`);
	if (options.prompts !== undefined)
		set.push(`prompts=${JSON.stringify(absolute(options.prompts))}`);
	return loadConfig({ path: options.config, set });
}

/** Relative to where the command is run, not to the config. */
function absolute(path: string): string {
	return path.startsWith("/") ? path : `${process.cwd()}/${path}`;
}

function list(names: string): string {
	return JSON.stringify(
		names
			.split(",")
			.map((name) => name.trim())
			.filter((name) => name !== ""),
	);
}

/** Naming neurons names their layers. */
function layersOf(neurons: string | undefined): string | undefined {
	if (neurons === undefined) return undefined;
	return [...parseNeurons(neurons).keys()].join(",");
}

/**
 * `classifier#0-9,layer.2.output.dense#17` to units by layer. Throws ConfigError `neurons_invalid`.
 * The units are checked against `layers` (name to number of units) when it is given: `neuron_unknown`.
 */
export function parseNeurons(
	text: string,
	layers?: ReadonlyMap<string, number>,
): UnitSelection {
	const selection = new Map<string, Set<number>>();
	for (const item of text.split(",").map((part) => part.trim())) {
		const match = /^(?<layer>.+)#(?<from>\d+)(?:-(?<to>\d+))?$/.exec(item);
		if (match?.groups === undefined)
			throw new ConfigError(
				`"${item}" is no neuron: expected layer#unit or layer#from-to`,
				{
					code: "neurons_invalid",
					hint: "For example: --neurons classifier#0-9,layer.2.output.dense#17",
				},
			);
		const {
			layer,
			from,
			to = from,
		} = match.groups as {
			layer: string;
			from: string;
			to?: string;
		};
		const last = Number(to);
		const count = layers?.get(layer);
		if (Number(from) > last || (count !== undefined && last >= count))
			throw new ConfigError(
				count === undefined || last < count
					? `"${item}" counts backwards: expected from <= to`
					: `"${item}" names a neuron that is not there: layer "${layer}" has units 0 to ${count - 1}`,
				{ code: "neuron_unknown" },
			);
		const units = selection.get(layer) ?? new Set<number>();
		for (let unit = Number(from); unit <= last; unit += 1) units.add(unit);
		selection.set(layer, units);
	}
	return selection;
}
