/** Anthropic's Message Batches: the requests are the body, the results one file of lines. */
import type { Anthropic, APIError } from "@anthropic-ai/sdk";
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import { withoutSecrets } from "../ask-errors.ts";
import {
	answerOfError,
	type FailureContext,
	type SdkErrors,
} from "../failures.ts";
import type { ProviderAnswer, ProviderRequest } from "../provider.ts";
import { untilAborted } from "../until-aborted.ts";
import { asked, cutResults, isNotTaken, parseBatch } from "./failures.ts";
import type { BatchApi, LostBatch, RemoteBatch, RemoteResult } from "./port.ts";
import { readJsonLines } from "./read-lines.ts";

export type AnthropicBatchOptions = {
	load(): Promise<{
		readonly client: Anthropic;
		readonly sdk: SdkErrors & { readonly APIError: typeof APIError };
	}>;
	readonly context: FailureContext;
	body(request: ProviderRequest): Promise<object>;
	/** As the online reply is read. */
	read(response: Response): Promise<ProviderAnswer>;
};

/** A submission can have 256 MB, milliseconds. */
const UPLOAD_TIMEOUT = 600_000;

/** A batch made this much before ours is not ours, however wrong the clocks, milliseconds. */
const CLOCKS = 86_400_000;

/** HTTP statuses of the API's kinds of errors, for those that come without one. */
const statuses: Readonly<Record<string, number>> = {
	invalid_request_error: 400,
	authentication_error: 401,
	billing_error: 402,
	permission_error: 403,
	not_found_error: 404,
	request_too_large: 413,
	rate_limit_error: 429,
	overloaded_error: 529,
};

const batchSchema = z.object({
	id: z.string(),
	processing_status: z.string(),
	created_at: z.string(),
	request_counts: z.object({
		processing: z.number(),
		succeeded: z.number(),
		errored: z.number(),
		canceled: z.number(),
		expired: z.number(),
	}),
});

const lineSchema = z.object({
	custom_id: z.string(),
	result: z.discriminatedUnion("type", [
		z.object({ type: z.literal("succeeded"), message: z.unknown() }),
		z.object({
			type: z.literal("errored"),
			error: z.object({
				error: z.object({ type: z.string(), message: z.string() }),
				request_id: z.string().nullish(),
			}),
		}),
		z.object({ type: z.literal("canceled") }),
		z.object({ type: z.literal("expired") }),
	]),
});

function remoteOf(value: unknown, context: FailureContext): RemoteBatch {
	const {
		id,
		processing_status: status,
		request_counts: counts,
	} = parseBatch(batchSchema, value, context);
	return {
		remoteId: id,
		status,
		ended: status === "ended",
		done: counts.succeeded + counts.errored + counts.canceled + counts.expired,
		refused: null,
		rest: "lost",
		files: [id],
	};
}

export function anthropicBatches(options: AnthropicBatchOptions): BatchApi {
	const { load, context, body, read } = options;

	const submit: BatchApi["submit"] = async (_id, lines, signal) => {
		const { client, sdk } = await load();
		try {
			const batch = await untilAborted(
				client.messages.batches.create(
					{ requests: lines.map((line) => JSON.parse(line)) },
					// The SDK would make a second batch when the answer to the first is lost.
					{ signal, maxRetries: 0, timeout: UPLOAD_TIMEOUT },
				),
				signal,
			);
			return { batch: remoteOf(batch, context) };
		} catch (error) {
			const answer = answerOfError(error, sdk, context, signal);
			if (answer.failure === null) throw error;
			return { failure: answer.failure, notTaken: isNotTaken(answer) };
		}
	};

	async function* linesOf(
		remoteId: string,
		signal: AbortSignal,
	): AsyncGenerator<z.infer<typeof lineSchema>> {
		const { client, sdk } = await load();
		// The usual fetch keeps a whole body in memory.
		const streaming = client.withOptions({ fetch: globalThis.fetch });
		const response = await asked(
			() =>
				streaming.get<Response>(
					`/v1/messages/batches/${encodeURIComponent(remoteId)}/results`,
					{
						signal,
						headers: { accept: "application/binary" },
						__binaryResponse: true,
					},
				),
			sdk,
			context,
			signal,
		);
		if (response === null) return;
		try {
			for await (const line of readJsonLines(response, {
				idleSeconds: context.timeoutSeconds,
				signal,
			})) {
				const known = lineSchema.safeParse(line);
				if (known.success) yield known.data;
			}
		} catch (error) {
			throw cutResults(error, context, signal);
		}
	}

	const answerTo = async ({
		custom_id: customId,
		result,
	}: z.infer<typeof lineSchema>): Promise<RemoteResult> => {
		if (result.type === "canceled")
			return { customId, unanswered: "cancelled" };
		if (result.type === "expired") return { customId, unanswered: "expired" };
		const { sdk } = await load();
		const answer =
			result.type === "succeeded"
				? await read(
						new Response(JSON.stringify(result.message), { status: 200 }),
					)
				: answerOfError(
						sdk.APIError.generate(
							statuses[result.error.error.type] ?? 500,
							result.error,
							undefined,
							new Headers(
								result.error.request_id
									? { "request-id": result.error.request_id }
									: {},
							),
						),
						sdk,
						context,
						new AbortController().signal,
					);
		return { customId, answer: withoutSecrets(answer, context.scrub) };
	};

	/** The API keeps no name of ours with a batch: only its results tell whose it is, by the names of the requests. */
	const isOurs = async (
		batch: RemoteBatch,
		{ id }: LostBatch,
		signal: AbortSignal,
	): Promise<boolean> => {
		for await (const { custom_id } of linesOf(batch.remoteId, signal))
			return custom_id.startsWith(`${id}-`);
		return false;
	};

	return {
		api: "messages",
		limits: { requests: 100_000, bytes: 256_000_000 },
		// The SDK's helper adds functions to a schema, which JSON leaves out.
		body: async (request) =>
			JSON.parse(JSON.stringify(await body(request))) as Json,
		line: (customId, params) => JSON.stringify({ custom_id: customId, params }),
		submit,
		find: async (lost, signal) => {
			const { client, sdk } = await load();
			const earliest = Date.parse(lost.since) - CLOCKS;
			const candidates = await asked(
				async () => {
					const found: RemoteBatch[] = [];
					for await (const value of client.messages.batches.list(
						{ limit: 100 },
						{ signal },
					)) {
						const batch = parseBatch(batchSchema, value, context);
						// The newest come first.
						if (Date.parse(batch.created_at) < earliest) break;
						const requests = Object.values(batch.request_counts).reduce(
							(sum, count) => sum + count,
							0,
						);
						if (requests === lost.requests && !lost.others.has(batch.id))
							found.push(remoteOf(value, context));
					}
					return found;
				},
				sdk,
				context,
				signal,
			);
			for (const batch of candidates ?? [])
				if (batch.ended && (await isOurs(batch, lost, signal))) return batch;
			return candidates?.some(({ ended }) => !ended) === true
				? "unclear"
				: null;
		},
		look: async (remoteId, signal) => {
			const { client, sdk } = await load();
			return asked(
				async () =>
					remoteOf(
						await client.messages.batches.retrieve(remoteId, {}, { signal }),
						context,
					),
				sdk,
				context,
				signal,
			);
		},
		results: async function* ({ remoteId }, signal) {
			for await (const line of linesOf(remoteId, signal))
				yield await answerTo(line);
		},
	};
}
