/** Adapter for OpenAI's Chat Completions and every server that speaks them (Ollama, vLLM, llama.cpp, LM Studio). The SDK is loaded with the first request. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import { openAiBatches } from "./batch/openai.ts";
import type { BatchProvider } from "./batch/port.ts";
import type { ReplyFormat, ReplySchema } from "./calls.ts";
import { answerOfError, type FailureContext } from "./failures.ts";
import { isOwnAddress } from "./identity.ts";
import {
	type OpenAi,
	openAiKeyCheck,
	openAiLoader,
	replyLimit,
} from "./openai-client.ts";
import { openAiRank } from "./openai-rank.ts";
import type { AudioInput, Capabilities, Message } from "./port.ts";
import type { ProviderRequest } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";
import { chatUsage, usageOfChat } from "./usage.ts";

export type OpenAiOptions = {
	readonly capabilities: Capabilities;
	readonly apiKey: string | null;
	/** Seed and temperature are sent when given; null leaves them out. */
	readonly temperature: number | null;
	readonly seed: number | null;
	readonly maxOutputTokens: number;
	/** Further fields of the request body. */
	readonly extraBody: { readonly [name: string]: Json };
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
					// vLLM, LM Studio, llama.cpp's server; Ollama, OpenRouter.
					reasoning_content: z.string().nullish().catch(null),
					reasoning: z.string().nullish().catch(null),
				}),
			}),
		)
		.min(1),
	usage: chatUsage,
});

/** The `openai` provider over Chat Completions; with log-probabilities of labels when `capabilities` has them. */
export function openAiProvider(options: OpenAiOptions): BatchProvider {
	const {
		capabilities,
		context,
		temperature,
		seed,
		maxOutputTokens,
		extraBody,
	} = options;
	const load = openAiLoader(options);
	const bodyOf = async ({
		messages,
		schema,
		format,
		audio = [],
	}: ProviderRequest) => ({
		model: context.model,
		messages: await withAudio(messages, audio),
		...(temperature === null ? {} : { temperature }),
		...(seed === null ? {} : { seed }),
		...replyLimit({ ...context, extraBody }, maxOutputTokens),
		...formatOf(schema, format, (await load()).responseFormat),
		...extraBody,
	});
	const read = (response: Response) =>
		readReply({
			response,
			requestIdHeader: "x-request-id",
			schema: completion,
			read: ({ choices, usage }) => ({
				text: choices[0]?.message.content ?? "",
				thoughts:
					choices[0]?.message.reasoning_content ??
					choices[0]?.message.reasoning ??
					null,
				refusal: choices[0]?.message.refusal || null,
				finishReason: choices[0]?.finish_reason ?? null,
				// Routers and Mistral's API report a generation that broke off so.
				error:
					choices[0]?.finish_reason === "error"
						? 'the reply broke off with finish reason "error"'
						: null,
				usage: usageOfChat(usage),
			}),
			finish: {
				truncated: ["length", "model_length", "max_tokens"],
				filtered: ["content_filter"],
				refused: ["refusal"],
			},
			maxOutputTokens,
			context,
		});
	return {
		capabilities,
		...openAiKeyCheck({ load, context }),
		...(capabilities.logprobs === "top"
			? { rank: openAiRank({ ...options, load }) }
			: {}),
		...(capabilities.batch
			? {
					batches: openAiBatches({
						load,
						context,
						api: "chat",
						body: bodyOf,
						read,
					}),
				}
			: {}),
		// Of OpenAI's own models it is known which hear; another server is asked.
		takesAudio:
			capabilities.audioInput || !isOwnAddress("openai", context.baseUrl),
		ask: async (request, signal) => {
			const { client, sdk } = await load();
			const body = await bodyOf(request);
			try {
				const response = await untilAborted(
					client.chat.completions.create(body, { signal }).asResponse(),
					signal,
				);
				return await read(response);
			} catch (error) {
				return answerOfError(error, sdk, context, signal);
			}
		},
	};
}

/** The messages as they are sent: sounds follow the text of the last user message. */
async function withAudio(
	messages: readonly Message[],
	audio: readonly AudioInput[],
) {
	const parts = await Promise.all(
		audio.map(async ({ format, bytes }) => ({
			type: "input_audio" as const,
			input_audio: {
				data: Buffer.from(await bytes()).toString("base64"),
				format,
			},
		})),
	);
	const last = messages.findLastIndex(({ role }) => role === "user");
	return messages.map(({ role, content }, index) =>
		role === "user" && index === last && parts.length > 0
			? {
					role,
					content: [{ type: "text" as const, text: content }, ...parts],
				}
			: { role, content },
	);
}

function formatOf(
	schema: ReplySchema,
	format: ReplyFormat,
	responseFormat: OpenAi["responseFormat"],
) {
	if (format === "text") return {};
	return {
		response_format:
			format === "json"
				? { type: "json_object" as const }
				: responseFormat(schema),
	};
}
