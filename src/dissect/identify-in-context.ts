/** Stage "closed-set" by a language model: the concepts that fit the high summary. */
import { ConfigError } from "../errors.ts";
import { identifyWithModel } from "../modules/closed-set/in-context.ts";
import { promptNamed } from "../prompts/load.ts";
import type { NeuronView } from "../store/store.ts";
import type { StageContext } from "./context.ts";
import { type Described, describeNeurons, outputOf } from "./neurons.ts";

/** Reads the uncalibrated high summary, as the released code of the method does. A neuron whose summary is empty is skipped. */
export async function identifyInContext(context: StageContext): Promise<void> {
	const { conceptSet, embeddings, signal } = context;
	const writer = context.writer?.modelFor("identify-concept") ?? null;
	if (writer === null)
		throw new ConfigError(
			"the closed-set method icl needs a language model, and there is none",
			{
				code: "language_model_needed",
				hint: "Set closedSet.method to db, or name a language model.",
			},
		);
	const { model, concurrency } = writer;
	const prompt = promptNamed(context.prompts, "identify-concept");
	await describeNeurons(context, {
		module: "closed-set",
		concurrency,
		describe: async (neuron): Promise<Described> => {
			const sentences = highSentences(neuron);
			if (sentences.length === 0)
				return {
					outcome: {
						status: "skipped",
						reason: "no_summary",
						evidence: {
							why: "its high clips share nothing that could be named",
						},
					},
				};
			const { result, callIds } = await identifyWithModel({
				concepts: conceptSet.concepts,
				sentences,
				prompt,
				model,
				embed: (texts) => embeddings.embed(texts, { signal }),
				signal,
			});
			return {
				outcome: { status: "described", output: result },
				model: `${model.provider}/${model.model}`,
				promptHash: prompt.hash,
				callIds,
			};
		},
	});
}

/** Throws when there is no summary because summarizing failed; the neuron then fails here too. */
function highSentences({ summaries }: NeuronView): string[] {
	if (summaries?.status === "skipped") return [];
	return outputOf(summaries, "summarize").high.sentences.map(
		({ text }) => text,
	);
}
