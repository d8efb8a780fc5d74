/** The concept scores of all clips, by captions or by sound, as the stages and the last-layer table need them. */
import type { EmbeddingModel, TextAudioModel } from "../embeddings/port.ts";
import { ConfigError } from "../errors.ts";
import { audioConceptScores } from "../modules/closed-set/audio-scores.ts";
import {
	type ConceptScoreKind,
	conceptScores,
} from "../modules/closed-set/concept-scores.ts";
import type { SimilarityFunction } from "../modules/closed-set/constants.ts";
import { cleanCaption } from "../modules/summarize/caption-hygiene.ts";
import type { Recording } from "../recordings/recording.ts";
import type { ClosedSetMethod, LongOptions } from "../types.ts";

export type ClosedSetScoresOptions = LongOptions & {
	readonly recording: {
		readonly clips: readonly Pick<
			Recording["clips"][number],
			"id" | "path" | "hash" | "captions"
		>[];
	};
	/** At least one. */
	readonly concepts: readonly string[];
	/** What an encoder reads for a concept, with `{concept}` in its place; null: the concept alone. */
	readonly conceptTemplate: string | null;
	/** For `db`. */
	readonly conceptScores: ConceptScoreKind;
	readonly embeddings: EmbeddingModel;
	/** For `tab`. */
	readonly textAudio: TextAudioModel | null;
};

export type ClosedSetScores = {
	/** float32 `[clips, concepts]`, row-major; NaN rows for clips that are left out. */
	readonly scores: Float32Array;
	/** Clips without scores, and why. */
	readonly leftOut: readonly { readonly clip: string; readonly why: string }[];
};

/**
 * P of all clips of the recording: from captions (`db`, after caption hygiene) or from sounds (`tab`). A clip without an embedding is left out and named.
 * Throws ConfigError `text_audio_needed` when `tab` is asked for without an encoder, DataError `concept_undefined`, ConfigError `concept_template_invalid`,
 * InterruptedError, and what the embeddings throw.
 */
export async function closedSetScores(
	method: Exclude<ClosedSetMethod, "icl">,
	options: ClosedSetScoresOptions,
): Promise<ClosedSetScores> {
	const { recording, concepts, conceptTemplate, signal, onProgress } = options;
	const idOf = (clip: number): string => recording.clips[clip]?.id ?? "";
	if (method === "db") {
		const { scores, undefinedClips } = await conceptScores({
			captions: recording.clips.map(({ captions }) =>
				captions.map(cleanCaption),
			),
			concepts,
			conceptTemplate,
			kind: options.conceptScores,
			embeddings: options.embeddings,
			signal,
			onProgress,
		});
		return {
			scores,
			leftOut: undefinedClips.map((clip) => ({
				clip: idOf(clip),
				why: "the captions have no embedding",
			})),
		};
	}
	const { textAudio } = options;
	if (textAudio === null)
		throw new ConfigError(
			"the closed-set method tab needs a text-audio encoder, and there is none",
			{
				code: "text_audio_needed",
				hint: "Set textAudio in the config, or closedSet.method to db.",
			},
		);
	const { scores, undefinedClips, reasons } = await audioConceptScores({
		clips: recording.clips,
		concepts,
		conceptTemplate,
		model: textAudio,
		signal,
		onProgress,
	});
	return {
		scores,
		leftOut: undefinedClips.map((clip, index) => ({
			clip: idOf(clip),
			why: reasons[index]?.message ?? "",
		})),
	};
}

/** The similarity function when nobody names one (Wu, Lin, Weng 2024): cos-cubed for captions, soft-WPMI for sounds. */
export function defaultFunction(
	method: Exclude<ClosedSetMethod, "icl">,
): SimilarityFunction {
	return method === "tab" ? "soft-wpmi" : "cos-cubed";
}
