/** From command-line options to a config and a selection of neurons. */
import type { PageSelection } from "../analysis/report/context.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import type { UnitSelection } from "../dissect/rank-neurons.ts";
import { ConfigError } from "../errors.ts";
import { matcher, selectLayers } from "../network/select-layers.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { RunView } from "../store/views.ts";

/** The language model as named on the command line; see `withModel`. */
export type ModelOptions = {
	readonly provider?: string | undefined;
	readonly model?: string | undefined;
	readonly baseUrl?: string | undefined;
	readonly concurrency?: string | undefined;
	readonly apiKeyEnv?: string | undefined;
};

export type StudyOptions = ModelOptions & {
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
	if (layers !== undefined)
		set.push(`layers=${JSON.stringify(namesOf("--layers", layers))}`);
	if (options.modules !== undefined)
		set.push(
			`modules=${JSON.stringify(namesOf("--modules", options.modules))}`,
		);
	if (options.prompts !== undefined)
		set.push(`prompts=${JSON.stringify(absolute(options.prompts))}`);
	return loadConfig({
		path: options.config,
		set: [...set, ...(await modelOverrides(options, options.config, set))],
	});
}

/** Fields of `languageModel` that mean nothing to another provider. */
const ownOfProvider = [
	"model",
	"baseUrl",
	"apiKeyEnv",
	"replayOf",
	"file",
	"seed",
	"extraBody",
] as const;

/**
 * What the options of `withModel` put in place of the config at `path` (after `set`). Another provider than the config's takes over nothing
 * that belongs to the first one: no address, key variable or model name. Throws ConfigError `model_missing`.
 */
export async function modelOverrides(
	options: ModelOptions,
	path: string,
	set: readonly string[],
): Promise<string[]> {
	const { provider } = options;
	const given = (
		["provider", "model", "baseUrl", "concurrency", "apiKeyEnv"] as const
	).flatMap((name) => {
		const value = options[name];
		if (value === undefined) return [];
		// As YAML: a name stays a text, whatever it looks like.
		const isNumber = name === "concurrency" && /^\d+$/.test(value);
		return [
			`languageModel.${name}=${isNumber ? value : JSON.stringify(value)}`,
		];
	});
	// `replay` goes with the fields of the provider whose calls it replays.
	if (provider === undefined || provider === "replay") return given;
	// A config that is not valid as it stands may be so with the options; what is wrong with it is said when it is loaded.
	const before = await loadConfig({ path, set }).catch(() => null);
	const named = set.map((one) => one.split("=")[0]?.trim());
	if (
		(provider === "openai" || provider === "anthropic") &&
		options.model === undefined &&
		!named.includes("languageModel.model") &&
		before !== null &&
		before.languageModel.provider !== provider
	)
		throw new ConfigError(
			`--provider ${provider} needs the name of a model, and there is none for it in ${path}`,
			{
				code: "model_missing",
				hint: `Add --model NAME, as the provider spells it${provider === "openai" ? "; for a server of your own --base-url http://localhost:11434/v1 as well" : ""}.`,
			},
		);
	const dropped =
		before === null || before.languageModel.provider === provider
			? []
			: ownOfProvider.filter(
					(name) => !named.includes(`languageModel.${name}`),
				);
	return [...dropped.map((name) => `languageModel.${name}=null`), ...given];
}

/** Relative to where the command is run, not to the config. */
function absolute(path: string): string {
	return path.startsWith("/") ? path : `${process.cwd()}/${path}`;
}

function namesOf(option: string, names: string): readonly string[] {
	const listed = names
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
	if (listed.length === 0)
		throw new ConfigError(
			`${option} is empty: expected names, comma-separated`,
			{
				code: "option_empty",
				hint: `Leave ${option} out for all of them.`,
			},
		);
	return listed;
}

/** Naming neurons names their layers. */
function layersOf(neurons: string | undefined): string | undefined {
	if (neurons === undefined) return undefined;
	return neurons
		.split(",")
		.map((item) => parseNeuron(item).layer)
		.join(",");
}

/**
 * `--layers` and `--neurons` as options of `report`. Throws as `selectLayers` and `parseNeurons` do.
 */
export function selectedPages(
	{
		layers,
		neurons,
	}: {
		readonly layers?: string | undefined;
		readonly neurons?: string | undefined;
	},
	{
		layers: known,
		network: { name: network },
	}: Pick<RunView, "layers" | "network">,
): PageSelection {
	const names = layers ?? layersOf(neurons);
	if (names === undefined) return {};
	const selected = selectLayers(
		known.map(({ name }) => name),
		namesOf(layers === undefined ? "--neurons" : "--layers", names),
		network,
	);
	return {
		layers: selected,
		...selectedNeurons(
			neurons,
			known.filter(({ name }) => selected.includes(name)),
		),
	};
}

/** `--neurons` as an option of `dissect`; nothing when it was not given. Throws as `parseNeurons` does. */
export function selectedNeurons(
	text: string | undefined,
	layers: readonly { readonly name: string; readonly units: number }[],
): { readonly neurons?: UnitSelection } {
	if (text === undefined) return {};
	const units = new Map(layers.map((layer) => [layer.name, layer.units]));
	return { neurons: parseNeurons(text, units) };
}

type NeuronRange = {
	/** A name, or a pattern with `*` and `?`. */
	readonly layer: string;
	readonly from: number;
	readonly to: number;
};

/** `classifier#3`, `classifier#0-9`, `layer.*#0`. Throws ConfigError `neurons_invalid`. */
function parseNeuron(text: string): NeuronRange {
	const match = /^(?<layer>.+)#(?<from>\d{1,9})(?:-(?<to>\d{1,9}))?$/.exec(
		text.trim(),
	);
	const { layer, from, to = from } = match?.groups ?? {};
	if (layer === undefined || from === undefined || Number(from) > Number(to))
		throw new ConfigError(
			`"${text.trim()}" is no neuron: expected layer#unit or layer#from-to with from <= to`,
			{
				code: "neurons_invalid",
				hint: "For example: --neurons classifier#0-9,layer.*#17",
			},
		);
	return { layer, from: Number(from), to: Number(to) };
}

/**
 * `classifier#0-9,layer.*#17` to units by layer. `layers`: the selected layers, name to number of units.
 * Throws ConfigError `neurons_invalid`, `layer_unknown` (no selected layer has that name), `neuron_unknown` (beyond its last unit).
 */
export function parseNeurons(
	text: string,
	layers: ReadonlyMap<string, number>,
): UnitSelection {
	const selection = new Map<string, Set<number>>();
	for (const item of text.split(",")) {
		const { layer: pattern, from, to } = parseNeuron(item);
		const named = [...layers].filter(([name]) => matcher(pattern)(name));
		if (named.length === 0)
			throw new ConfigError(
				`"${item.trim()}" names no layer that is selected: they are ${[...layers.keys()].join(", ")}`,
				{
					code: "layer_unknown",
					hint:
						didYouMean(pattern, layers.keys()) ??
						"Name one of them, or select more with --layers.",
				},
			);
		for (const [name, count] of named) {
			if (to >= count)
				throw new ConfigError(
					`"${item.trim()}" names a neuron that is not there: layer "${name}" has units 0 to ${count - 1}`,
					{
						code: "neuron_unknown",
						hint: "Give units within that range, or restrict the name before the # to the layers that have more.",
					},
				);
			const units = selection.get(name) ?? new Set<number>();
			for (let unit = from; unit <= to; unit += 1) units.add(unit);
			selection.set(name, units);
		}
	}
	return selection;
}
