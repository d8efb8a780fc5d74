/** Adapter for OpenAI's Responses API. The SDK is loaded with the first request. */
import { z } from "zod";
import { openAiBatches } from "./batch/openai.ts";
import type { BatchProvider } from "./batch/port.ts";
import type { ReplyFormat, ReplySchema } from "./calls.ts";
import { answerOfError } from "./failures.ts";
import type { OpenAiOptions } from "./openai.ts";
import { type OpenAi, openAiKeyCheck, openAiLoader } from "./openai-client.ts";
import { openAiRank } from "./openai-rank.ts";
import type { ProviderRequest } from "./provider.ts";
import { readReply } from "./read-reply.ts";
import { untilAborted } from "./until-aborted.ts";
import { inputDetails, inputParts } from "./usage.ts";

const responseSchema = z.object({
	status: z.string().nullish(),
	incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
	error: z.object({ message: z.string().nullish() }).nullish(),
	output: z.array(
		z.object({
			type: z.string(),
			status: z.string().nullish().catch(null),
			phase: z.string().nullish(),
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
			input_tokens_details: inputDetails,
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
				finishReason: finishReasonOf(body),
				error: brokenOff(body),
				usage: {
					inputTokens: body.usage?.input_tokens ?? null,
					outputTokens: body.usage?.output_tokens ?? null,
					...inputParts(body.usage?.input_tokens_details),
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
		...openAiKeyCheck({ load, context }),
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

/** Statuses of a response whose text is not a reply, whatever it says. The request asks for none of them; servers answer so all the same. */
const NO_REPLY = new Set(["failed", "cancelled", "queued", "in_progress"]);

/** Reasons of an incomplete response that have an outcome of their own. */
const KNOWN_REASONS = new Set(["max_output_tokens", "content_filter"]);

/** `incomplete` says nothing without its reason; where a server gives no status, that of the message counts. */
function finishReasonOf(body: Body): string | null {
	const messages = body.output.filter(({ type }) => type === "message");
	return (
		body.incomplete_details?.reason ??
		body.status ??
		messages.find(({ status }) => status === "incomplete")?.status ??
		null
	);
}

/** Why the response is no reply to be read; null: it is one, if perhaps a cut one. */
function brokenOff(body: Body): string | null {
	const { status } = body;
	const reason = body.incomplete_details?.reason;
	if (status === "incomplete" && reason != null && !KNOWN_REASONS.has(reason))
		return `the response is incomplete, reason "${reason}"`;
	if (status == null || !NO_REPLY.has(status)) return null;
	const said = body.error?.message;
	if (status === "failed") return said ?? "no reason given";
	return `the response has status "${status}"${said ? `: ${said}` : ""}`;
}

/** What the messages of the output say; reasoning, and what newer models remark on the way to the answer, is left out. */
function partsOf({ output }: Body, kind: "text" | "refusal"): string {
	return output
		.filter(({ type, phase }) => type === "message" && phase !== "commentary")
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
