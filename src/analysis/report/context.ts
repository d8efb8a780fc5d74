/** What every page of one report knows. */
import { selectLayers } from "../../network/select-layers.ts";
import { layerFolder } from "./names.ts";
import { classNames } from "./outputs.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { RunLayer, RunView } from "./source.ts";

export type ReportLayer = RunLayer & {
	/** Relative to the report's folder. */
	readonly folder: string;
	/** Place in network order, 0 and up. */
	readonly position: number;
	/** Whether the report has a page of this unit, not only its row in the table. */
	readonly hasPage: (unit: number) => boolean;
};

export type ReportContext = {
	readonly run: RunView;
	readonly settings: Settings;
	readonly layers: readonly ReportLayer[];
	/** The class name of an output unit; null for every other neuron. */
	readonly classOf: (layer: string, unit: number) => string | null;
	/** One line at the foot of every page. */
	readonly footer: string;
};

/** Which neurons get a page of their own; what is left out selects all. */
export type PageSelection = {
	/** Names, or patterns with `*` and `?`. */
	readonly layers?: readonly string[] | undefined;
	/** Units by layer; a layer that is not in it keeps all of its units. */
	readonly neurons?: ReadonlyMap<string, ReadonlySet<number>> | undefined;
};

/** Collects what pages share. Throws ConfigError `layer_unknown`. */
export function reportContext(
	run: RunView,
	{ layers = [], neurons }: PageSelection = {},
): ReportContext {
	const settings = readSettings(run.resolved);
	const withPages = new Set(
		selectLayers(
			run.layers.map(({ name }) => name),
			layers,
			run.network.name,
		),
	);
	return {
		run,
		settings,
		layers: run.layers.map((layer, position) => ({
			...layer,
			folder: layerFolder(position, layer.name),
			position,
			hasPage: (unit) =>
				withPages.has(layer.name) &&
				(neurons?.get(layer.name)?.has(unit) ?? true),
		})),
		classOf: classNames(run.network.descriptor),
		footer: `audio-dissect ${run.toolVersion} · run ${run.id} · ${run.network.name} on ${run.probeSet.name} · text: ${settings.describer.name}`,
	};
}
