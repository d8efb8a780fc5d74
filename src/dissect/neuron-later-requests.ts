/** What a dissection asks about one neuron once it has summaries: which concepts fit, and what tells its two sides apart. Nothing is sent. */
import { CallDeferredError } from "../errors.ts";
import type { LanguageModel } from "../llm/port.ts";
import { identifyWithModel } from "../modules/closed-set/in-context.ts";
import type { Shortlister } from "../modules/closed-set/shortlist.ts";
import { askWhatIsDistinct } from "../modules/summary-calibration/ask-what-is-distinct.ts";
import { type Prompts, promptNamed } from "../prompts/load.ts";
import type { NeuronView } from "../store/store.ts";
import {
	type NeuronRequest,
	type WatchedCalls,
	watchedRequest,
} from "./neuron-requests.ts";

/**
 * Null: it is known when the neuron is summarized. `nothing`: a summary that this needs is empty, so nothing is asked. `shortlist_unknown`: it
 * is not known yet which of the concepts the model is shown.
 */
export type LaterRequest =
	| NeuronRequest
	| "nothing"
	| "shortlist_unknown"
	| null;

type Asked = {
	readonly neuron: NeuronView;
	readonly prompts: Prompts;
	readonly model: LanguageModel;
	readonly watched: WatchedCalls;
};

/** The request of the closed-set method `icl`. Throws what `watchedRequest` and `shortlister` throw, but for a CallDeferredError of the latter. */
export async function conceptRequest(
	options: Asked & {
		readonly concepts: readonly string[];
		readonly shortlister: Shortlister;
	},
): Promise<LaterRequest> {
	const { neuron, prompts, model, watched, concepts, shortlister } = options;
	if (neuron.summaries?.status !== "described") return null;
	const sentences = neuron.summaries.output.high.sentences.map(
		({ text }) => text,
	);
	if (sentences.length === 0) return "nothing";
	const prompt = promptNamed(prompts, "identify-concept");
	const shortlist = await shortlister(sentences).catch((error: unknown) => {
		if (error instanceof CallDeferredError) return undefined;
		throw error;
	});
	if (shortlist === undefined) return "shortlist_unknown";
	return watchedRequest({
		model,
		watched,
		promptHash: prompt.hash,
		ask: (asked) =>
			identifyWithModel({
				concepts,
				sentences,
				prompt,
				model: asked,
				shortlister: async () => shortlist,
			}),
	});
}

/** The request of summary calibration by a model. Throws what `watchedRequest` throws. */
export async function calibrationRequest({
	neuron,
	prompts,
	model,
	watched,
}: Asked): Promise<LaterRequest> {
	if (neuron.summaries?.status !== "described") return null;
	const { high, low } = neuron.summaries.output;
	if (high.sentences.length === 0 || low.sentences.length === 0)
		return "nothing";
	const prompt = promptNamed(prompts, "calibrate");
	return watchedRequest({
		model,
		watched,
		promptHash: prompt.hash,
		ask: (asked) =>
			askWhatIsDistinct({
				high: high.sentences,
				low: low.sentences,
				prompt,
				model: asked,
			}),
	});
}
