/** The client of the openai SDK, which takes nothing from the environment; shared by chat, responses and embeddings. */
import { createBoundedFetch } from "./bounded-fetch.ts";
import type { FailureContext } from "./failures.ts";
import { oncePerSchema } from "./once-per-schema.ts";

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
		fetch: createBoundedFetch({
			maxWaitSeconds: options.timeoutSeconds,
			sending: options.sending,
		}),
	});
	return { client, sdk };
}

/** The official API knows only `max_completion_tokens` for its newer models; most compatible servers know only `max_tokens`. */
export function limitName(
	baseUrl: string,
): "max_completion_tokens" | "max_tokens" {
	const { hostname } = new URL(baseUrl);
	return hostname === "api.openai.com" || hostname.endsWith(".openai.azure.com")
		? "max_completion_tokens"
		: "max_tokens";
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

export type OpenAiLoader = ReturnType<typeof openAiLoader>;
export type OpenAi = Awaited<ReturnType<OpenAiLoader>>;
