/** How the model that captions is asked: plain text over Chat Completions, which takes audio, unless the config says otherwise. */
import type { Config } from "../config/config.ts";
import { modelSettings } from "../config/model-settings.ts";

/** The language models of a config with those settings for captions in place of `auto`. */
export function captionerSettings(
	languageModel: Config["languageModel"],
): Config["languageModel"] {
	const settings = modelSettings(languageModel, "caption");
	return {
		...settings,
		api: settings.api === "auto" ? "chat" : settings.api,
		reply: settings.reply === "auto" ? "text" : settings.reply,
		structuredOutput:
			settings.structuredOutput === "auto" && settings.reply !== "json"
				? "text"
				: settings.structuredOutput,
		modules: {},
	};
}
