/** createLanguageModel and its offline twin: options in, a LanguageModel out. */
import { ConfigError } from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import { anthropicProvider } from "./anthropic.ts";
import type { AskerOptions } from "./ask.ts";
import type { CallStore } from "./calls.ts";
import type { FailureContext } from "./failures.ts";
import { createModel } from "./model.ts";
import { openAiProvider } from "./openai.ts";
import type { LanguageModel } from "./port.ts";
import type { ModelIdentity } from "./provider.ts";
import { cleanApiKey, cleanBaseUrl, createScrub } from "./secrets.ts";

export type ProviderName = "openai" | "anthropic";

type ModelParameters = {
	/** 0 and up; null leaves it out, for models that refuse it. `anthropic` takes none: 0 and null leave it out, anything else is an error. */
	readonly temperature: number | null;
	/** Tokens, at least 1; a reply that needs more is cut and counts as failed. */
	readonly maxOutputTokens: number;
	/** Sent to `openai` when given; `anthropic` takes none, so there it is neither sent nor part of the call key. */
	readonly seed?: number | null | undefined;
};

export type ReplayModelOptions = {
	readonly provider: ProviderName;
	readonly model: string;
	/** Default: the provider's own API. Any OpenAI-compatible server works with `openai`. */
	readonly baseUrl?: string | undefined;
	readonly parameters: ModelParameters;
	readonly calls: CallStore;
};

export type LanguageModelOptions = ReplayModelOptions & {
	/** Null for servers that need none. Never stored, logged or shown. */
	readonly apiKey: string | null;
	/** Name of the variable the key came from, for hints. Default OPENAI_API_KEY or ANTHROPIC_API_KEY. */
	readonly apiKeyEnv?: string | undefined;
	/** Requests in flight, at least 1. */
	readonly concurrency: number;
	/** For one HTTP request, seconds; also the longest Retry-After that is honoured. */
	readonly timeoutSeconds: number;
	/** The SDK's retries of one call after 408, 409, 429, 5xx or a lost connection; there are no others. */
	readonly maxRetries: number;
	/** Milliseconds of a clock that only goes forward. Default `performance.now`. */
	readonly elapsed?: (() => number) | undefined;
	/** Puts calls aside instead of sending them: what the store cannot serve is given to it, and the caller gets a CallDeferredError. */
	readonly defer?: AskerOptions["defer"];
};

const defaultBaseUrls: Readonly<Record<ProviderName, string>> = {
	openai: "https://api.openai.com/v1",
	anthropic: "https://api.anthropic.com",
};

const defaultApiKeyEnvs: Readonly<Record<ProviderName, string>> = {
	openai: "OPENAI_API_KEY",
	anthropic: "ANTHROPIC_API_KEY",
};

/**
 * A model whose calls are cached by content, committed to `calls` before they are used, joined when identical, and limited by `concurrency`.
 * Nothing is loaded or sent before the first call that the store cannot serve.
 * Throws ConfigError `base_url_invalid`, `parameter_unsupported`; PrerequisiteError `api_key_invalid`; RangeError for `concurrency` and the like out of range.
 *
 * @example
 * const model = createLanguageModel({ provider: "openai", model: "llama3.1", baseUrl: "http://localhost:11434/v1", apiKey: null,
 *   parameters: { temperature: 0, maxOutputTokens: 1024 }, concurrency: 2, timeoutSeconds: 120, maxRetries: 2, calls: store });
 */
export function createLanguageModel(
	options: LanguageModelOptions,
): LanguageModel {
	const identity = identityOf(options);
	expectNumber("concurrency", options.concurrency, 1, true);
	expectNumber("timeoutSeconds", options.timeoutSeconds, 0.001, false);
	expectNumber("maxRetries", options.maxRetries, 0, true);
	const apiKeyEnv = options.apiKeyEnv ?? defaultApiKeyEnvs[options.provider];
	const apiKey = cleanApiKey(options.apiKey, apiKeyEnv);
	const scrub = createScrub(apiKey);
	const context: FailureContext = {
		provider: identity.provider,
		model: identity.model,
		baseUrl: identity.baseUrl,
		apiKeyEnv,
		timeoutSeconds: options.timeoutSeconds,
		scrub,
	};
	const { temperature, seed = null, maxOutputTokens } = options.parameters;
	const { maxRetries } = options;
	const provider =
		options.provider === "openai"
			? openAiProvider({
					apiKey,
					temperature,
					seed,
					maxOutputTokens,
					maxRetries,
					context,
				})
			: anthropicProvider({ apiKey, maxOutputTokens, maxRetries, context });
	return createModel({
		provider,
		identity,
		calls: options.calls,
		concurrency: options.concurrency,
		elapsed: options.elapsed ?? (() => performance.now()),
		scrub,
		defer: options.defer,
	});
}

/**
 * Recorded calls only: the same keys as `createLanguageModel` with these options, no key, no network.
 * A call that is not in the store throws LanguageModelError `replay_miss`.
 */
export function createReplayModel(options: ReplayModelOptions): LanguageModel {
	return createModel({
		provider: null,
		identity: identityOf(options),
		calls: options.calls,
		concurrency: 1,
		elapsed: () => 0,
		scrub: createScrub(null),
	});
}

/** What the calls are keyed by. Only parameters that are sent count. */
function identityOf(options: ReplayModelOptions): ModelIdentity {
	const { provider, parameters } = options;
	const { temperature, seed = null, maxOutputTokens } = parameters;
	expectNumber("maxOutputTokens", maxOutputTokens, 1, true);
	if (temperature !== null) expectNumber("temperature", temperature, 0, false);
	if (provider === "anthropic" && temperature !== null && temperature !== 0)
		throw new ConfigError(
			`the anthropic provider takes no temperature, got ${temperature}: its API refuses sampling parameters`,
			{
				code: "parameter_unsupported",
				hint: "Leave languageModel.temperature out.",
			},
		);
	const sent: Json =
		provider === "anthropic"
			? { maxOutputTokens }
			: {
					...(temperature === null ? {} : { temperature }),
					...(seed === null ? {} : { seed }),
					maxOutputTokens,
				};
	return {
		provider,
		model: options.model,
		baseUrl: cleanBaseUrl(options.baseUrl ?? defaultBaseUrls[provider]),
		parameters: sent,
	};
}

function expectNumber(
	name: string,
	value: number,
	minimum: number,
	integer: boolean,
): void {
	const fits =
		Number.isFinite(value) &&
		value >= minimum &&
		(!integer || Number.isInteger(value));
	if (!fits)
		throw new RangeError(
			`Expected \`${name}\` to be ${integer ? "an integer" : "a number"} from ${minimum} up, got \`${value}\``,
		);
}
