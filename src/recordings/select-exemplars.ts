/** Streams the exemplars of a recorded layer: those kept beside it, else ranked in worker threads. */
import { throwIfInterrupted } from "../errors.ts";
import type { LongOptions, NeuronExemplars } from "../types.ts";
import { judgeClips } from "./exemplars.ts";
import {
	type KeptReader,
	openKeptExemplars,
} from "./kept-exemplars/read-kept.ts";
import type { RecordedLayer } from "./recording.ts";
import { type RankedBlock, scanExemplars } from "./scan-exemplars.ts";

/**
 * Blocks of neurons in unit order. `count`: exemplars per side, 1 and up. `firingRates`: also the share of clips each neuron is above 0
 * for, in [0, 1]; default false.
 */
export async function* selectExemplars(
	options: LongOptions & {
		readonly layer: RecordedLayer;
		readonly count: number;
		readonly firingRates?: boolean;
	},
): AsyncGenerator<
	readonly (NeuronExemplars & { readonly firingRate?: number })[]
> {
	const { layer, count, signal, firingRates = false } = options;
	throwIfInterrupted(signal);
	const kept = await openKeptExemplars(layer);
	try {
		const blocks =
			kept !== null && count <= kept.perSide
				? keptBlocks(kept, layer)
				: scanExemplars({ path: layer.path, count });
		for await (const { firstUnit, clips, neurons } of blocks) {
			throwIfInterrupted(signal);
			yield neurons.map(({ high, low, nonFinite, positive }, index) => ({
				neuron: { layer: layer.name, unit: firstUnit + index },
				...judgeClips({ high, low, nonFinite, clips, count }),
				...(firingRates
					? { firingRate: clips === 0 ? 0 : positive / clips }
					: {}),
			}));
		}
	} finally {
		await kept?.close();
	}
}

/** Neurons in one block. */
const KEPT_BLOCK = 1024;

async function* keptBlocks(
	kept: KeptReader,
	{ units }: RecordedLayer,
): AsyncGenerator<RankedBlock> {
	for (let firstUnit = 0; firstUnit < units; firstUnit += KEPT_BLOCK)
		yield {
			firstUnit,
			clips: kept.clips,
			neurons: await kept.read(
				firstUnit,
				Math.min(KEPT_BLOCK, units - firstUnit),
			),
		};
}
