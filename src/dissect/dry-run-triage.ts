/** Dry run of triage: which neurons it would leave out, found without sending anything. */
import { throwIfInterrupted } from "../errors.ts";
import type { PricedModel } from "../llm/prices.ts";
import type { Recording } from "../recordings/recording.ts";
import { selectExemplars } from "../recordings/select-exemplars.ts";
import { sha256 } from "../shared/hash.ts";
import type { DissectOptions } from "./options.ts";
import { shownCaption } from "./summarize-neurons.ts";
import { openTriage } from "./triage-neurons.ts";

/** Units by layer that are below the bar and were not asked for by name. */
export type LeftOut = ReadonlyMap<string, ReadonlySet<number>>;

export type TriageCount = {
	readonly leftOut: LeftOut;
	/** Number of neurons in `leftOut`; null: not known yet, see `reason`. */
	readonly notDescribable: number | null;
	/** Neurons whose clarity cannot be compared with that of random clips; null: not known yet. */
	readonly unjudged: number | null;
	readonly reason: string | null;
};

/**
 * Null when triage is off. Sounds, and captions without an `embedder`, are embedded where the store lacks them: a dissection would do
 * that too, and it costs nothing. Captions that the `embedder`, a server, embeds are not sent: without their vectors in the store nothing is known.
 */
export async function countTriage(
	options: DissectOptions & {
		readonly embedder?: PricedModel | null | undefined;
	},
	recording: Recording | undefined,
): Promise<TriageCount | null> {
	const { method, neurons, store, embeddings, signal, onProgress } = options;
	const { triage: setting } = method;
	if (setting === null) return null;
	const unknown = (reason: string): TriageCount => ({
		leftOut: new Map(),
		notDescribable: null,
		unjudged: null,
		reason,
	});
	if (recording === undefined)
		return unknown("the network is not recorded over this probe set yet");
	if (setting.clarity === "captions" && (options.embedder ?? null) !== null) {
		const hashes = new Set(
			recording.clips.map((clip) => sha256(shownCaption(clip))),
		);
		const known = store.getEmbeddings(embeddings.id, [...hashes]);
		if (known.size < hashes.size)
			return unknown(
				"the captions are not embedded yet, and embedding them is a request",
			);
	}
	const triage = await openTriage({
		method,
		recording,
		embeddings,
		textAudio: options.textAudio ?? null,
		signal,
		onProgress,
	});
	const leftOut = new Map<string, Set<number>>();
	let unjudged = 0;
	for (const layer of recording.layers) {
		if (!options.network.layers.some(({ name }) => name === layer.name))
			continue;
		// A neuron that is asked for by name is described, whatever the evidence.
		if (neurons?.has(layer.name) === true) continue;
		const units = new Set<number>();
		leftOut.set(layer.name, units);
		for await (const block of selectExemplars({
			layer,
			count: method.exemplars.count,
			firingRates: true,
			signal,
		})) {
			throwIfInterrupted(signal);
			for (const neuron of block) {
				const status = triage?.(neuron, false).status;
				if (status?.status !== "ok") continue;
				if (status.triage?.percentile === null) unjudged += 1;
				if (status.marks.includes("not_describable"))
					units.add(neuron.neuron.unit);
			}
		}
	}
	return {
		leftOut,
		notDescribable: [...leftOut.values()].reduce(
			(sum, { size }) => sum + size,
			0,
		),
		unjudged,
		reason: null,
	};
}
