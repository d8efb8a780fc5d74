/** Who answers, and how it is asked: what a model's calls are keyed by. */
import { ConfigError } from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import type { ModelIdentity } from "./provider.ts";
import { cleanBaseUrl } from "./secrets.ts";

/** Providers that are asked over HTTP. */
export type ServerProvider = "openai" | "anthropic";

/** How an OpenAI-compatible server is asked. `auto`: responses at OpenAI's own address unless a seed is given (that API takes none), chat elsewhere. */
type OpenAiApi = "auto" | "responses" | "chat";

export type ModelParameters = {
	/**
	 * 0 and up; null leaves it out, for models that refuse it. `anthropic` takes none: 0 and null leave it out, anything else is an error. At
	 * OpenAI's own address 0 leaves it out for reasoning models, which take none.
	 */
	readonly temperature: number | null;
	/** Tokens, at least 1; a reply that needs more is cut and counts as failed. */
	readonly maxOutputTokens: number;
	/** Sent to `openai` when given; `anthropic` takes none, so there it is neither sent nor part of the call key. */
	readonly seed?: number | null | undefined;
};

export type IdentityOptions = {
	readonly provider: ServerProvider;
	readonly model: string;
	/** Default: the provider's own API. Any OpenAI-compatible server works with `openai`. */
	readonly baseUrl?: string | undefined;
	/** Default: auto. `anthropic` has one only. */
	readonly api?: OpenAiApi | undefined;
	readonly parameters: ModelParameters;
	/** Further fields of each request body, for OpenAI-compatible servers; part of the call key. `anthropic` takes none. */
	readonly extraBody?: { readonly [name: string]: Json } | null | undefined;
};

const defaultBaseUrls: Readonly<Record<ServerProvider, string>> = {
	openai: "https://api.openai.com/v1",
	anthropic: "https://api.anthropic.com",
};

/** Hosts whose capabilities are known without asking. */
const ownHosts: Readonly<Record<ServerProvider, string>> = {
	openai: "api.openai.com",
	anthropic: "api.anthropic.com",
};

/** OpenAI's models without hidden reasoning. The others take no temperature; what comes later is taken for one of them. */
const takesTemperature =
	/^(ft:)?(gpt-3\.5|gpt-4|chatgpt|gpt-audio|gpt-5(\.\d+)?-chat)/;

/** Whether a base URL is the provider's own address. */
export function isOwnAddress(
	provider: ServerProvider,
	baseUrl: string,
): boolean {
	return new URL(baseUrl).hostname === ownHosts[provider];
}

/**
 * What the calls are keyed by, and the API that is asked. Only parameters that are sent count; `api` is one of them where it is not the
 * usual one. Throws ConfigError `base_url_invalid`, `parameter_unsupported`; RangeError for a number out of range.
 */
export function identityOf(options: IdentityOptions): {
	readonly identity: ModelIdentity;
	readonly api: "responses" | "chat" | "messages";
	/** The one that is sent; null: none is. */
	readonly temperature: number | null;
} {
	const { provider, parameters } = options;
	const { temperature: wanted, seed = null, maxOutputTokens } = parameters;
	expectNumber("maxOutputTokens", maxOutputTokens, 1, true);
	if (wanted !== null) expectNumber("temperature", wanted, 0, false);
	const baseUrl = cleanBaseUrl(options.baseUrl ?? defaultBaseUrls[provider]);
	const identity = { provider, model: options.model, baseUrl };
	if (provider === "anthropic") {
		if (wanted !== null && wanted !== 0)
			throw new ConfigError(
				`the anthropic provider takes no temperature, got ${wanted}: its API refuses sampling parameters`,
				{
					code: "parameter_unsupported",
					hint: "Leave languageModel.temperature out.",
				},
			);
		return {
			identity: { ...identity, parameters: { maxOutputTokens } },
			api: "messages",
			temperature: null,
		};
	}
	const { api = "auto", extraBody = null } = options;
	if (api === "responses" && seed !== null)
		throw new ConfigError(`OpenAI's Responses API takes no seed, got ${seed}`, {
			code: "parameter_unsupported",
			hint: "Leave languageModel.seed out, or set languageModel.api to chat.",
		});
	const isOwn = isOwnAddress("openai", baseUrl);
	const temperature =
		wanted === 0 && isOwn && !takesTemperature.test(options.model)
			? null
			: wanted;
	const auto = isOwn && seed === null ? "responses" : "chat";
	const resolved = api === "auto" ? auto : api;
	const sent: Json = {
		...(resolved === "responses" ? { api: resolved } : {}),
		...(temperature === null ? {} : { temperature }),
		...(seed === null ? {} : { seed }),
		maxOutputTokens,
		...(extraBody === null ? {} : { extraBody }),
	};
	return {
		identity: { ...identity, parameters: sent },
		api: resolved,
		temperature,
	};
}

/** Throws a RangeError when `value` is out of range. */
export function expectNumber(
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
