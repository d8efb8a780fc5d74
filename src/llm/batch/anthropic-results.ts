/** Lines of the file that Anthropic's Message Batches are answered with, as results of requests. */
import type { APIError } from "@anthropic-ai/sdk";
import { z } from "zod";
import { withoutSecrets } from "../ask-errors.ts";
import {
	answerOfError,
	answerOfGarbage,
	type FailureContext,
	firstProblem,
	type SdkErrors,
} from "../failures.ts";
import type { ProviderAnswer } from "../provider.ts";
import type { RemoteResult } from "./port.ts";
import type { JsonLine } from "./read-lines.ts";

/** HTTP statuses of the API's kinds of errors, for those that come without one. */
const statuses: Readonly<Record<string, number>> = {
	invalid_request_error: 400,
	authentication_error: 401,
	billing_error: 402,
	permission_error: 403,
	not_found_error: 404,
	timeout_error: 408,
	request_too_large: 413,
	rate_limit_error: 429,
	overloaded_error: 529,
};

const named = z.object({ custom_id: z.string() });

const lineSchema = z.object({
	custom_id: z.string(),
	result: z.discriminatedUnion("type", [
		z.object({ type: z.literal("succeeded"), message: z.looseObject({}) }),
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

/** The name of the request a line is about; null when it has none. */
export function nameOf({ value }: JsonLine): string | null {
	return named.safeParse(value).data?.custom_id ?? null;
}

/** A line of the results. One of another shape that names a request is that request's failed call, with the line as evidence. */
export async function anthropicResult(
	from: JsonLine,
	options: {
		readonly sdk: SdkErrors & { readonly APIError: typeof APIError };
		readonly context: FailureContext;
		/** As the online reply is read. */
		readonly read: (response: Response) => Promise<ProviderAnswer>;
	},
): Promise<RemoteResult> {
	const { sdk, context, read } = options;
	const line = context.scrub.text(from.line);
	const customId = nameOf(from);
	if (customId === null) return { line, customId };
	const answered = (answer: ProviderAnswer): RemoteResult => ({
		line,
		customId,
		answer: withoutSecrets(answer, context.scrub),
	});
	const known = lineSchema.safeParse(from.value);
	if (!known.success)
		return answered(
			answerOfGarbage(
				line,
				firstProblem(known.error, "line"),
				{ requestId: null, httpStatus: 200 },
				context,
			),
		);
	const { result } = known.data;
	if (result.type === "canceled")
		return { line, customId, unanswered: "cancelled" };
	if (result.type === "expired")
		return { line, customId, unanswered: "expired" };
	if (result.type === "succeeded")
		return answered(
			await read(new Response(JSON.stringify(result.message), { status: 200 })),
		);
	const { error } = result;
	return answered(
		answerOfError(
			sdk.APIError.generate(
				statuses[error.error.type] ?? 500,
				error,
				undefined,
				new Headers(error.request_id ? { "request-id": error.request_id } : {}),
			),
			sdk,
			context,
			new AbortController().signal,
		),
	);
}
