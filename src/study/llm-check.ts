/** From a config to the quiz: its language models are asked for each use, scored, timed and priced. No network or probe set is read. */
import { setMaxListeners } from "node:events";
import type { Config } from "../config/config.ts";
import { withQuiz } from "../dissect/check-models.ts";
import type { WriterModel } from "../dissect/context.ts";
import { operationOf } from "../dissect/operations.ts";
import { CallDeferredError, ConfigError } from "../errors.ts";
import {
	checkModel,
	keptCheck,
	type ModelCheck,
} from "../modules/llm-check/check-model.ts";
import { type CheckedUse, checkedUses } from "../modules/llm-check/uses.ts";
import { loadPrompts } from "../prompts/load.ts";
import { hashJson } from "../shared/hash.ts";
import type { Store } from "../store/store.ts";
import type { LongOptions } from "../types.ts";
import { captionerSettings } from "./captioner-settings.ts";
import { chargedModels } from "./charged-models.ts";
import { type Forecast, forecastOf } from "./quiz-forecast.ts";

export type CheckedModel = {
	readonly check: ModelCheck;
	/** The result was kept from an earlier time: nothing was asked. */
	readonly kept: boolean;
	/** The config gives the use to a model; one that it does not is asked about all the same, to say what the model could do. */
	readonly used: boolean;
	readonly forecast: Forecast;
};

/** Few models hear, so that the quiz has clips captioned only by one that is named for it. */
function checksCaptions({ languageModel }: Config): boolean {
	return languageModel.modules.caption !== undefined;
}

/** What the config gives to a model. */
function usesOf(config: Config): ReadonlySet<string | null> {
	return new Set([
		...config.modules.map((module) => operationOf(module, config)),
		...(checksCaptions(config) ? ["caption"] : []),
	]);
}

/**
 * Puts the quiz to the models of a config, for every use it asks about; for captions only where `languageModel.modules.caption` names a
 * model. A result that is kept is not asked for again. Throws ConfigError `language_model_needed` when the config names none for any use,
 * `audio_unsupported` when the one for captions takes no audio, CallDeferredError `quiz_unfinished` when the budget has no room for the
 * rest of the quiz, LanguageModelError for what would hit every call, InterruptedError.
 */
export async function checkLanguageModels(
	options: LongOptions & {
		readonly config: Config;
		readonly store: Store;
		/** Told the job that the calls are charged to, before the first is sent: the same for the same models, with one budget for all times. */
		readonly onJob?: ((job: string) => void) | undefined;
	},
): Promise<readonly CheckedModel[]> {
	const { config, store, signal, onProgress } = options;
	const { sampleRate, seconds } = config.caption;
	// Every call in flight listens to it; Node takes more than ten listeners for a leak.
	if (signal !== undefined) setMaxListeners(0, signal);
	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const { models, ledger, prices } = await chargedModels({
		config,
		languageModel: withCaptioner(config),
		store,
		signal,
	});
	let release: (() => void) | undefined;
	try {
		const opened: { use: CheckedUse; writer: WriterModel }[] = [];
		for (const use of checkedUses) {
			if (use === "caption" && !checksCaptions(config)) continue;
			const writer = await models.open(use);
			if (writer !== null) opened.push({ use, writer });
		}
		if (opened.length === 0)
			throw new ConfigError("there is no language model to put the quiz to", {
				code: "language_model_needed",
				hint: "Name one: --provider openai --base-url http://localhost:11434/v1 --model NAME, or languageModel in the config.",
			});
		const job = store.beginJob({
			kind: "llm-check",
			key: hashJson(
				opened.map(({ use, writer: { identity } }) => ({
					use,
					provider: identity.provider,
					baseUrl: identity.baseUrl,
					model: identity.model,
				})),
			),
		});
		release = job.release;
		ledger.begin(job.id);
		options.onJob?.(job.id);
		const used = usesOf(config);
		return await withQuiz(async (quizOf) => {
			const results: CheckedModel[] = [];
			onProgress?.({ stage: "quiz", done: 0, total: opened.length });
			for (const { use, writer } of opened) {
				const asked = quizOf(use, writer, {
					store,
					prompts,
					method: config,
					heard: { sampleRate, seconds },
					signal,
				});
				const kept = keptCheck(asked) !== undefined;
				const check = await checkModel(asked);
				if (check === null) throw unfinished(use);
				results.push({
					check,
					kept,
					used: used.has(use),
					forecast: forecastOf(check, writer, prices.of(writer.identity)),
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
		ledger.flush();
		await models.close();
		release?.();
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

/** The model for captions is asked as `audio-dissect caption` asks it, so that calls and results are shared. */
function withCaptioner(config: Config): Config["languageModel"] {
	const { languageModel } = config;
	if (!checksCaptions(config)) return languageModel;
	const { modules: _, ...caption } = captionerSettings(languageModel);
	return {
		...languageModel,
		modules: { ...languageModel.modules, caption },
	};
}
