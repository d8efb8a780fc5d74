/** Stage "summarize": what the captions of each side share, in the language model's words or extracted from the captions. */

import { cleanCaption } from "../modules/summarize/caption-hygiene.ts";
import { createExtractiveDescriber } from "../modules/summarize/extractive.ts";
import { summarizeWithModel } from "../modules/summarize/summarize-with-model.ts";
import { promptNamed } from "../prompts/load.ts";
import type { ExemplarView } from "../store/store.ts";
import type { StageContext, WriterModel } from "./context.ts";
import { countPending, describeNeurons } from "./neurons.ts";

/** Name under which descriptions made without a language model are stored. */
const EXTRACTIVE_MODEL = "none (extractive)";

export const SIDES = ["high", "low"] as const;

/** The caption shown of each exemplar, in rank order. */
export function captionsOf(exemplars: readonly ExemplarView[]): string[] {
	return exemplars.map(({ clip }) => shownCaption(clip));
}

/** By the clip's list of captions: a few clips are the exemplars of all neurons. */
const shown = new WeakMap<readonly string[], string>();

/** The clip's first caption, without a captioner's repetitions. */
export function shownCaption({
	captions,
}: {
	readonly captions: readonly string[];
}): string {
	const caption = shown.get(captions) ?? cleanCaption(captions[0] as string);
	shown.set(captions, caption);
	return caption;
}

export async function summarizeNeurons(context: StageContext): Promise<void> {
	if (countPending(context, "summarize") === 0) return;
	const writer = context.writer?.modelFor("summarize") ?? null;
	if (writer === null) await summarizeByExtraction(context);
	else await summarizeByModel(context, writer);
}

async function summarizeByExtraction(context: StageContext): Promise<void> {
	const { embeddings, recording, tagger, signal, onProgress } = context;
	const describer = await createExtractiveDescriber({
		captions: recording.clips.map(shownCaption),
		embed: (texts, onProgress) =>
			embeddings.embed(texts, { signal, onProgress }),
		onProgress,
		tagger,
	});
	await describeNeurons(context, {
		module: "summarize",
		concurrency: 1,
		describe: async (neuron) => {
			const [high, low] = await Promise.all(
				SIDES.map(async (side) => ({
					side,
					// Its statements are short on purpose and need no splitting: minWords is for what a language model writes.
					sentences: await describer.describe(captionsOf(neuron[side])),
					dropped: [],
				})),
			);
			return {
				outcome: { status: "described", output: { high, low } },
				model: EXTRACTIVE_MODEL,
			};
		},
	});
}

async function summarizeByModel(
	context: StageContext,
	{ model, concurrency }: WriterModel,
): Promise<void> {
	const prompt = promptNamed(context.prompts, "summarize");
	await describeNeurons(context, {
		module: "summarize",
		concurrency,
		describe: async (neuron) => {
			// Both calls are awaited even when one fails: an answered call is never thrown away.
			const [high, low] = await Promise.allSettled(
				SIDES.map((side) =>
					summarizeWithModel({
						captions: captionsOf(neuron[side]),
						side,
						prompt,
						model,
						minWords: context.method.summarize.minWords,
						signal: context.signal,
					}),
				),
			);
			if (high?.status !== "fulfilled") throw high?.reason;
			if (low?.status !== "fulfilled") throw low?.reason;
			return {
				outcome: {
					status: "described",
					output: { high: high.value.summary, low: low.value.summary },
				},
				model: `${model.provider}/${model.model}`,
				promptHash: prompt.hash,
				callIds: [...high.value.callIds, ...low.value.callIds],
			};
		},
	});
}
