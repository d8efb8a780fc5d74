/** The concepts of a run's output layer by every method and similarity function that is at hand: what the last-layer table is made from. */
import { DataError } from "../errors.ts";
import { SIMILARITY_FUNCTIONS } from "../modules/closed-set/constants.ts";
import { identifyClosedSet } from "../modules/closed-set/identify.ts";
import { softmaxFactors } from "../modules/closed-set/softmax-factors.ts";
import { readRecordedLayers } from "../recordings/recorded-layers.ts";
import type { RecordingClipView, Store } from "../store/store.ts";
import { closedSetScores } from "./closed-set-scores.ts";
import { inContextRanking } from "./last-layer-in-context.ts";
import type {
	LastLayerRanking,
	LastLayerRankingsOptions,
} from "./last-layer-options.ts";

/**
 * DB always, TAB with an encoder, by each of the five similarity functions; ICL when the run has it or a model is there (one call per unit with a summary).
 * Throws DataError `recording_missing`, `last_layer_missing` (the recording has no such layer any more), `concept_undefined`, `concept_reserved`;
 * ConfigError `concept_template_invalid`; InterruptedError; and what the embeddings throw. A call that fails leaves its unit null.
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
				softmaxFactors: softmaxFactors({
					...options,
					method,
					function: similarity,
				}),
				ranked,
				reason: reasons.size === 1 ? (reason ?? null) : null,
			});
		}
	}
	return rankings;
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
