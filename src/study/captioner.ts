/** The model that captions: the one of `languageModel.modules.caption`, asked as audio models are. */
import { z } from "zod";
import type { Config } from "../config/config.ts";
import { modelSettings } from "../config/model-settings.ts";
import { ConfigError } from "../errors.ts";
import type { DeferredCall } from "../llm/ask.ts";
import type { Ledger } from "../llm/ledger.ts";
import type { LanguageModel } from "../llm/port.ts";
import type { Prices } from "../llm/prices.ts";
import type { Store } from "../store/store.ts";
import type { CaptionSource } from "../types.ts";
import { captionerSettings } from "./captioner-settings.ts";
import { chargedModels } from "./charged-models.ts";

const who = z.object({
	provider: z.string(),
	model: z.string(),
	baseUrl: z.string(),
});

/**
 * Opens it: plain text over Chat Completions unless the config says otherwise. With `defer` it sends nothing.
 * Throws ConfigError `captioner_needed`, `samples_alike`; what opening a language model throws.
 */
export async function openCaptioner({
	config,
	store,
	signal,
	defer,
}: {
	readonly config: Config;
	readonly store: Store;
	readonly signal?: AbortSignal | undefined;
	readonly defer?: ((call: DeferredCall) => void) | undefined;
}): Promise<{
	readonly model: LanguageModel;
	readonly ledger: Ledger;
	readonly prices: Prices;
	readonly source: Omit<CaptionSource, "promptHash" | "sample">;
	readonly concurrency: number;
	close(): Promise<void>;
}> {
	const settings = modelSettings(config.languageModel, "caption");
	if (config.caption.samples > 1 && settings.temperature === 0)
		throw new ConfigError(
			`caption.samples is ${config.caption.samples}, but at temperature 0 every sample says the same`,
			{
				code: "samples_alike",
				hint: "Set languageModel.modules.caption.temperature, to 0.7 say.",
			},
		);
	const { models, ledger, prices } = await chargedModels({
		config,
		languageModel: captionerSettings(config.languageModel),
		store,
		defer,
		signal,
	});
	const opened = await models.open("caption").catch(async (error: unknown) => {
		await models.close();
		throw error;
	});
	if (opened === null)
		throw new ConfigError(
			"no model for captions: expected languageModel.modules.caption, or languageModel, to name one that hears",
			{
				code: "captioner_needed",
				hint: "For example languageModel: { modules: { caption: { provider: openai, model: gpt-audio } } }, or baseUrl of a server with an audio model.",
			},
		);
	return {
		model: opened.model,
		ledger,
		prices,
		source: who.parse(opened.identity),
		concurrency: opened.concurrency,
		close: () => models.close(),
	};
}
