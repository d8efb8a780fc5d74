/** Vectors from an OpenAI-compatible `/embeddings` endpoint, one HTTP request per call, charged as calls of language models are. */
import { z } from "zod";
import { type LanguageModelError, toErrorRecord } from "../errors.ts";
import { callError, factsOf } from "./ask-errors.ts";
import { type CallStore, callKey, storedRequest } from "./calls.ts";
import { sendCharged } from "./charged-request.ts";
import { type Embedded, readEmbeddings } from "./embeddings-reply.ts";
import { answerOfError, type FailureContext } from "./failures.ts";
import type { Ledger } from "./ledger.ts";
import { openAiClient } from "./openai-client.ts";
import type { Failure, ModelIdentity } from "./provider.ts";
import { cleanApiKey, cleanBaseUrl, createScrub } from "./secrets.ts";
import { estimateTokens } from "./token-estimate.ts";
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
	/** Where requests are kept, with their texts and without the vectors. Default: nowhere. */
	readonly calls?: CallStore | undefined;
	/** Where they are charged, with the budget they must keep. Default: nowhere, no budget. */
	readonly ledger?: Ledger | undefined;
	/** Milliseconds of a clock that only goes forward. Default `performance.now`. */
	readonly elapsed?: (() => number) | undefined;
};

/** One vector per text, in order. */
export type EmbeddingRequest = (
	texts: readonly string[],
	signal?: AbortSignal,
) => Promise<number[][]>;

/** Under which requests are stored. */
const operation = "embed";

/**
 * A function that embeds texts with one request each time it is called.
 * It throws LanguageModelError (the codes of a language-model call; `reply_invalid` when a vector is missing, of another length or not
 * finite), BudgetReachedError and InterruptedError. Throws ConfigError `price_unknown` (a budget in dollars, a model without a price).
 */
export function createEmbeddingRequest(
	options: EmbeddingRequestOptions,
): EmbeddingRequest {
	const apiKeyEnv = options.apiKeyEnv ?? "OPENAI_API_KEY";
	const apiKey = cleanApiKey(options.apiKey, apiKeyEnv);
	const scrub = createScrub(apiKey);
	const context: FailureContext = {
		provider: "openai",
		model: options.model,
		baseUrl: cleanBaseUrl(options.baseUrl ?? "https://api.openai.com/v1"),
		apiKeyEnv,
		timeoutSeconds: options.timeoutSeconds,
		scrub,
	};
	const identity: ModelIdentity = { ...context, parameters: {} };
	const { provider, baseUrl, model } = identity;
	const account = options.ledger?.account(identity);
	/** How many times the estimated tokens this model has reported at most, from 1. */
	let denser = 1;
	let loading: ReturnType<typeof openAiClient> | null = null;

	const ask = async (
		texts: readonly string[],
		signal: AbortSignal,
	): Promise<Embedded> => {
		loading ??= openAiClient({ ...options, apiKey, baseUrl });
		const { client, sdk } = await loading;
		try {
			const response = await untilAborted(
				client.embeddings
					.create(
						{
							model,
							input: [...texts],
							// Said in words: by default the SDK asks for base64, which not every server knows.
							encoding_format: "float",
						},
						{ signal },
					)
					.asResponse(),
				signal,
			);
			return readEmbeddings(
				await response.text(),
				texts.length,
				response,
				context,
			);
		} catch (error) {
			return answerOfError(error, sdk, context, signal);
		}
	};

	return async (texts, signal = new AbortController().signal) => {
		if (texts.length === 0) return [];
		const call = {
			operation,
			messages: texts.map((content) => ({ role: "user" as const, content })),
			schema: { name: operation, zod: z.unknown(), json: {} },
			sampleIndex: 0,
			format: "schema" as const,
		};
		const key = callKey({ ...identity, ...call, schema: {} });
		const errorOf = (
			failure: Failure,
			facts: Readonly<Record<string, unknown>>,
		): LanguageModelError => callError(failure, { call, key, identity }, facts);
		// An empty text is a token too: the estimate is divided by.
		const estimate = texts.reduce(
			(sum, text) => sum + Math.max(1, estimateTokens(text)),
			0,
		);
		account?.throwIfReached(key);
		const { answer, id } = await sendCharged<Embedded>({
			key,
			worst: { input: Math.ceil(estimate * denser), output: 0 },
			account,
			signal,
			elapsed: options.elapsed ?? (() => performance.now()),
			send: (request) => ask(texts, request),
			note: ({ usage }) => {
				denser = Math.max(denser, (usage.inputTokens ?? 0) / estimate);
			},
			store: (reply, { milliseconds, charge }) => {
				const { outcome, text, finishReason, requestId, httpStatus, usage } =
					reply;
				const { failure } = reply;
				const error =
					failure === null ? null : errorOf(failure, factsOf(reply));
				return (
					options.calls?.recordCall(
						{
							key,
							operation,
							provider,
							baseUrl,
							model,
							request: scrub.json(storedRequest(call, {})),
							sampleIndex: 0,
							outcome,
							reply: text,
							finishReason,
							requestId,
							httpStatus,
							inputTokens: usage.inputTokens,
							outputTokens: usage.outputTokens,
							milliseconds,
							error: error === null ? null : toErrorRecord(error),
						},
						charge,
					) ?? 0
				);
			},
		});
		if (answer.failure !== null)
			throw errorOf(answer.failure, {
				...factsOf(answer),
				callIds: options.calls === undefined ? [] : [id],
			});
		return answer.vectors as number[][];
	};
}
