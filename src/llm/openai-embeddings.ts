/** Vectors from an OpenAI-compatible `/embeddings` endpoint, one HTTP request per call. */
import { z } from "zod";
import { LanguageModelError } from "../errors.ts";
import {
	answerOfError,
	answerOfGarbage,
	type FailureContext,
} from "./failures.ts";
import { openAiClient } from "./openai-client.ts";
import { type ProviderAnswer, shorten } from "./provider.ts";
import { cleanApiKey, cleanBaseUrl, createScrub } from "./secrets.ts";
import { untilAborted } from "./until-aborted.ts";

export type EmbeddingRequestOptions = {
	/** Default https://api.openai.com/v1. */
	readonly baseUrl?: string | undefined;
	readonly model: string;
	/** Null for servers that need none. */
	readonly apiKey: string | null;
	/** Name of the variable the key came from, for hints. Default OPENAI_API_KEY. */
	readonly apiKeyEnv?: string | undefined;
	/** For one HTTP request, seconds. */
	readonly timeoutSeconds: number;
	/** The SDK's retries. */
	readonly maxRetries: number;
};

/** One vector per text, in order. */
export type EmbeddingRequest = (
	texts: readonly string[],
	signal?: AbortSignal,
) => Promise<number[][]>;

const embeddings = z.object({
	data: z.array(
		z.object({ index: z.number().optional(), embedding: z.array(z.number()) }),
	),
});

/**
 * A function that embeds texts with one request each time it is called.
 * It throws LanguageModelError (the codes of a language-model call; `reply_invalid` when a vector is missing, of another length or not finite) and InterruptedError.
 */
export function createEmbeddingRequest(
	options: EmbeddingRequestOptions,
): EmbeddingRequest {
	const apiKeyEnv = options.apiKeyEnv ?? "OPENAI_API_KEY";
	const apiKey = cleanApiKey(options.apiKey, apiKeyEnv);
	const context: FailureContext = {
		provider: "openai",
		model: options.model,
		baseUrl: cleanBaseUrl(options.baseUrl ?? "https://api.openai.com/v1"),
		apiKeyEnv,
		timeoutSeconds: options.timeoutSeconds,
		scrub: createScrub(apiKey),
	};
	let loading: ReturnType<typeof openAiClient> | null = null;
	return async (texts, signal = new AbortController().signal) => {
		if (texts.length === 0) return [];
		loading ??= openAiClient({ ...options, apiKey, baseUrl: context.baseUrl });
		const { client, sdk } = await loading;
		let raw: string;
		let response: Response;
		try {
			response = await untilAborted(
				client.embeddings
					.create(
						{
							model: options.model,
							input: [...texts],
							// Said in words: by default the SDK asks for base64, which not every server knows.
							encoding_format: "float",
						},
						{ signal },
					)
					.asResponse(),
				signal,
			);
			raw = await response.text();
		} catch (error) {
			throw toError(answerOfError(error, sdk, context, signal), context);
		}
		const read = readVectors(raw, texts.length);
		if ("vectors" in read) return read.vectors;
		const at = {
			requestId: response.headers.get("x-request-id"),
			httpStatus: response.status,
		};
		throw toError(answerOfGarbage(raw, read.problem, at, context), context);
	};
}

function readVectors(
	raw: string,
	count: number,
): { readonly vectors: number[][] } | { readonly problem: string } {
	let json: unknown;
	try {
		json = JSON.parse(raw);
	} catch {
		return { problem: "it is not JSON" };
	}
	const known = embeddings.safeParse(json);
	if (!known.success) {
		const issue = known.error.issues[0];
		return {
			problem: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "unexpected"}`,
		};
	}
	const { data } = known.data;
	if (data.length !== count)
		return { problem: `expected ${count} vectors, got ${data.length}` };
	const vectors: number[][] = [];
	for (const [position, { index, embedding }] of data.entries())
		vectors[index ?? position] = embedding;
	const length = data[0]?.embedding.length ?? 0;
	for (let position = 0; position < count; position += 1) {
		const vector = vectors[position];
		if (vector === undefined)
			return { problem: `the vector of text ${position} is missing` };
		if (vector.length !== length || length === 0)
			return {
				problem: `expected vectors of one length, got ${length} and ${vector.length}`,
			};
	}
	return { vectors };
}

function toError(
	answer: ProviderAnswer,
	context: FailureContext,
): LanguageModelError {
	const { failure, text } = answer;
	return new LanguageModelError(failure?.message ?? "the request failed", {
		code: failure?.code ?? "reply_invalid",
		hint: failure?.hint,
		cause: failure?.cause,
		evidence: {
			provider: context.provider,
			model: context.model,
			baseUrl: context.baseUrl,
			operation: "embed",
			httpStatus: answer.httpStatus,
			requestId: answer.requestId,
			text: text === null ? null : shorten(text, 2000),
		},
	});
}
