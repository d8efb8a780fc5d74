/** Adapter for OpenAI's Responses API. The SDK is loaded with the first request. */
import { z } from "zod";
import { openAiBatches } from "./batch/openai.ts";
import type { BatchProvider } from "./batch/port.ts";
import type { ReplyFormat, ReplySchema } from "./calls.ts";
import { answerOfError } from "./failures.ts";
import type { OpenAiOptions } from "./openai.ts";
import { type OpenAi, openAiLoader } from "./openai-client.ts";
import { openAiRank } from "./openai-rank.ts";
import type { ProviderRequest } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";

const responseSchema = z.object({
	status: z.string().nullish(),
	incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
	error: z.object({ message: z.string().nullish() }).nullish(),
	output: z.array(
		z.object({
			type: z.string(),
			content: z
				.array(
					z.object({
						type: z.string(),
						text: z.string().nullish(),
						refusal: z.string().nullish(),
					}),
				)
				.nullish(),
		}),
	),
	usage: z
		.object({
			input_tokens: z.number().nullish(),
			output_tokens: z.number().nullish(),
		})
		.nullish(),
});

type Body = z.infer<typeof responseSchema>;

/**
 * The `openai` provider over the Responses API: one request with a strict JSON schema, which the server is asked not to keep. The API
 * takes no seed. Log-probabilities, when `capabilities` has them, are asked of Chat Completions.
 */
export function openAiResponsesProvider(
	options: Omit<OpenAiOptions, "seed">,
): BatchProvider {
	const { capabilities, context, temperature, maxOutputTokens, extraBody } =
		options;
	const load = openAiLoader(options);
	const bodyOf = async ({ messages, schema, format }: ProviderRequest) => ({
		model: context.model,
		input: messages.map(({ role, content }) => ({ role, content })),
		...(temperature === null ? {} : { temperature }),
		max_output_tokens: maxOutputTokens,
		store: false,
		...formatOf(schema, format, (await load()).textFormat),
		...extraBody,
	});
	const read = (response: Response) =>
		readReply({
			response,
			requestIdHeader: "x-request-id",
			schema: responseSchema,
			read: (body) => ({
				text: partsOf(body, "text"),
				refusal: partsOf(body, "refusal") || null,
				// `incomplete` says nothing without its reason.
				finishReason: body.incomplete_details?.reason ?? body.status ?? null,
				error:
					body.status === "failed"
						? (body.error?.message ?? "no reason given")
						: null,
				usage: {
					inputTokens: body.usage?.input_tokens ?? null,
					outputTokens: body.usage?.output_tokens ?? null,
				},
			}),
			finish: {
				truncated: ["max_output_tokens", "length", "incomplete"],
				filtered: ["content_filter"],
				refused: [],
			},
			maxOutputTokens,
			context,
		});
	return {
		capabilities,
		...(capabilities.logprobs === "top"
			? { rank: openAiRank({ ...options, load, seed: null }) }
			: {}),
		...(capabilities.batch
			? {
					batches: openAiBatches({
						load,
						context,
						api: "responses",
						body: bodyOf,
						read,
					}),
				}
			: {}),
		ask: async (request, signal) => {
			const { client, sdk } = await load();
			const body = await bodyOf(request);
			try {
				const response = await untilAborted(
					client.responses.create(body, { signal }).asResponse(),
					signal,
				);
				return await read(response);
			} catch (error) {
				return answerOfError(error, sdk, context, signal);
			}
		},
	};
}

/** What the messages of the output say; reasoning and the like is left out. */
function partsOf({ output }: Body, kind: "text" | "refusal"): string {
	return output
		.filter(({ type }) => type === "message")
		.flatMap(({ content }) => content ?? [])
		.map((part) => part[kind] ?? "")
		.join("");
}

function formatOf(
	schema: ReplySchema,
	format: ReplyFormat,
	textFormat: OpenAi["textFormat"],
) {
	if (format === "text") return {};
	return {
		text: {
			format:
				format === "json"
					? { type: "json_object" as const }
					: textFormat(schema),
		},
	};
}
