/** From a config to the quiz: its language models are asked for each use, scored, timed and priced. No network or probe set is read. */
import { setMaxListeners } from "node:events";
import type { Config } from "../config/config.ts";
import type { Operation } from "../config/model-settings.ts";
import { withQuiz } from "../dissect/check-models.ts";
import type { WriterModel } from "../dissect/context.ts";
import { CallDeferredError, ConfigError } from "../errors.ts";
import { costOf, type PricedModel, type Prices } from "../llm/prices.ts";
import {
	type CheckedUse,
	checkModel,
	keptCheck,
	type ModelCheck,
} from "../modules/llm-check/check-model.ts";
import { loadPrompts } from "../prompts/load.ts";
import type { Store } from "../store/store.ts";
import type { LongOptions } from "../types.ts";
import { chargedModels } from "./charged-models.ts";

/** What describing neurons takes, from what the quiz took. */
type Forecast = {
	/** Calls for 1,000 neurons. */
	readonly calls: number;
	/** Seconds of one call on average; null when no call was answered. */
	readonly secondsPerCall: number | null;
	/** Calls at the same time, at most. */
	readonly concurrency: number;
	/** US dollars for 1,000 neurons; null: see `noPrice`. */
	readonly usd: number | null;
	readonly noPrice: string | null;
};

export type CheckedModel = {
	readonly check: ModelCheck;
	/** The result was kept from an earlier time: nothing was asked. */
	readonly kept: boolean;
	/** Null for `choose`, which describes no neuron. */
	readonly forecast: Forecast | null;
};

/** Two summaries for each neuron. */
const SUMMARIES_PER_1000 = 2000;
/** New adjectives that each neuron brings to the filter, assumed: they are judged once each. */
const NEW_WORDS_PER_NEURON = 1;

const USES: readonly { use: CheckedUse; operation: Operation }[] = [
	{ use: "summarize", operation: "summarize" },
	{ use: "acoustic-filter", operation: "acoustic-filter" },
	{ use: "choose", operation: "identify-concept" },
];

/**
 * Puts the quiz to the models of a config, for summaries, for the acoustic filter and for choosing; a result that is kept is not asked for
 * again. Throws ConfigError `language_model_needed` when the config names none for any of them, CallDeferredError `quiz_unfinished` when the
 * budget has no room for the rest of it, LanguageModelError for what would hit every call, InterruptedError.
 */
export async function checkLanguageModels(
	options: LongOptions & {
		readonly config: Config;
		readonly store: Store;
	},
): Promise<readonly CheckedModel[]> {
	const { config, store, signal, onProgress } = options;
	// Every call in flight listens to it; Node takes more than ten listeners for a leak.
	if (signal !== undefined) setMaxListeners(0, signal);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const { models, prices } = await chargedModels({ config, store, signal });
	const priceOf = (model: PricedModel) => prices.of(model);
	try {
		const opened: { use: CheckedUse; writer: WriterModel }[] = [];
		for (const { use, operation } of USES) {
			const writer = await models.open(operation);
			if (writer !== null) opened.push({ use, writer });
		}
		if (opened.length === 0)
			throw new ConfigError("there is no language model to put the quiz to", {
				code: "language_model_needed",
				hint: "Name one: --provider openai --base-url http://localhost:11434/v1 --model NAME, or languageModel in the config.",
			});
		return await withQuiz(async (quizOf) => {
			const results: CheckedModel[] = [];
			for (const { use, writer } of opened) {
				const asked = quizOf(use, writer, {
					store,
					prompts,
					method: config,
					signal,
				});
				const kept = keptCheck(asked) !== undefined;
				const check = await checkModel(asked);
				if (check === null) throw unfinished(use);
				results.push({
					check,
					kept,
					forecast: forecastOf(check, writer, priceOf(writer.identity)),
				});
				onProgress?.({
					stage: "quiz",
					done: results.length,
					total: opened.length,
				});
			}
			return results;
		});
	} finally {
		await models.close();
	}
}

function unfinished(use: CheckedUse): CallDeferredError {
	return new CallDeferredError(
		null,
		`the quiz for ${use} is not finished: expected room for all its calls, or all of them among the recorded ones`,
		{
			code: "quiz_unfinished",
			hint: "Raise `budget`, ask the provider itself instead of replaying, or fetch the batch its calls wait in (dissect --batch-poll); what was answered is stored.",
		},
	);
}

function forecastOf(
	{ use, usage }: ModelCheck,
	{ concurrency }: WriterModel,
	{ price, reason }: ReturnType<Prices["of"]>,
): Forecast | null {
	if (use === "choose") return null;
	const { calls: asked, inputTokens, outputTokens, milliseconds } = usage;
	// A call of the filter has as many words as in the quiz: all at once, or one.
	const calls =
		use === "summarize"
			? SUMMARIES_PER_1000
			: Math.ceil((NEW_WORDS_PER_NEURON * 1000 * asked) / WORDS);
	const usd =
		asked === 0 ||
		price === null ||
		inputTokens === null ||
		outputTokens === null
			? null
			: (costOf(price, { input: inputTokens, output: outputTokens }) / asked) *
				calls;
	return {
		calls,
		secondsPerCall: asked === 0 ? null : milliseconds / asked / 1000,
		concurrency,
		usd,
		noPrice:
			usd !== null
				? null
				: (reason ??
					(asked === 0
						? "no call was answered"
						: "the server does not say how many tokens a call used")),
	};
}

/** Words of the quiz. */
const WORDS = 40;
