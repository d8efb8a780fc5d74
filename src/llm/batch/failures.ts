/** Failures of a batch API as LanguageModelErrors, with the words and codes that online failures have. */
import type { z } from "zod";
import { InterruptedError, LanguageModelError } from "../../errors.ts";
import {
	answerOfError,
	type FailureContext,
	type SdkErrors,
} from "../failures.ts";
import type { Failure, ProviderAnswer } from "../provider.ts";
import { CutDownloadError } from "./read-lines.ts";

export function batchError(
	failure: Failure,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
	httpStatus: number | null,
): LanguageModelError {
	const { provider, model, baseUrl } = context;
	return new LanguageModelError(failure.message, {
		code: failure.code,
		hint: failure.hint,
		cause: failure.cause,
		evidence: { provider, model, baseUrl, httpStatus, reach: failure.reach },
	});
}

/** What the batch API says of a batch. Throws LanguageModelError `reply_invalid` when it is not the protocol's. */
export function parseBatch<T>(
	schema: z.ZodType<T>,
	value: unknown,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
): T {
	const known = schema.safeParse(value);
	if (known.success) return known.data;
	const [issue] = known.error.issues;
	throw batchError(
		{
			code: "reply_invalid",
			message: `${context.provider} at ${context.baseUrl} describes a batch in another way than its protocol: ${issue?.path.join(".") || "body"}: ${issue?.message ?? "unexpected"}`,
			hint: "Check that languageModel.baseUrl is the provider's own API, or a gateway that passes batches on.",
			reach: "this_call",
		},
		context,
		200,
	);
}

/** Runs a request of the batch API. Null when the server does not know what is asked for (HTTP 404). Throws LanguageModelError, InterruptedError. */
export async function asked<T>(
	request: () => Promise<T>,
	sdk: SdkErrors,
	context: FailureContext,
	signal: AbortSignal,
): Promise<T | null> {
	try {
		return await request();
	} catch (error) {
		const { failure, httpStatus } = answerOfError(error, sdk, context, signal);
		if (httpStatus === 404 || failure === null) return null;
		throw batchError(failure, context, httpStatus);
	}
}

/** The provider does not know a batch, or its results, that it had taken. */
export function batchGone(
	what: string,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
): LanguageModelError {
	return batchError(
		{
			code: "batch_gone",
			message: `${context.provider} at ${context.baseUrl} does not have ${what} (HTTP 404)`,
			hint: "Another key or project does not see it: check them, then --batch-poll again. If it is gone for good, --batch submits its requests once more; they may have been paid for.",
			reach: "this_call",
		},
		context,
		404,
	);
}

/** A download that broke off, as the error that is thrown for it. */
export function cutResults(
	error: unknown,
	context: FailureContext,
	signal: AbortSignal,
): unknown {
	if (signal.aborted) return new InterruptedError(signal.reason);
	if (!(error instanceof CutDownloadError)) return error;
	return new LanguageModelError(
		`the results of a batch of ${context.provider} at ${context.baseUrl} were cut: ${error.message}`,
		{
			code: "batch_results_cut",
			hint: "What came is stored; run the same command again for the rest.",
			cause: context.scrub.cause(error),
			evidence: {
				provider: context.provider,
				model: context.model,
				baseUrl: context.baseUrl,
			},
		},
	);
}

/** Whether a refused submission leaves no batch behind for certain: an answer of the server that it did not take it. */
export function isNotTaken({ httpStatus }: ProviderAnswer): boolean {
	return (
		httpStatus !== null &&
		httpStatus >= 400 &&
		httpStatus < 500 &&
		httpStatus !== 408 &&
		httpStatus !== 409
	);
}
