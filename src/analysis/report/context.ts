/** What every page of one report knows. */
import { layerFolder } from "./names.ts";
import { classNames } from "./outputs.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { RunLayer, RunView } from "./source.ts";

export type ReportLayer = RunLayer & {
	/** Relative to the report's folder. */
	readonly folder: string;
	/** Place in network order, 0 and up. */
	readonly position: number;
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

/** Collects what pages share. */
export function reportContext(run: RunView): ReportContext {
	const settings = readSettings(run.resolved);
	return {
		run,
		settings,
		layers: run.layers.map((layer, position) => ({
			...layer,
			folder: layerFolder(position, layer.name),
			position,
		})),
		classOf: classNames(run.network.descriptor),
		footer: `audio-dissect ${run.toolVersion} · run ${run.id} · ${run.network.name} on ${run.probeSet.name} · text: ${settings.describer.name}`,
	};
}
