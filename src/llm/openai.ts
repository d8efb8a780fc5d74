/** Adapter for OpenAI's Chat Completions and every server that speaks them (Ollama, vLLM, llama.cpp, LM Studio). The SDK is loaded with the first request. */
import { z } from "zod";
import { createBoundedFetch } from "./bounded-fetch.ts";
import { answerOfError, type FailureContext } from "./failures.ts";
import type { Provider } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";

export type OpenAiOptions = {
	readonly apiKey: string | null;
	/** Seed and temperature are sent when given; null leaves them out. */
	readonly temperature: number | null;
	readonly seed: number | null;
	readonly maxOutputTokens: number;
	readonly maxRetries: number;
	readonly context: FailureContext;
};

const completion = z.object({
	choices: z
		.array(
			z.object({
				finish_reason: z.string().nullish(),
				message: z.object({
					content: z.string().nullish(),
					refusal: z.string().nullish(),
				}),
			}),
		)
		.min(1),
	usage: z
		.object({
			prompt_tokens: z.number().nullish(),
			completion_tokens: z.number().nullish(),
		})
		.nullish(),
});

/** The official API knows only `max_completion_tokens` for its newer models; most compatible servers know only `max_tokens`. */
function limitName(baseUrl: string): "max_completion_tokens" | "max_tokens" {
	const { hostname } = new URL(baseUrl);
	return hostname === "api.openai.com" || hostname.endsWith(".openai.azure.com")
		? "max_completion_tokens"
		: "max_tokens";
}

/** A client of the openai SDK that takes nothing from the environment; shared with the embeddings request. */
export async function openAiClient(options: {
	readonly apiKey: string | null;
	readonly baseUrl: string;
	readonly timeoutSeconds: number;
	readonly maxRetries: number;
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
		}),
	});
	return { client, sdk };
}

/** The `openai` provider: one Chat Completions request with a strict JSON schema. */
export function openAiProvider(options: OpenAiOptions): Provider {
	const { context, temperature, seed, maxOutputTokens } = options;
	let loading: Promise<
		Awaited<ReturnType<typeof openAiClient>> & {
			helpers: typeof import("openai/helpers/zod");
		}
	> | null = null;
	const load = () => {
		loading ??= (async () => ({
			...(await openAiClient({
				apiKey: options.apiKey,
				baseUrl: context.baseUrl,
				timeoutSeconds: context.timeoutSeconds,
				maxRetries: options.maxRetries,
			})),
			helpers: await import("openai/helpers/zod"),
		}))();
		return loading;
	};
	return {
		ask: async ({ messages, schema }, signal) => {
			const { client, sdk, helpers } = await load();
			try {
				const response = await untilAborted(
					client.chat.completions
						.create(
							{
								model: context.model,
								messages: messages.map(({ role, content }) => ({
									role,
									content,
								})),
								...(temperature === null ? {} : { temperature }),
								...(seed === null ? {} : { seed }),
								[limitName(context.baseUrl)]: maxOutputTokens,
								response_format: helpers.zodResponseFormat(
									schema.zod,
									schema.name,
								),
							},
							{ signal },
						)
						.asResponse(),
					signal,
				);
				return await readReply({
					response,
					requestIdHeader: "x-request-id",
					schema: completion,
					read: ({ choices, usage }) => ({
						text: choices[0]?.message.content ?? "",
						refusal: choices[0]?.message.refusal || null,
						finishReason: choices[0]?.finish_reason ?? null,
						usage: {
							inputTokens: usage?.prompt_tokens ?? null,
							outputTokens: usage?.completion_tokens ?? null,
						},
					}),
					finish: {
						truncated: ["length"],
						filtered: ["content_filter"],
						refused: ["refusal"],
					},
					maxOutputTokens,
					context,
				});
			} catch (error) {
				return answerOfError(error, sdk, context, signal);
			}
		},
	};
}
