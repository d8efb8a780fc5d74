/** Triage in a dissection: evidence from the captions or the sounds of the recorded clips, before anything is asked about a neuron. */
import type { EmbeddingModel, TextAudioModel } from "../embeddings/port.ts";
import { ConfigError } from "../errors.ts";
import { unitVectors } from "../modules/triage/clarity.ts";
import { createTriage } from "../modules/triage/triage.ts";
import type { Recording } from "../recordings/recording.ts";
import type { LongOptions, NeuronExemplars } from "../types.ts";
import type { MethodOptions } from "./context.ts";
import { shownCaption } from "./summarize-neurons.ts";

type Triage = (
	neuron: NeuronExemplars & { readonly firingRate?: number },
	asked: boolean,
) => NeuronExemplars;

/** What triage needs of a dissection. */
export type TriageOptions = LongOptions & {
	readonly method: Pick<MethodOptions, "triage" | "seed">;
	readonly recording: {
		readonly clips: readonly Pick<
			Recording["clips"][number],
			"id" | "path" | "hash" | "captions"
		>[];
	};
	readonly embeddings: EmbeddingModel;
	readonly textAudio: TextAudioModel | null;
};

/**
 * Embeds the captions or the sounds once; null when triage is off. Throws ConfigError `text_audio_needed` when sounds are asked for
 * without an encoder, and what the embeddings throw.
 */
export async function openTriage(
	options: TriageOptions,
): Promise<Triage | null> {
	const { triage, seed } = options.method;
	if (triage === null) return null;
	const { clarity: by, ...bar } = triage;
	const judge = createTriage({
		vectors: unitVectors(
			by === "audio" ? await soundsOf(options) : await captionsOf(options),
		),
		by,
		bar,
		seed,
	});
	return ({ firingRate, ...neuron }, asked) => {
		if (firingRate === undefined)
			throw new RangeError("triage needs the firing rate of every neuron");
		return judge({ ...neuron, firingRate }, asked);
	};
}

function captionsOf({
	recording,
	embeddings,
	signal,
	onProgress,
}: TriageOptions): Promise<Float32Array[]> {
	return embeddings.embed(recording.clips.map(shownCaption), {
		signal,
		onProgress,
	});
}

async function soundsOf({
	recording,
	textAudio,
	signal,
	onProgress,
}: TriageOptions): Promise<(Float32Array | null)[]> {
	if (textAudio === null)
		throw new ConfigError(
			"triage by the clarity of sounds needs a text-audio encoder, and there is none",
			{
				code: "text_audio_needed",
				hint: "Set textAudio in the config, or triage.clarity to captions.",
			},
		);
	const sounds = await textAudio.embedAudio(recording.clips, {
		signal,
		onProgress,
	});
	return sounds.map((sound) => ("vector" in sound ? sound.vector : null));
}
