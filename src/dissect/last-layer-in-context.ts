/** The concepts of a run's output layer as a language model picks them from the high summaries. */
import { DataError, LanguageModelError } from "../errors.ts";
import { endsEveryCall } from "../llm/ends-every-call.ts";
import { identifyWithModel } from "../modules/closed-set/in-context.ts";
import { createShortlister } from "../modules/closed-set/shortlist.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { NeuronView } from "../store/store.ts";
import type {
	LastLayerRanking,
	LastLayerRankingsOptions,
} from "./last-layer-options.ts";

/**
 * What the run has stored, or one call per unit with a summary; a unit whose call fails is null. Null when the run has no such results and no model is there
 * to ask. Throws DataError `concept_undefined`, `concept_reserved`; LanguageModelError when every call would fail; InterruptedError; and what the
 * embeddings throw.
 */
export async function inContextRanking(
	options: LastLayerRankingsOptions,
): Promise<LastLayerRanking | null> {
	const { store, run, layer, units, writer, concepts, signal } = options;
	const neurons = store.readLayerNeurons(run.id, layer, {
		from: 0,
		count: units,
	});
	const isStored = neurons.some(
		({ closedSet }) =>
			closedSet?.status === "described" && closedSet.output.method === "icl",
	);
	if (!isStored && writer === null) return null;
	const ranked: (readonly string[] | null)[] = Array.from(
		{ length: units },
		() => null,
	);
	const shortlister =
		isStored || writer === null ? undefined : await createShortlister(options);
	await forEachLimited(neurons, writer?.concurrency ?? 1, async (neuron) => {
		if (isStored || writer === null) {
			ranked[neuron.unit] = storedNames(neuron);
			return;
		}
		const sentences = highSentences(neuron);
		if (sentences === null || sentences.length === 0) {
			ranked[neuron.unit] = sentences;
			return;
		}
		try {
			const { result } = await identifyWithModel({
				...writer,
				concepts,
				sentences,
				shortlister,
				signal,
			});
			ranked[neuron.unit] = namesOf(result);
		} catch (error) {
			// It stays a failed one. A call that was made is in the store.
			if (!isOfOneUnit(error)) throw error;
		}
	});
	return {
		method: "icl",
		function: null,
		softmaxFactors: null,
		ranked,
		// Where calls failed, the scores say so themselves: no valid unit.
		reason:
			!isStored && neurons.every((neuron) => highSentences(neuron) === null)
				? "no_summaries"
				: null,
	};
}

function isOfOneUnit(error: unknown): boolean {
	return error instanceof DataError
		? error.code === "summary_undefined"
		: error instanceof LanguageModelError && !endsEveryCall(error);
}

function storedNames({ closedSet }: NeuronView): readonly string[] | null {
	if (closedSet === null || closedSet.status === "failed") return null;
	if (closedSet.status === "skipped") return [];
	return closedSet.output.method === "icl"
		? namesOf(closedSet.output)
		: closedSet.output.ranked.map(({ concept }) => concept);
}

/** A model that says that none fits has named none. */
function namesOf(result: {
	readonly noneFits: boolean;
	readonly ranked: readonly { readonly concept: string }[];
}): readonly string[] {
	return result.noneFits ? [] : result.ranked.map(({ concept }) => concept);
}

/** Null: there is no summary, or it failed. */
function highSentences({ summaries }: NeuronView): string[] | null {
	if (summaries === null || summaries.status === "failed") return null;
	if (summaries.status === "skipped") return [];
	return summaries.output.high.sentences.map(({ text }) => text);
}
