/** What a dissection asks about one neuron: the exact messages, and which of the calls are in the store. Nothing is sent. */
import {
	CallDeferredError,
	DissectionError,
	LanguageModelError,
} from "../errors.ts";
import type { CallStore } from "../llm/calls.ts";
import type { LanguageModel, Message } from "../llm/port.ts";
import { adjectivesOf } from "../modules/open-set-extraction/extract-open-set.ts";
import { loadLexicon } from "../modules/open-set-extraction/lexicon.ts";
import { createTagger } from "../modules/open-set-extraction/tagger.ts";
import { summarizeWithModel } from "../modules/summarize/summarize-with-model.ts";
import { type Prompts, promptNamed } from "../prompts/load.ts";
import type { NeuronView, Store } from "../store/store.ts";
import type { Side } from "../types.ts";
import type { WriterModel } from "./context.ts";
import { acousticJudge } from "./extract-concepts.ts";
import { captionsOf, SIDES } from "./summarize-neurons.ts";

/** A call as it was looked for; `call`: its id in the store, null when it is not there. */
type Lookup = { readonly key: string; readonly call: number | null };

export type SummaryRequest = {
	readonly side: Side;
	readonly promptHash: string;
	readonly messages: readonly Message[];
	/** The call, and the question that follows an invalid reply when there was one. */
	readonly lookups: readonly Lookup[];
};

/** An adjective of the calibrated summary. Words are asked many in one call, so only their verdicts are the neuron's own. */
export type JudgedWord = {
	readonly word: string;
	/** Null: not asked yet. */
	readonly acoustic: boolean | null;
	/** Call id. */
	readonly call: number | null;
};

/** Remembers what is looked for in the store. */
export function watchCalls<T extends CallStore>(
	store: T,
): { readonly store: T; readonly lookups: Lookup[] } {
	const lookups: Lookup[] = [];
	return {
		lookups,
		store: {
			...store,
			findCall: (key) => {
				const found = store.findCall(key);
				lookups.push({ key, call: found?.id ?? null });
				return found;
			},
		},
	};
}

/**
 * The requests for both summaries of a neuron. `model` must send nothing (it defers or replays) and look for calls in the store that
 * `lookups` watches. Throws PromptError, and what `model` throws but for calls that are not there.
 */
export async function summaryRequests(options: {
	readonly neuron: NeuronView;
	readonly prompts: Prompts;
	readonly model: LanguageModel;
	readonly lookups: Lookup[];
}): Promise<readonly SummaryRequest[]> {
	const { neuron, model, lookups } = options;
	const prompt = promptNamed(options.prompts, "summarize");
	const requests: SummaryRequest[] = [];
	for (const side of SIDES) {
		let messages: readonly Message[] = [];
		lookups.length = 0;
		await summarizeWithModel({
			captions: captionsOf(neuron[side]),
			side,
			prompt,
			minWords: 1,
			model: {
				...model,
				generate: (request, callOptions) => {
					messages = request.messages;
					return model.generate(request, callOptions);
				},
			},
		}).catch((error: unknown) => {
			if (!isMissing(error)) throw error;
		});
		requests.push({
			side,
			promptHash: prompt.hash,
			messages,
			lookups: [...lookups],
		});
	}
	return requests;
}

function isMissing(error: unknown): boolean {
	return (
		error instanceof CallDeferredError ||
		(error instanceof LanguageModelError &&
			["replay_miss", "reply_invalid"].includes(error.code))
	);
}

/** The verdicts that the neuron's adjectives have from this model and prompt; null when its summary is not calibrated yet. */
export async function judgedWords(options: {
	readonly neuron: NeuronView;
	readonly prompts: Prompts;
	readonly writer: WriterModel;
	readonly store: Pick<Store, "getJudgements">;
}): Promise<readonly JudgedWord[] | null> {
	const { neuron, prompts, writer, store } = options;
	if (neuron.calibrated?.status !== "described") return null;
	const tagger = createTagger(await loadLexicon());
	try {
		const words = await adjectivesOf(neuron.calibrated.output, tagger);
		const prompt = promptNamed(prompts, "acoustic-filter");
		const verdicts = store.getJudgements(acousticJudge(writer, prompt), words);
		return [...words].map((word) => {
			const verdict = verdicts.get(word);
			return {
				word,
				acoustic: verdict?.acoustic ?? null,
				call: verdict?.callId ?? null,
			};
		});
	} finally {
		await tagger.close();
	}
}

/** Throws DissectionError `neuron_skipped`: nothing is asked about a neuron whose activations say nothing. */
export function throwIfSkipped({ layer, unit, status }: NeuronView): void {
	if (status.status !== "skipped") return;
	throw new DissectionError(
		`nothing is asked about ${layer}#${unit}: its activations are ${status.reason}`,
		{ code: "neuron_skipped" },
	);
}
