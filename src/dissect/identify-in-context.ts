/** Stage "closed-set" by a language model: the concepts that fit the high summary. */
import { ConfigError } from "../errors.ts";
import {
	identifyWithModel,
	requireNoReserved,
} from "../modules/closed-set/in-context.ts";
import { createShortlister } from "../modules/closed-set/shortlist.ts";
import { promptNamed } from "../prompts/load.ts";
import type { NeuronView } from "../store/store.ts";
import type { StageContext } from "./context.ts";
import { type Described, describeNeurons, outputOf } from "./neurons.ts";

/**
 * Reads the uncalibrated high summary, as the released code of the method (Wu, Lin, Weng 2024) does. A neuron whose summary is empty is skipped
 * (`no_summary`); one whose summary failed, or whose call fails, is failed. Throws what would hit every neuron, before any is asked about: ConfigError
 * `language_model_needed`; DataError `concept_reserved`, and `concept_undefined` for sets of more than 50 concepts; InterruptedError.
 */
export async function identifyInContext(context: StageContext): Promise<void> {
	const { signal } = context;
	const { concepts } = context.conceptSet;
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
	requireNoReserved(concepts);
	const shortlister = await createShortlister({
		concepts,
		conceptTemplate: context.method.closedSet.conceptTemplate,
		embeddings: context.embeddings,
		signal,
	});
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
				concepts,
				sentences,
				prompt,
				model,
				shortlister,
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
