/** The model that captions: the one of `languageModel.modules.caption`, asked as audio models are. */
import { z } from "zod";
import type { Config } from "../config/config.ts";
import { modelSettings } from "../config/model-settings.ts";
import { ConfigError } from "../errors.ts";
import type { LanguageModel } from "../llm/port.ts";
import type { Store } from "../store/store.ts";
import type { CaptionSource } from "../types.ts";
import { openLanguageModels } from "./language-models.ts";

const who = z.object({
	provider: z.string(),
	model: z.string(),
	baseUrl: z.string(),
});

/**
 * Opens it: plain text over Chat Completions unless the config says otherwise. With `dryRun` it sends nothing.
 * Throws ConfigError `captioner_needed`, `samples_alike`; what opening a language model throws.
 */
export async function openCaptioner({
	config,
	store,
	signal,
	dryRun,
}: {
	readonly config: Config;
	readonly store: Store;
	readonly signal?: AbortSignal | undefined;
	readonly dryRun?: boolean | undefined;
}): Promise<{
	readonly model: LanguageModel;
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
	const models = openLanguageModels({
		languageModel: {
			...settings,
			api: settings.api === "auto" ? "chat" : settings.api,
			reply: settings.reply === "auto" ? "text" : settings.reply,
			structuredOutput:
				settings.structuredOutput === "auto" && settings.reply !== "json"
					? "text"
					: settings.structuredOutput,
			modules: {},
		},
		store,
		signal,
		...(dryRun === true ? { defer: () => {} } : {}),
	});
	const opened = await models.open("caption");
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
		source: who.parse(opened.identity),
		concurrency: opened.concurrency,
		close: () => models.close(),
	};
}
