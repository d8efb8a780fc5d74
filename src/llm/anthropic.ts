/** Adapter for Anthropic's Messages API. The SDK is loaded with the first request. */
import { z } from "zod";
import { anthropicBatches } from "./batch/anthropic.ts";
import type { BatchProvider } from "./batch/port.ts";
import { createBoundedFetch } from "./bounded-fetch.ts";
import { checkKey } from "./check-key.ts";
import { answerOfError, type FailureContext } from "./failures.ts";
import { isOwnAddress } from "./identity.ts";
import { oncePerSchema } from "./once-per-schema.ts";
import type { Capabilities } from "./port.ts";
import type { ProviderRequest } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";

export type AnthropicOptions = {
	readonly capabilities: Capabilities;
	readonly apiKey: string | null;
	readonly maxOutputTokens: number;
	readonly maxRetries: number;
	readonly context: FailureContext;
};

const message = z.object({
	content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
	stop_reason: z.string().nullish(),
	stop_details: z
		.object({ explanation: z.string().nullish() })
		.nullish()
		.catch(null),
	usage: z
		.object({
			input_tokens: z.number().nullish(),
			cache_creation_input_tokens: z.number().nullish(),
			cache_read_input_tokens: z.number().nullish(),
			output_tokens: z.number().nullish(),
		})
		.nullish(),
});

/** The SDK with a client, and what its helper makes of a schema. */
async function loadSdk(options: AnthropicOptions) {
	const sdk = await import("@anthropic-ai/sdk");
	const { zodOutputFormat } = await import("@anthropic-ai/sdk/helpers/zod");
	const client = new sdk.Anthropic({
		// The SDK insists on a key; servers that need none ignore this one.
		apiKey: options.apiKey ?? "none",
		authToken: null,
		webhookKey: null,
		baseURL: options.context.baseUrl,
		timeout: Math.round(options.context.timeoutSeconds * 1000),
		maxRetries: options.maxRetries,
		logLevel: "off",
		fetch: createBoundedFetch({
			maxWaitSeconds: options.context.timeoutSeconds,
			sending: options.context.sending,
		}),
	});
	return {
		client,
		sdk,
		outputFormat: oncePerSchema((zod) => zodOutputFormat(zod)),
	};
}

/** The `anthropic` provider: one Messages request, held to a JSON schema when that is wanted. The API takes no temperature and no seed (version 2026-10-21 refuses them). */
export function anthropicProvider(options: AnthropicOptions): BatchProvider {
	const { context, maxOutputTokens } = options;
	let loading: ReturnType<typeof loadSdk> | null = null;
	const load = () => {
		loading ??= loadSdk(options);
		return loading;
	};
	const bodyOf = async ({ messages, schema, format }: ProviderRequest) => {
		const { outputFormat } = await load();
		const system = messages
			.filter(({ role }) => role === "system")
			.map(({ content }) => content)
			.join("\n\n");
		return {
			model: context.model,
			max_tokens: maxOutputTokens,
			...(system === "" ? {} : { system }),
			messages: messages.flatMap(({ role, content }) =>
				role === "system" ? [] : [{ role, content }],
			),
			...(format === "schema"
				? { output_config: { format: outputFormat(schema) } }
				: {}),
		};
	};
	const read = (response: Response) =>
		readReply({
			response,
			requestIdHeader: "request-id",
			schema: message,
			read: ({ content, stop_reason, stop_details, usage }) => {
				const text = content
					.map((part) => (part.type === "text" ? (part.text ?? "") : ""))
					.join("");
				return {
					text,
					// A refusal may come without a word of the model.
					refusal: text === "" ? (stop_details?.explanation ?? null) : null,
					finishReason: stop_reason ?? null,
					usage: {
						inputTokens: sum([
							usage?.input_tokens,
							usage?.cache_creation_input_tokens,
							usage?.cache_read_input_tokens,
						]),
						outputTokens: usage?.output_tokens ?? null,
						cachedTokens: usage?.cache_read_input_tokens,
						cacheWriteTokens: usage?.cache_creation_input_tokens,
					},
				};
			},
			finish: {
				// `pause_turn`: to be continued, which is for requests with tools.
				truncated: [
					"max_tokens",
					"model_context_window_exceeded",
					"pause_turn",
				],
				filtered: [],
				refused: ["refusal"],
			},
			maxOutputTokens,
			context,
		});
	return {
		capabilities: options.capabilities,
		...(options.capabilities.batch
			? { batches: anthropicBatches({ load, context, body: bodyOf, read }) }
			: {}),
		...(isOwnAddress("anthropic", context.baseUrl)
			? {
					checkKey: async (signal: AbortSignal) => {
						const { client, sdk } = await load();
						// Not a request that the limits of the calls are about.
						const asking = client.withOptions({
							fetch: globalThis.fetch,
							maxRetries: 0,
						});
						await checkKey(
							(within) =>
								asking.models
									.list({ limit: 1 }, { signal: within })
									.asResponse(),
							sdk,
							context,
							signal,
						);
					},
				}
			: {}),
		ask: async (request, signal) => {
			const { client, sdk } = await load();
			const body = await bodyOf(request);
			try {
				const response = await untilAborted(
					client.messages.create(body, { signal }).asResponse(),
					signal,
				);
				return await read(response);
			} catch (error) {
				return answerOfError(error, sdk, context, signal);
			}
		},
	};
}

/** Sum of the counts that are there; null when none is. */
function sum(counts: readonly (number | null | undefined)[]): number | null {
	const known = counts.filter((count) => typeof count === "number");
	return known.length === 0
		? null
		: known.reduce((total, count) => total + count, 0);
}
