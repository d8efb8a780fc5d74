/** Lines of the files that OpenAI's Batch API answers with, as results of requests. */
import { z } from "zod";
import { withoutSecrets } from "../ask-errors.ts";
import {
	answerOfError,
	answerOfGarbage,
	type FailureContext,
	firstProblem,
} from "../failures.ts";
import type { OpenAi } from "../openai-client.ts";
import type { ProviderAnswer } from "../provider.ts";
import type { RemoteResult } from "./port.ts";
import type { JsonLine } from "./read-lines.ts";

const named = z.object({ custom_id: z.string() });

const lineSchema = z
	.object({
		custom_id: z.string(),
		response: z
			.object({
				status_code: z.number(),
				request_id: z.string().nullish(),
				body: z.unknown(),
			})
			.nullish(),
		error: z
			.object({ code: z.string().nullish(), message: z.string().nullish() })
			.nullish(),
	})
	.refine(({ response, error }) => response != null || error != null, {
		error: "expected a response or an error",
	})
	.refine(
		({ response }) =>
			response?.status_code !== 200 ||
			(typeof response.body === "object" && response.body !== null),
		{ path: ["response", "body"], error: "expected an object" },
	);

/** Statuses of the API's own errors, for requests that never had an answer with one. */
const statuses: Readonly<Record<string, number>> = { request_timeout: 408 };

/** A line of the output file or the error file. One of another shape that names a request is that request's failed call, with the line as evidence. */
export async function openAiResult(
	from: JsonLine,
	options: {
		readonly sdk: OpenAi["sdk"];
		readonly context: FailureContext;
		/** As the online reply is read. */
		readonly read: (response: Response) => Promise<ProviderAnswer>;
	},
): Promise<RemoteResult> {
	const { sdk, context, read } = options;
	const { value } = from;
	const line = context.scrub.text(from.line);
	const name = named.safeParse(value);
	if (!name.success) return { line, customId: null };
	const customId = name.data.custom_id;
	const known = lineSchema.safeParse(value);
	const answered = (answer: ProviderAnswer): RemoteResult => ({
		line,
		customId,
		answer: withoutSecrets(answer, context.scrub),
	});
	if (!known.success)
		return answered(
			answerOfGarbage(
				line,
				firstProblem(known.error, "line"),
				{ requestId: null, httpStatus: 200 },
				context,
			),
		);
	const { response, error } = known.data;
	if (error?.code === "batch_expired")
		return { line, customId, unanswered: "expired" };
	if (error?.code === "batch_cancelled")
		return { line, customId, unanswered: "cancelled" };
	const headers = new Headers(
		response?.request_id ? { "x-request-id": response.request_id } : {},
	);
	const status = response?.status_code ?? statuses[error?.code ?? ""] ?? 500;
	return answered(
		status === 200 && response != null
			? await read(
					new Response(JSON.stringify(response.body), { status, headers }),
				)
			: answerOfError(
					sdk.APIError.generate(
						status,
						(response?.body ?? { error }) as object,
						error?.message ?? undefined,
						headers,
					),
					sdk,
					context,
					new AbortController().signal,
				),
	);
}
