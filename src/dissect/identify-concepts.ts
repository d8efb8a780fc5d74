/** Stage "closed-set" (module A): every neuron of a layer against the concept set, over all clips. */
import { conceptScores } from "../modules/closed-set/concept-scores.ts";
import { identifyClosedSet } from "../modules/closed-set/identify.ts";
import { cleanCaption } from "../modules/summarize/caption-hygiene.ts";
import type { StageContext } from "./context.ts";
import {
	countPending,
	type Described,
	openOutcomeWriter,
	pendingNeurons,
} from "./neurons.ts";

export async function identifyConcepts(context: StageContext): Promise<void> {
	const { store, run, recording, conceptSet, embeddings, method } = context;
	const { signal, onProgress } = context;
	const total = countPending(context, "closed-set");
	if (total === 0) return;
	const { scores, undefinedClips } = await conceptScores({
		captions: recording.clips.map(({ captions }) => captions.map(cleanCaption)),
		concepts: conceptSet.concepts,
		kind: method.closedSet.conceptScores,
		embeddings,
		signal,
		onProgress,
	});
	if (undefinedClips.length > 0)
		store.putEvaluation(run, "closed-set-clips-left-out", {
			reason: "the captions have no embedding",
			clips: undefinedClips.map((clip) => recording.clips[clip]?.id ?? null),
		});

	let done = 0;
	onProgress?.({ stage: "closed-set", done, total });
	for (const layer of context.layers) {
		const writer = openOutcomeWriter(context, "closed-set");
		const put = (unit: number, described: Described): void => {
			writer.put(layer, unit, described);
			done += 1;
			onProgress?.({ stage: "closed-set", done, total });
		};
		const units: number[] = [];
		for (const { unit, status } of pendingNeurons(
			{ ...context, layers: [layer] },
			"closed-set",
		))
			if (status.status === "ok") units.push(unit);
			else put(unit, { outcome: status });
		try {
			if (units.length > 0)
				for await (const identified of identifyClosedSet({
					activations: {
						path: recording.layers.find(({ name }) => name === layer)
							?.path as string,
					},
					scores,
					concepts: conceptSet.concepts,
					function: method.closedSet.function,
					permutations: method.closedSet.permutations,
					seed: method.seed,
					units,
					signal,
				}))
					put(identified.unit, {
						outcome: { status: "described", output: identified.result },
					});
		} finally {
			writer.flush();
		}
	}
}
