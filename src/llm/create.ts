/** createLanguageModel and its offline twin: options in, a LanguageModel out. */
import type { BatchModel } from "./batch/port.ts";
import type { CallStore } from "./calls.ts";
import { declaredCapabilities, schemaOnly } from "./capabilities.ts";
import { connect, type ServerOptions } from "./connect.ts";
import { type IdentityOptions, identityOf } from "./identity.ts";
import { createLimits } from "./limits.ts";
import { createModel, type ReplyPreference } from "./model.ts";
import type { Capabilities, LanguageModel } from "./port.ts";
import { createScrub } from "./secrets.ts";

type HowToAsk = {
	/** Default: what is known of the provider's own API, and replies held to a schema for any other server; `openLanguageModel` finds out. */
	readonly capabilities?: Capabilities | undefined;
	/** Default: auto. */
	readonly reply?: ReplyPreference | undefined;
};

export type ReplayModelOptions = IdentityOptions &
	HowToAsk & { readonly calls: CallStore };

export type LanguageModelOptions = ServerOptions & HowToAsk;

/**
 * A model whose calls are cached by content, committed to `calls` before they are used, joined when identical, and limited per server.
 * Nothing is loaded or sent before the first call that the store cannot serve.
 * Throws ConfigError `base_url_invalid`, `parameter_unsupported`, `price_unknown` (a budget in dollars, a model without a price); PrerequisiteError `api_key_invalid`; RangeError for `concurrency` and the like out of range.
 *
 * @example
 * const model = createLanguageModel({ provider: "openai", model: "llama3.1", baseUrl: "http://localhost:11434/v1", apiKey: null,
 *   parameters: { temperature: 0, maxOutputTokens: 1024 }, concurrency: 2, timeoutSeconds: 120, maxRetries: 2, calls: store });
 */
export function createLanguageModel(options: LanguageModelOptions): BatchModel {
	const { identity, adapter, asker } = connect(options);
	const capabilities =
		options.capabilities ??
		declaredCapabilities({ ...identity, provider: options.provider }) ??
		schemaOnly;
	return createModel({
		...asker,
		provider: adapter(capabilities, options.maxRetries),
		reply: options.reply,
	});
}

/**
 * Recorded calls only: the same keys as `createLanguageModel` with these options, no key, no network.
 * A call that had failed fails as it did; one that was never asked throws LanguageModelError `replay_miss`.
 */
export function createReplayModel(options: ReplayModelOptions): LanguageModel {
	const { identity } = identityOf(options);
	return createModel({
		provider: null,
		identity,
		capabilities:
			options.capabilities ??
			declaredCapabilities({ ...identity, provider: options.provider }) ??
			schemaOnly,
		reply: options.reply,
		calls: options.calls,
		limiter: createLimits().of("replay:", { concurrency: 1 }),
		maxOutputTokens: options.parameters.maxOutputTokens,
		elapsed: () => 0,
		scrub: createScrub(null),
	});
}
