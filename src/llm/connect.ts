/** A language model server, ready to be asked: its identity, limits and key, and the adapter that speaks its protocol. */
import { anthropicProvider } from "./anthropic.ts";
import type { AskerOptions } from "./ask.ts";
import type { BatchProvider } from "./batch/port.ts";
import type { CallStore } from "./calls.ts";
import type { FailureContext } from "./failures.ts";
import {
	expectNumber,
	type IdentityOptions,
	identityOf,
	type ServerProvider,
} from "./identity.ts";
import type { Ledger } from "./ledger.ts";
import { createLimits, type Limits } from "./limits.ts";
import type { LimitSettings } from "./limits-settings.ts";
import { openAiProvider } from "./openai.ts";
import { openAiResponsesProvider } from "./openai-responses.ts";
import type { Capabilities } from "./port.ts";
import type { ModelIdentity } from "./provider.ts";
import { cleanApiKey, createScrub } from "./secrets.ts";

export type ServerOptions = IdentityOptions & {
	readonly calls: CallStore;
	/** Null for servers that need none. Never stored, logged or shown. */
	readonly apiKey: string | null;
	/** Name of the variable the key came from, for hints. Default OPENAI_API_KEY or ANTHROPIC_API_KEY. */
	readonly apiKeyEnv?: string | undefined;
	/** Requests in flight, at least 1; `auto` finds out, up to 64. */
	readonly concurrency: LimitSettings["concurrency"];
	/** At least 1; null or absent: no limit. */
	readonly requestsPerMinute?: LimitSettings["requestsPerMinute"];
	/** Input and output together, at least 1; null or absent: no limit. */
	readonly tokensPerMinute?: LimitSettings["tokensPerMinute"];
	/** Shared by the models of one program: all that ask the same server keep its limits together. Default: limits of its own. */
	readonly limits?: Limits | undefined;
	/** Where calls are charged, with the budget they must keep. Default: nowhere, no budget. */
	readonly ledger?: Ledger | undefined;
	/** For one HTTP request, seconds; also the longest Retry-After that is honoured. */
	readonly timeoutSeconds: number;
	/** The SDK's retries of one call after 408, 409, 429, 5xx or a lost connection; there are no others. */
	readonly maxRetries: number;
	/** Milliseconds of a clock that only goes forward. Default `performance.now`. */
	readonly elapsed?: (() => number) | undefined;
	/** Puts calls aside instead of sending them: what the store cannot serve is given to it, and the caller gets a CallDeferredError. */
	readonly defer?: AskerOptions["defer"];
	/** What calls in batches are waited for, or have failed: see `batchStandings`. */
	readonly standing?: AskerOptions["standing"];
};

export type Connection = {
	readonly identity: ModelIdentity;
	readonly api: "responses" | "chat" | "messages";
	/** An adapter for a server that can do this. */
	adapter(capabilities: Capabilities, maxRetries: number): BatchProvider;
	/** What asking takes besides the adapter. */
	readonly asker: Omit<AskerOptions, "provider">;
};

const defaultApiKeyEnvs: Readonly<Record<ServerProvider, string>> = {
	openai: "OPENAI_API_KEY",
	anthropic: "ANTHROPIC_API_KEY",
};

/**
 * Checks the options; nothing is loaded or sent yet. Throws ConfigError `base_url_invalid`, `parameter_unsupported`, `price_unknown`;
 * PrerequisiteError `api_key_invalid`; RangeError for a number out of range.
 */
export function connect(options: ServerOptions): Connection {
	const { identity, api, temperature } = identityOf(options);
	expectNumber("timeoutSeconds", options.timeoutSeconds, 0.001, false);
	expectNumber("maxRetries", options.maxRetries, 0, true);
	const limiter = (options.limits ?? createLimits()).of(
		identity.baseUrl,
		options,
	);
	const apiKeyEnv = options.apiKeyEnv ?? defaultApiKeyEnvs[options.provider];
	const apiKey = cleanApiKey(options.apiKey, apiKeyEnv);
	const scrub = createScrub(apiKey);
	const context: FailureContext = {
		provider: identity.provider,
		model: identity.model,
		baseUrl: identity.baseUrl,
		apiKeyEnv,
		timeoutSeconds: options.timeoutSeconds,
		sending: limiter.sending,
		scrub,
	};
	const { seed = null, maxOutputTokens } = options.parameters;
	const extraBody = options.extraBody ?? {};
	return {
		identity,
		api,
		adapter: (capabilities, maxRetries) => {
			const shared = {
				capabilities,
				apiKey,
				maxOutputTokens,
				maxRetries,
				context,
			};
			if (api === "messages") return anthropicProvider(shared);
			return api === "responses"
				? openAiResponsesProvider({ ...shared, temperature, extraBody })
				: openAiProvider({ ...shared, temperature, seed, extraBody });
		},
		asker: {
			identity,
			calls: options.calls,
			limiter,
			maxOutputTokens,
			account: options.ledger?.account(identity),
			elapsed: options.elapsed ?? (() => performance.now()),
			scrub,
			defer: options.defer,
			standing: options.standing,
		},
	};
}
