/** The scores of a run that need nothing but the run: how well the output layer's neurons were named. Stored with the run. */
import type { EmbeddingModel } from "../../embeddings/port.ts";
import type { NeuronView, Store } from "../../store/store.ts";
import type { LongOptions } from "../../types.ts";
import { type LastLayerAccuracy, lastLayerAccuracy } from "./last-layer.ts";
import {
	type NearestClassAccuracy,
	nearestClassAccuracy,
} from "./nearest-class.ts";

export type RunEvaluation = {
	/** Module A against the class names. Null when the network has no class names or its output layer was not described. */
	readonly lastLayer: LastLayerAccuracy | null;
	/** Module B against the class names; null as above, or when summaries were not asked for. */
	readonly nearestClass: NearestClassAccuracy | null;
	/** Why both are null. */
	readonly reason?: "no_labels";
};

export type EvaluateRunOptions = LongOptions & {
	readonly store: Store;
	/** Run id. */
	readonly run: string;
	/** In index order; null: the network names none. */
	readonly classes: readonly string[] | null;
	/** The layer whose units are the classes; null: not recorded. */
	readonly outputLayer: string | null;
	readonly concepts: readonly string[];
	readonly embeddings: EmbeddingModel;
	/** Of label permutations and bootstraps; integer. */
	readonly seed: number;
};

/**
 * Scores the output layer and stores the result with the run (names `last-layer` and `nearest-class`; without class names, `last-layer` holds the
 * reason only).
 */
export async function evaluateRun(
	options: EvaluateRunOptions,
): Promise<RunEvaluation> {
	const { store, run, classes, outputLayer, embeddings } = options;
	const { seed, signal, onProgress } = options;
	if (classes === null || outputLayer === null) {
		store.putEvaluation(run, "last-layer", { reason: "no_labels" });
		return { lastLayer: null, nearestClass: null, reason: "no_labels" };
	}
	const neurons = store.readLayerNeurons(run, outputLayer, {
		from: 0,
		count: classes.length,
	});
	const evaluation: RunEvaluation = {
		lastLayer: neurons.every(({ closedSet }) => closedSet === null)
			? null
			: await lastLayerAccuracy({
					classNames: neurons.map(({ unit }) => classes[unit] ?? null),
					ranked: neurons.map(rankedConcepts),
					concepts: options.concepts,
					embeddings,
					seed,
					signal,
					onProgress,
				}),
		nearestClass: await evaluateNearestClass({
			...options,
			classes,
			outputLayer,
		}),
	};
	if (evaluation.lastLayer !== null)
		store.putEvaluation(run, "last-layer", evaluation.lastLayer);
	return evaluation;
}

/**
 * Module B against the class names, stored with the run (name `nearest-class`), as `evaluateRun` does it; alone for a recalibrated run, whose other scores
 * are those of its source. Null when no summary of the layer was calibrated. Throws InterruptedError, and what `embeddings` and the store throw.
 */
export async function evaluateNearestClass(
	options: Omit<EvaluateRunOptions, "classes" | "outputLayer" | "concepts"> & {
		readonly classes: readonly string[];
		readonly outputLayer: string;
	},
): Promise<NearestClassAccuracy | null> {
	const { store, run, classes, outputLayer, embeddings } = options;
	const { seed, signal, onProgress } = options;
	const neurons = store.readLayerNeurons(run, outputLayer, {
		from: 0,
		count: classes.length,
	});
	if (neurons.every(({ calibrated }) => calibrated === null)) return null;
	// A failure is no answer, neither right nor wrong.
	const valid = neurons.filter(
		({ calibrated }) => calibrated !== null && calibrated.status !== "failed",
	);
	const accuracy = await nearestClassAccuracy({
		classNames: classes,
		units: valid.map(({ unit }) => unit),
		summaries: valid.map(keptSentences),
		captions: valid.map(({ high }) =>
			high.map(({ clip }) => clip.captions[0] as string),
		),
		failed: neurons.length - valid.length,
		embed: (texts) => embeddings.embed(texts, { signal, onProgress }),
		seed,
	});
	store.putEvaluation(run, "nearest-class", accuracy);
	return accuracy;
}

/**
 * Best first; null when the module failed or was not reached. A skipped neuron has no winner, which is a miss; nor has one of which the language model says
 * that no concept fits.
 */
function rankedConcepts({ closedSet }: NeuronView): string[] | null {
	if (closedSet === null || closedSet.status === "failed") return null;
	if (closedSet.status === "skipped") return [];
	const { output } = closedSet;
	return output.method === "icl" && output.noneFits
		? []
		: output.ranked.map(({ concept }) => concept);
}

function keptSentences({ calibrated }: NeuronView): string[] {
	if (calibrated?.status !== "described") return [];
	return calibrated.output.sentences
		.filter(({ kept }) => kept)
		.map(({ text }) => text);
}
