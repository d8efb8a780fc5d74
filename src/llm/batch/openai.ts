/** OpenAI's Batch API: a file of requests is uploaded, a batch made of it, and files of results are fetched when it has ended. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import { answerOfError, type FailureContext } from "../failures.ts";
import { finishInFlight } from "../in-flight.ts";
import type { OpenAiLoader } from "../openai-client.ts";
import type { ProviderAnswer, ProviderRequest } from "../provider.ts";
import { untilAborted } from "../until-aborted.ts";
import {
	asked,
	batchGone,
	batchUnknown,
	cutResults,
	isNotTaken,
	parseBatch,
} from "./failures.ts";
import { openAiResult } from "./openai-results.ts";
import type { BatchApi, RemoteBatch } from "./port.ts";
import { readJsonLines } from "./read-lines.ts";

export type OpenAiBatchOptions = {
	readonly load: OpenAiLoader;
	readonly context: FailureContext;
	readonly api: "chat" | "responses";
	body(request: ProviderRequest): Promise<object>;
	/** As the online reply is read. */
	read(response: Response): Promise<ProviderAnswer>;
};

const endpoints = {
	chat: "/v1/chat/completions",
	responses: "/v1/responses",
} as const;

/** Name under which a batch carries its id. */
const METADATA = "audio_dissect_batch";

/** An upload can have 200 MB, milliseconds. */
const UPLOAD_TIMEOUT = 600_000;

/** A batch made this much before ours is not ours, however wrong the clocks, seconds. */
const CLOCKS = 86_400;

const reasonSchema = z.object({
	code: z.string().nullish(),
	message: z.string().nullish(),
	line: z.number().nullish(),
});

const batchSchema = z.object({
	id: z.string(),
	status: z.string(),
	created_at: z.number(),
	metadata: z.record(z.string(), z.string()).nullish(),
	output_file_id: z.string().nullish(),
	error_file_id: z.string().nullish(),
	errors: z
		.object({
			data: z.array(reasonSchema).nullish(),
		})
		.nullish(),
	request_counts: z
		.object({ completed: z.number(), failed: z.number() })
		.nullish(),
});

const ended = new Set(["completed", "failed", "expired", "cancelled"]);

function remoteOf(value: unknown, context: FailureContext): RemoteBatch {
	const batch = parseBatch(batchSchema, value, context);
	const { status, request_counts: counts, errors } = batch;
	return {
		remoteId: batch.id,
		status,
		ended: ended.has(status),
		done: counts == null ? null : counts.completed + counts.failed,
		refused:
			status === "failed"
				? reasonsOf(errors?.data ?? []) || "no reason given"
				: null,
		rest:
			status === "failed"
				? "refused"
				: status === "expired" || status === "cancelled"
					? status
					: "lost",
		// Some servers name a file that there is none of with an empty text.
		files: [batch.output_file_id, batch.error_file_id].filter(
			(file) => typeof file === "string" && file !== "",
		) as string[],
	};
}

/** Reasons that are shown. */
const SHOWN = 5;

function reasonsOf(errors: readonly z.infer<typeof reasonSchema>[]): string {
	const shown = errors
		.slice(0, SHOWN)
		.map(
			({ code, message, line }) =>
				`${message ?? code ?? "no reason given"}${line == null ? "" : ` (line ${line})`}`,
		);
	return [
		...shown,
		...(errors.length > SHOWN ? [`and ${errors.length - SHOWN} more`] : []),
	].join("; ");
}

export function openAiBatches(options: OpenAiBatchOptions): BatchApi {
	const { load, context, api, body, read } = options;

	const submit: BatchApi["submit"] = async (id, lines, signal) => {
		const { client, sdk } = await load();
		let uploaded = false;
		try {
			const file = await untilAborted(
				client.files.create(
					{
						file: new File(
							lines.map((line) => `${line}\n`),
							`${id}.jsonl`,
						),
						purpose: "batch",
					},
					{ signal, timeout: UPLOAD_TIMEOUT },
				),
				signal,
			);
			uploaded = true;
			const batch = await finishInFlight(signal, (sending) =>
				untilAborted(
					client.batches.create(
						{
							completion_window: "24h",
							endpoint: endpoints[api],
							input_file_id: file.id,
							metadata: { [METADATA]: id },
						},
						// The SDK would make a second batch when the answer to the first is lost.
						{ signal: sending, maxRetries: 0 },
					),
					sending,
				),
			);
			return { batch: remoteOf(batch, context) };
		} catch (error) {
			const answer = answerOfError(error, sdk, context, signal);
			if (answer.failure === null) throw error;
			return {
				failure: answer.failure,
				notTaken: !uploaded || isNotTaken(answer),
			};
		}
	};

	return {
		api,
		limits: { requests: 50_000, bytes: 200_000_000 },
		// The SDK's helpers add functions to a schema, which JSON leaves out.
		body: async (request) =>
			JSON.parse(JSON.stringify(await body(request))) as Json,
		line: (customId, content) =>
			JSON.stringify({
				custom_id: customId,
				method: "POST",
				url: endpoints[api],
				body: content,
			}),
		submit,
		find: async ({ id, since }, signal) => {
			const { client, sdk } = await load();
			const earliest = Date.parse(since) / 1000 - CLOCKS;
			return asked<RemoteBatch | null>(
				async () => {
					for await (const value of client.batches.list(
						{ limit: 100 },
						{ signal },
					)) {
						const batch = parseBatch(batchSchema, value, context);
						if (batch.metadata?.[METADATA] === id)
							return remoteOf(value, context);
						// The newest come first.
						if (batch.created_at < earliest) return null;
					}
					return null;
				},
				() => {
					throw batchUnknown(id, context);
				},
				sdk,
				context,
				signal,
			);
		},
		look: async (remoteId, signal) => {
			const { client, sdk } = await load();
			return asked<RemoteBatch | null>(
				async () =>
					remoteOf(
						await client.batches.retrieve(remoteId, { signal }),
						context,
					),
				() => null,
				sdk,
				context,
				signal,
			);
		},
		results: async function* ({ files }, signal) {
			const { client, sdk } = await load();
			// The usual fetch keeps a whole body in memory.
			const streaming = client.withOptions({ fetch: globalThis.fetch });
			for (const file of files) {
				const response = await asked(
					() => streaming.files.content(file, { signal }),
					() => {
						throw batchGone(`the file ${file}`, context);
					},
					sdk,
					context,
					signal,
				);
				try {
					for await (const line of readJsonLines(response, {
						idleSeconds: context.timeoutSeconds,
						signal,
					}))
						yield await openAiResult(line, { sdk, context, read });
				} catch (error) {
					throw cutResults(error, context, signal);
				}
			}
		},
	};
}
