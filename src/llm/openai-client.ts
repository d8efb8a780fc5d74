/** The client of the openai SDK, which takes nothing from the environment; shared by chat, responses and embeddings. */
import type { Json } from "../shared/hash.ts";
import { createBoundedFetch } from "./bounded-fetch.ts";
import { checkKey } from "./check-key.ts";
import type { FailureContext } from "./failures.ts";
import { isOwnAddress } from "./identity.ts";
import { oncePerSchema } from "./once-per-schema.ts";
import type { Provider } from "./provider.ts";

/** Loads the SDK and makes a client. */
export async function openAiClient(options: {
	readonly apiKey: string | null;
	readonly baseUrl: string;
	readonly timeoutSeconds: number;
	readonly maxRetries: number;
	readonly sending?: FailureContext["sending"];
}) {
	const sdk = await import("openai");
	const client = new sdk.OpenAI({
		// The SDK insists on a key; servers that need none ignore this one.
		apiKey: options.apiKey ?? "none",
		adminAPIKey: null,
		organization: null,
		project: null,
		webhookSecret: null,
		baseURL: options.baseUrl,
		timeout: Math.round(options.timeoutSeconds * 1000),
		maxRetries: options.maxRetries,
		logLevel: "off",
		fetch: withErrorWords(
			createBoundedFetch({
				maxWaitSeconds: options.timeoutSeconds,
				sending: options.sending,
			}),
		),
	});
	return { client, sdk };
}

/** The SDK keeps of an error body only the member `error`; FastAPI, vLLM and others put their words elsewhere, and they would be lost. */
function withErrorWords(
	send: typeof globalThis.fetch,
): typeof globalThis.fetch {
	return async (input, init) => {
		const response = await send(input, init);
		if (response.ok || response.body === null) return response;
		const text = await response.text();
		const { status, statusText, headers } = response;
		return new Response(wrapped(text), { status, statusText, headers });
	};
}

function wrapped(text: string): string {
	try {
		const body: unknown = JSON.parse(text);
		const known = typeof body !== "object" || body === null || "error" in body;
		return known ? text : JSON.stringify({ error: body });
	} catch {
		return text;
	}
}

/**
 * The limit of a reply as a field of a Chat Completions request. The official API knows only `max_completion_tokens` for its newer models,
 * most compatible servers only `max_tokens`; where `extraBody` names one of them, that one is sent.
 */
export function replyLimit(
	{
		baseUrl,
		extraBody,
	}: {
		readonly baseUrl: string;
		readonly extraBody: { readonly [name: string]: Json };
	},
	tokens: number,
): { readonly [name: string]: number } {
	const { hostname } = new URL(baseUrl);
	const official =
		hostname === "api.openai.com" ||
		hostname.endsWith(".openai.azure.com") ||
		hostname.endsWith(".cognitiveservices.azure.com") ||
		hostname.endsWith(".services.ai.azure.com");
	const named = ["max_completion_tokens", "max_tokens"].find(
		(name) => name in extraBody,
	);
	return {
		[named ?? (official ? "max_completion_tokens" : "max_tokens")]: tokens,
	};
}

/** The client, made with the first request, and what the zod helpers make of a schema. */
export function openAiLoader(options: {
	readonly apiKey: string | null;
	readonly maxRetries: number;
	readonly context: FailureContext;
}) {
	const load = async () => {
		const client = await openAiClient({
			apiKey: options.apiKey,
			baseUrl: options.context.baseUrl,
			timeoutSeconds: options.context.timeoutSeconds,
			maxRetries: options.maxRetries,
			sending: options.context.sending,
		});
		const helpers = await import("openai/helpers/zod");
		return {
			...client,
			responseFormat: oncePerSchema((zod, name) =>
				helpers.zodResponseFormat(zod, name),
			),
			textFormat: oncePerSchema((zod, name) =>
				helpers.zodTextFormat(zod, name),
			),
		};
	};
	let loading: ReturnType<typeof load> | null = null;
	return () => {
		loading ??= load();
		return loading;
	};
}

/** `checkKey` of a provider at OpenAI's own address. Another server may list its models without a key, or not at all. */
export function openAiKeyCheck(options: {
	readonly load: OpenAiLoader;
	readonly context: FailureContext;
}): Pick<Provider, "checkKey"> {
	const { load, context } = options;
	if (!isOwnAddress("openai", context.baseUrl)) return {};
	return {
		checkKey: async (signal) => {
			const { client, sdk } = await load();
			// Not a request that the limits of the calls are about.
			const asking = client.withOptions({
				fetch: globalThis.fetch,
				maxRetries: 0,
			});
			await checkKey(
				(within) => asking.models.list({ signal: within }).asResponse(),
				sdk,
				context,
				signal,
			);
		},
	};
}

export type OpenAiLoader = ReturnType<typeof openAiLoader>;
export type OpenAi = Awaited<ReturnType<OpenAiLoader>>;
