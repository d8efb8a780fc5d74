/** Whether a provider knows a key, found out before any work and for nothing: its list of models is asked for. */
import { type LanguageModelError, throwIfInterrupted } from "../errors.ts";
import {
	answerOfError,
	errorOfFailure,
	type FailureContext,
	type SdkErrors,
} from "./failures.ts";
import { readErrorBody } from "./status-failures.ts";
import { untilAborted } from "./until-aborted.ts";

/** Longest wait, milliseconds; after that the calls will say what is wrong. */
const LONGEST_WAIT = 10_000;

/** The providers' names for a key they do not know. HTTP 401 alone is no sign: OpenAI answers so to a key that may only not list models. */
const UNKNOWN_KEY = ["invalid_api_key", "authentication_error"];

/**
 * Throws LanguageModelError `auth_failed` when `list` says that the key is not known, and InterruptedError. Anything else says nothing (no
 * connection, too many requests, a server without a list): resolves.
 */
export async function checkKey(
	list: (signal: AbortSignal) => Promise<Response>,
	sdk: SdkErrors,
	context: FailureContext,
	signal: AbortSignal,
): Promise<void> {
	const within = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT)]);
	try {
		const response = await untilAborted(list(within), within);
		await response.body?.cancel();
	} catch (error) {
		throwIfInterrupted(signal);
		const rejected = rejection(error, sdk, context, signal);
		if (rejected !== null) throw rejected;
	}
}

function rejection(
	error: unknown,
	sdk: SdkErrors,
	context: FailureContext,
	signal: AbortSignal,
): LanguageModelError | null {
	if (!(error instanceof sdk.APIError) || !("error" in error)) return null;
	const { codes } = readErrorBody(error.error);
	if (!UNKNOWN_KEY.some((name) => codes.includes(name))) return null;
	const { failure, httpStatus } = answerOfError(error, sdk, context, signal);
	return failure?.code === "auth_failed"
		? errorOfFailure(failure, context, httpStatus)
		: null;
}
