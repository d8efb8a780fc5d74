/** The concepts of a run's output layer by every method and similarity function that is at hand: what the last-layer table is made from. */
import { DataError, LanguageModelError } from "../errors.ts";
import { endsEveryCall } from "../llm/ends-every-call.ts";
import type { LanguageModel } from "../llm/port.ts";
import { SIMILARITY_FUNCTIONS } from "../modules/closed-set/constants.ts";
import { identifyClosedSet } from "../modules/closed-set/identify.ts";
import {
	type IdentifyPrompt,
	identifyWithModel,
} from "../modules/closed-set/in-context.ts";
import { readRecordedLayers } from "../recordings/recorded-layers.ts";
import { forEachLimited } from "../shared/pool.ts";
import type {
	NeuronView,
	RecordingClipView,
	RunView,
	Store,
} from "../store/store.ts";
import type { ClosedSetMethod, ComparedConcepts } from "../types.ts";
import {
	type ClosedSetScoresOptions,
	closedSetScores,
} from "./closed-set-scores.ts";

/** Concepts per output unit, best first. */
export type LastLayerRanking = {
	readonly method: ClosedSetMethod;
	readonly function: ComparedConcepts["function"] | null;
	/** In unit order. Empty: none could be ranked. Null: failed or not reached. */
	readonly ranked: readonly (readonly string[] | null)[];
	/** Why no unit has a concept at all; the scores are then undefined. */
	readonly reason: string | null;
};

export type LastLayerRankingsOptions = Omit<
	ClosedSetScoresOptions,
	"recording"
> & {
	readonly store: Store;
	readonly run: RunView;
	/** Name of the output layer. */
	readonly layer: string;
	readonly units: number;
	/** For `icl`; null: only what the run has stored. */
	readonly writer: {
		readonly model: LanguageModel;
		readonly prompt: IdentifyPrompt;
		/** Calls in flight, 1 and up. */
		readonly concurrency: number;
	} | null;
	readonly seed: number;
};

/**
 * DB always, TAB with an encoder, ICL when the run has it or a model is there (one call per unit with a summary). Throws DataError
 * `recording_missing`, `last_layer_missing` (the recording has no such layer any more), and what the embeddings throw.
 */
export async function lastLayerRankings(
	options: LastLayerRankingsOptions,
): Promise<LastLayerRanking[]> {
	const rankings = await comparedRankings(options);
	const inContext = await inContextRanking(options);
	return inContext === null ? rankings : [...rankings, inContext];
}

async function comparedRankings(
	options: LastLayerRankingsOptions,
): Promise<LastLayerRanking[]> {
	const { store, run, layer, concepts, textAudio, seed, signal } = options;
	const recorded = (await readRecordedLayers(run.recording.path)).find(
		({ name }) => name === layer,
	);
	if (recorded === undefined)
		throw new DataError(
			`the recording ${run.recording.path} has no layer "${layer}" any more`,
			{
				code: "last_layer_missing",
				hint: "`audio-dissect record` with the run's config makes it again.",
			},
		);
	const recording = { clips: recordingClips(store, run.id) };
	const rankings: LastLayerRanking[] = [];
	for (const method of textAudio === null
		? (["db"] as const)
		: (["db", "tab"] as const)) {
		const { scores } = await closedSetScores(method, { ...options, recording });
		for (const similarity of SIMILARITY_FUNCTIONS) {
			const ranked: string[][] = [];
			const reasons = new Set<string | null>();
			for await (const { result } of identifyClosedSet({
				activations: recorded,
				scores,
				concepts,
				function: similarity,
				permutations: 0,
				seed,
				signal,
			})) {
				ranked.push(result.ranked.map(({ concept }) => concept));
				reasons.add(result.reason ?? null);
			}
			const [reason] = reasons;
			rankings.push({
				method,
				function: similarity,
				ranked,
				reason: reasons.size === 1 ? (reason ?? null) : null,
			});
		}
	}
	return rankings;
}

/** Null when the run has no such results and no model is there to ask. */
async function inContextRanking(
	options: LastLayerRankingsOptions,
): Promise<LastLayerRanking | null> {
	const { store, run, layer, units, writer, concepts, embeddings, signal } =
		options;
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
				concepts,
				sentences,
				prompt: writer.prompt,
				model: writer.model,
				embed: (texts) => embeddings.embed(texts, { signal }),
				signal,
			});
			ranked[neuron.unit] = namesOf(result);
		} catch (error) {
			// Of this unit alone: it stays a failed one. The call is in the store.
			if (!(error instanceof LanguageModelError) || endsEveryCall(error))
				throw error;
		}
	});
	return {
		method: "icl",
		function: null,
		ranked,
		// Where calls failed, the scores say so themselves: no valid unit.
		reason:
			!isStored && neurons.every((neuron) => highSentences(neuron) === null)
				? "no_summaries"
				: null,
	};
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

const PAGE = 1000;

function recordingClips(store: Store, run: string): RecordingClipView[] {
	const clips: RecordingClipView[] = [];
	for (let from = 0; ; from += PAGE) {
		const page = store.readRecordingClips(run, { from, count: PAGE });
		clips.push(...page);
		if (page.length < PAGE) return clips;
	}
}
