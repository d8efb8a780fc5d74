/** Triage in a dissection: evidence from the captions of the recorded clips, before anything is asked about a neuron. */
import { unitVectors } from "../modules/triage/clarity.ts";
import { createTriage } from "../modules/triage/triage.ts";
import type { NeuronExemplars } from "../types.ts";
import type { StageContext } from "./context.ts";
import { shownCaption } from "./summarize-neurons.ts";

type Triage = (
	neuron: NeuronExemplars & { readonly firingRate?: number },
	asked: boolean,
) => NeuronExemplars;

/** Embeds the captions once; null when triage is off. */
export async function openTriage(
	context: StageContext,
): Promise<Triage | null> {
	const { method, recording, embeddings, signal, onProgress } = context;
	if (method.triage === null) return null;
	const captions = await embeddings.embed(recording.clips.map(shownCaption), {
		signal,
		onProgress,
	});
	const judge = createTriage({
		captions: unitVectors(captions),
		bar: method.triage,
		seed: method.seed,
	});
	return ({ firingRate, ...neuron }, asked) => {
		if (firingRate === undefined)
			throw new RangeError("triage needs the firing rate of every neuron");
		return judge({ ...neuron, firingRate }, asked);
	};
}
