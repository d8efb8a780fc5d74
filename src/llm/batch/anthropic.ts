/** Anthropic's Message Batches: the requests are the body, the results one file of lines. */
import type { Anthropic, APIError } from "@anthropic-ai/sdk";
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import {
	answerOfError,
	type FailureContext,
	type SdkErrors,
} from "../failures.ts";
import { finishInFlight } from "../in-flight.ts";
import type { ProviderAnswer, ProviderRequest } from "../provider.ts";
import { untilAborted } from "../until-aborted.ts";
import { anthropicResult, nameOf } from "./anthropic-results.ts";
import {
	asked,
	batchGone,
	batchUnknown,
	cutResults,
	isNotTaken,
	parseBatch,
} from "./failures.ts";
import type { BatchApi, LostBatch, RemoteBatch } from "./port.ts";
import { type JsonLine, readJsonLines } from "./read-lines.ts";

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
			const requests = lines.map((line) => JSON.parse(line));
			const batch = await finishInFlight(signal, (sending) =>
				untilAborted(
					client.messages.batches.create(
						{ requests },
						// The SDK would make a second batch when the answer to the first is lost.
						{ signal: sending, maxRetries: 0, timeout: UPLOAD_TIMEOUT },
					),
					sending,
				),
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
	): AsyncGenerator<JsonLine> {
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
			() => {
				throw batchGone(`the results of batch ${remoteId}`, context);
			},
			sdk,
			context,
			signal,
		);
		try {
			yield* readJsonLines(response, {
				idleSeconds: context.timeoutSeconds,
				signal,
			});
		} catch (error) {
			throw cutResults(error, context, signal);
		}
	}

	/** The API keeps no name of ours with a batch: only its results tell whose it is, by the names of the requests. */
	const isOurs = async (
		batch: RemoteBatch,
		{ id }: LostBatch,
		signal: AbortSignal,
	): Promise<boolean> => {
		for await (const line of linesOf(batch.remoteId, signal)) {
			const name = nameOf(line);
			if (name !== null) return name.startsWith(`${id}-`);
		}
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
				() => {
					throw batchUnknown(lost.id, context);
				},
				sdk,
				context,
				signal,
			);
			for (const batch of candidates)
				if (batch.ended && (await isOurs(batch, lost, signal))) return batch;
			return candidates.some(({ ended }) => !ended) ? "unclear" : null;
		},
		look: async (remoteId, signal) => {
			const { client, sdk } = await load();
			return asked<RemoteBatch | null>(
				async () =>
					remoteOf(
						await client.messages.batches.retrieve(remoteId, {}, { signal }),
						context,
					),
				() => null,
				sdk,
				context,
				signal,
			);
		},
		results: async function* ({ remoteId }, signal) {
			const { sdk } = await load();
			for await (const line of linesOf(remoteId, signal))
				yield await anthropicResult(line, { sdk, context, read });
		},
	};
}
