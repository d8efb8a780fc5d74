/** The captioner: clips that have no captions get them from a model that hears. */
import { z } from "zod";
import {
	CallDeferredError,
	DataError,
	LanguageModelError,
	throwIfInterrupted,
} from "../../errors.ts";
import { clipWav } from "../../inputs/audio/clip-wav.ts";
import type { AudioInput, LanguageModel, Message } from "../../llm/port.ts";
import { hashJson } from "../../shared/hash.ts";
import { forEachLimited } from "../../shared/pool.ts";
import type { HashedClip, LongOptions } from "../../types.ts";

/** What this module needs of the prompt file `caption`: it is given nothing, the clip is heard. */
export type CaptionPrompt = {
	readonly hash: string;
	render(variables: Readonly<Record<string, never>>): readonly Message[];
};

export type ClipCaption = {
	/** Clip id. */
	readonly clip: string;
	/** From 0. */
	readonly sample: number;
	/** As the model wrote it, trimmed; what repeats itself in it is cut where captions are used. */
	readonly text: string;
	readonly callIds: readonly number[];
	/** Served from the store. */
	readonly cached: boolean;
};

/** A caption that there is none of, and why. */
export type MissingCaption = {
	readonly clip: string;
	readonly sample: number;
	/** `call_deferred`: the call was put aside. */
	readonly code: string;
	readonly message: string;
};

/** The shape of the reply where a model cannot be asked for plain text. */
const captionSchema = z.object({
	caption: z
		.string()
		.refine((text) => text.trim() !== "", { error: "expected a caption" }),
});

/**
 * Asks `model` for `samples` captions (1 and up) of each clip; at most `concurrency` clips are decoded and asked about at a time. The
 * request holds the clip's hash and how the audio was prepared, so a clip that was asked about before is neither decoded nor sent again.
 * Both lists are in the order of clips and samples. A call that fails, or a clip that cannot be decoded, is in `missing`. Throws what every
 * further clip would meet: InterruptedError, ConfigError `audio_unsupported`, what the store throws, LanguageModelError for a rejected key
 * or a server that is not there.
 */
export async function captionClips(
	options: LongOptions & {
		readonly clips: readonly Pick<HashedClip, "id" | "path" | "hash">[];
		readonly model: LanguageModel;
		readonly prompt: CaptionPrompt;
		readonly samples: number;
		/** Hz. */
		readonly sampleRate: number;
		/** Longest part of a clip that is sent, from its start. */
		readonly seconds: number;
		readonly concurrency: number;
	},
): Promise<{
	readonly captions: readonly ClipCaption[];
	readonly missing: readonly MissingCaption[];
}> {
	const { clips, model, prompt, samples, signal, onProgress } = options;
	const messages = prompt.render({});
	const total = clips.length * samples;
	const found = new Array<ClipCaption | MissingCaption>(total);
	let done = 0;
	onProgress?.({ stage: "caption", done, total });
	await forEachLimited(
		clips.entries(),
		options.concurrency,
		async ([index, clip]) => {
			const audio = [audioOf(clip, options)];
			for (let sample = 0; sample < samples; sample += 1) {
				throwIfInterrupted(signal);
				found[index * samples + sample] = await captionOnce(
					{ clip: clip.id, sample },
					async () => {
						const answer = await model.generate(
							{
								operation: "caption",
								messages,
								schema: { name: "caption", zod: captionSchema },
								fromText: (text) => ({ caption: text.trim() }),
								audio,
								sampleIndex: sample,
							},
							{ signal },
						);
						return { ...answer, text: answer.value.caption.trim() };
					},
				);
				done += 1;
				onProgress?.({ stage: "caption", done, total });
			}
		},
	);
	return {
		captions: found.filter((one) => "text" in one),
		missing: found.filter((one) => "code" in one),
	};
}

async function captionOnce(
	place: { readonly clip: string; readonly sample: number },
	ask: () => Promise<{
		readonly text: string;
		readonly callIds: readonly number[];
		readonly cached: boolean;
	}>,
): Promise<ClipCaption | MissingCaption> {
	try {
		const { text, callIds, cached } = await ask();
		return { ...place, text, callIds, cached };
	} catch (error) {
		if (!concernsOneClip(error)) throw error;
		return { ...place, code: error.code, message: error.message };
	}
}

/** `sent: false`: the model has given up and sends nothing more. */
function concernsOneClip(
	error: unknown,
): error is DataError | LanguageModelError | CallDeferredError {
	if (error instanceof DataError || error instanceof CallDeferredError)
		return true;
	return (
		error instanceof LanguageModelError &&
		error.evidence?.reach !== "every_call" &&
		error.evidence?.sent !== false &&
		error.code !== "replay_miss"
	);
}

/** Content address of what is sent of a clip: its file (SHA-256), and how the audio is made from it. */
export function heardHash(
	fileHash: string,
	{
		sampleRate,
		seconds,
	}: { readonly sampleRate: number; readonly seconds: number },
): string {
	return hashJson({
		file: fileHash,
		sampleRate,
		seconds,
		channels: 1,
		bits: 16,
	});
}

/** Decoded once for all samples, and only when one of them is sent. */
function audioOf(
	clip: Pick<HashedClip, "path" | "hash">,
	{
		sampleRate,
		seconds,
	}: { readonly sampleRate: number; readonly seconds: number },
): AudioInput {
	let made: Promise<Uint8Array> | undefined;
	return {
		format: "wav",
		hash: heardHash(clip.hash, { sampleRate, seconds }),
		mostSeconds: seconds,
		bytes: () => {
			made ??= clipWav(clip.path, { sampleRate, seconds });
			return made;
		},
	};
}
