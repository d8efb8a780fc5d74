/** Failures of a batch API as LanguageModelErrors, with the words and codes that online failures have. */
import type { z } from "zod";
import { InterruptedError, LanguageModelError } from "../../errors.ts";
import {
	answerOfError,
	errorOfFailure,
	type FailureContext,
	firstProblem,
	type SdkErrors,
} from "../failures.ts";
import type { ProviderAnswer } from "../provider.ts";
import { CutDownloadError } from "./read-lines.ts";

/** What the batch API says of a batch. Throws LanguageModelError `reply_invalid` when it is not the protocol's. */
export function parseBatch<T>(
	schema: z.ZodType<T>,
	value: unknown,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
): T {
	const known = schema.safeParse(value);
	if (known.success) return known.data;
	throw errorOfFailure(
		{
			code: "reply_invalid",
			message: `${context.provider} at ${context.baseUrl} describes a batch in another way than its protocol: ${firstProblem(known.error)}`,
			hint: "Check that languageModel.baseUrl is the provider's own API, or a gateway that passes batches on.",
			reach: "this_call",
		},
		context,
		200,
	);
}

/** Runs a request of the batch API. When the server does not know what is asked for (HTTP 404), `missing` says what that means. Throws LanguageModelError, InterruptedError. */
export async function asked<T>(
	request: () => Promise<T>,
	missing: () => T,
	sdk: SdkErrors,
	context: FailureContext,
	signal: AbortSignal,
): Promise<T> {
	try {
		return await request();
	} catch (error) {
		const { failure, httpStatus } = answerOfError(error, sdk, context, signal);
		if (httpStatus === 404) return missing();
		if (failure === null) throw error;
		throw errorOfFailure(failure, context, httpStatus);
	}
}

const GIVE_UP =
	"If it is gone for good, --batch submits its requests once more; they may have been paid for.";

/** The list of all batches is not there, so nobody knows whether the batch arrived. */
export function batchUnknown(
	id: string,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
): LanguageModelError {
	return errorOfFailure(
		{
			code: "batch_unknown",
			message: `whether batch ${id} arrived is not known: expected a list of all batches from ${context.provider} at ${context.baseUrl}, got HTTP 404`,
			hint: `Check languageModel.baseUrl and look for the batch at the provider, then --batch-poll again. ${GIVE_UP}`,
			reach: "this_call",
		},
		context,
		404,
	);
}

/** The provider does not know a batch, or its results, that it had taken. */
export function batchGone(
	what: string,
	context: Pick<FailureContext, "provider" | "model" | "baseUrl">,
): LanguageModelError {
	return errorOfFailure(
		{
			code: "batch_gone",
			message: `${context.provider} at ${context.baseUrl} does not have ${what} (HTTP 404)`,
			hint: `Another key or project does not see it: check them, then --batch-poll again. ${GIVE_UP}`,
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
