/** Stage "exemplars": the highest and lowest clips of every neuron, stored with the neuron's status. */

import { ConfigError } from "../errors.ts";
import { selectExemplars } from "../recordings/select-exemplars.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { StageContext } from "./context.ts";
import { openTriage } from "./triage-neurons.ts";

/** Units by layer to keep; a layer that is not in it keeps all of its units. */
export type UnitSelection = ReadonlyMap<string, ReadonlySet<number>>;

/** How many neurons of `network` are to be described. */
export function countAsked({
	network,
	neurons,
}: {
	readonly network: {
		readonly layers: readonly {
			readonly name: string;
			readonly units: number;
		}[];
	};
	/** Default: all. */
	readonly neurons?: UnitSelection | undefined;
}): number {
	return network.layers.reduce(
		(sum, { name, units }) => sum + (neurons?.get(name)?.size ?? units),
		0,
	);
}

/**
 * Ranks the clips of all neurons of the run's layers, and marks those below the bar of triage unless they were named. Neurons that are
 * stored already stay as they are.
 */
export async function rankNeurons(
	context: StageContext,
	selection: UnitSelection,
): Promise<void> {
	const { store, run, recording, layers, method, signal, onProgress } = context;
	for (const layer of selection.keys())
		if (!layers.includes(layer))
			throw new ConfigError(
				`neurons of layer "${layer}" are asked for, which is not dissected: expected one of ${layers.join(", ")}`,
				{
					code: "layer_unknown",
					hint: didYouMean(layer, layers) ?? "Name one of them.",
				},
			);
	const stored = new Map(
		store.countStatuses(run).map(({ layer, neurons }) => [layer, neurons]),
	);
	const work = recording.layers
		.filter(({ name }) => layers.includes(name))
		.map((layer) => ({
			layer,
			wanted: selection.get(layer.name)?.size ?? layer.units,
		}))
		.filter(({ layer, wanted }) => stored.get(layer.name) !== wanted);
	const total = work.reduce((sum, { layer }) => sum + layer.units, 0);
	if (work.length === 0) return;
	const triage = await openTriage(context);
	let done = 0;
	for (const { layer } of work) {
		const units = selection.get(layer.name);
		const blocks = selectExemplars({
			layer,
			count: method.exemplars.count,
			firingRates: triage !== null,
			signal,
		});
		for await (const block of blocks) {
			const wanted =
				units === undefined
					? block
					: block.filter(({ neuron }) => units.has(neuron.unit));
			store.putNeurons(
				run,
				triage === null
					? wanted
					: wanted.map((neuron) => triage(neuron, units !== undefined)),
			);
			done += block.length;
			onProgress?.({ stage: "exemplars", done, total });
		}
	}
}
