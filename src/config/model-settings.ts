/** The language model of one use: the fields of `languageModel`, with those of `languageModel.modules` in their place. */
import type { Config } from "./config.ts";
import type { Operation } from "./sections/language-model.ts";

export type { Operation };

/** Everything about one model; like `languageModel`, without `modules`. */
export type ModelSettings = Omit<Config["languageModel"], "modules">;

const usualVariables: Readonly<Record<string, string | null>> = {
	openai: "OPENAI_API_KEY",
	anthropic: "ANTHROPIC_API_KEY",
};

/** The environment variable that usually has the key of a provider; null when it needs none. */
export function usualKeyVariable(provider: string): string | null {
	return usualVariables[provider] ?? null;
}

/** The settings of the model for `operation`. A part that names another provider takes over nothing that belongs to the first one. */
export function modelSettings(
	languageModel: Config["languageModel"],
	operation: Operation,
): ModelSettings {
	const { modules, ...shared } = languageModel;
	const own = modules[operation];
	if (own === undefined) return shared;
	const given = Object.fromEntries(
		Object.entries(own).filter(([, value]) => value !== undefined),
	);
	const provider = own.provider ?? shared.provider;
	const base: ModelSettings =
		provider === shared.provider
			? shared
			: {
					...shared,
					provider,
					model: null,
					baseUrl: null,
					apiKeyEnv: usualKeyVariable(provider),
					api: "auto",
					replayOf: null,
					file: null,
					structuredOutput: "auto",
					seed: null,
					extraBody: null,
				};
	return { ...base, ...given };
}
