/** What a dissection asks about one neuron: the exact messages, and which of the calls are in the store. Nothing is sent. */
import { z } from "zod";
import {
	CallDeferredError,
	DissectionError,
	LanguageModelError,
} from "../errors.ts";
import type { DeferredCall } from "../llm/ask.ts";
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

/** A question as it is put to the model. */
export type NeuronRequest = {
	readonly promptHash: string;
	readonly messages: readonly Message[];
	/** The call, and the question that follows a reply that cannot be used when there was one. */
	readonly lookups: readonly Lookup[];
};

export type SummaryRequest = NeuronRequest & { readonly side: Side };

/** An adjective of the calibrated summary. Words are asked many in one call, so only their verdicts are the neuron's own. */
export type JudgedWord = {
	readonly word: string;
	/** Null: not asked yet. */
	readonly acoustic: boolean | null;
	/** Call id. */
	readonly call: number | null;
};

/** A store whose calls are watched: what is looked for, and in which words it is asked. */
export type WatchedCalls = {
	/** For the models. */
	readonly store: Store;
	/** For the models: what is not in the store is noted, and not sent. */
	readonly defer: (call: DeferredCall) => void;
	readonly lookups: Lookup[];
	/** Of a call that was looked for; undefined when it is neither in the store nor put aside. */
	messagesOf(lookup: Lookup): readonly Message[] | undefined;
};

export function watchCalls(store: Store): WatchedCalls {
	const lookups: Lookup[] = [];
	const deferred = new Map<string, readonly Message[]>();
	return {
		lookups,
		store: {
			...store,
			findCall: (key) => {
				const found = store.findCall(key);
				lookups.push({ key, call: found?.id ?? null });
				return found;
			},
			// A replay rejects once more what was rejected when it was recorded; the store may be open for reading only.
			rejectCalls: () => {},
		},
		defer: ({ key, call }) => deferred.set(key, call.messages),
		messagesOf: ({ key, call }) => {
			if (call === null) return deferred.get(key);
			const stored = storedMessages.safeParse(store.readCall(call)?.request);
			return stored.data?.messages;
		},
	};
}

const storedMessages = z.object({
	messages: z.array(
		z.object({
			role: z.enum(["system", "user", "assistant"]),
			content: z.string(),
		}),
	),
});

/**
 * What `ask` asks of `model`, which must send nothing (it defers or replays) and look for calls in the store that is watched. Throws what
 * `ask` throws but for calls that are not there.
 */
export async function watchedRequest(options: {
	readonly model: LanguageModel;
	readonly watched: WatchedCalls;
	readonly promptHash: string;
	ask(model: LanguageModel): Promise<unknown>;
}): Promise<NeuronRequest> {
	const { model, watched, promptHash } = options;
	// Where the words of a call are not to be had (a replay without it): those of its request.
	let messages: readonly Message[] = [];
	watched.lookups.length = 0;
	await options
		.ask({
			...model,
			generate: (request, callOptions) => {
				messages = request.messages;
				return model.generate(request, callOptions);
			},
			choose: (request, callOptions) => {
				messages = request.messages;
				return model.choose(request, callOptions);
			},
		})
		.catch((error: unknown) => {
			if (!isMissing(error)) throw error;
		});
	const lookups = [...watched.lookups];
	const [first] = lookups;
	const exact = first === undefined ? undefined : watched.messagesOf(first);
	return { promptHash, messages: exact ?? messages, lookups };
}

/** The requests for both summaries of a neuron. Throws PromptError, and what `watchedRequest` throws. */
export async function summaryRequests(options: {
	readonly neuron: NeuronView;
	readonly prompts: Prompts;
	readonly model: LanguageModel;
	readonly watched: WatchedCalls;
}): Promise<readonly SummaryRequest[]> {
	const { neuron, model, watched } = options;
	const prompt = promptNamed(options.prompts, "summarize");
	const requests: SummaryRequest[] = [];
	for (const side of SIDES)
		requests.push({
			side,
			...(await watchedRequest({
				model,
				watched,
				promptHash: prompt.hash,
				ask: (asked) =>
					summarizeWithModel({
						captions: captionsOf(neuron[side]),
						side,
						prompt,
						minWords: 1,
						model: asked,
					}),
			})),
		});
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
		{
			code: "neuron_skipped",
			hint: "Name another neuron; `audio-dissect runs show` counts the skipped ones.",
		},
	);
}
