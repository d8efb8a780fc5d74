/** Turns what an SDK throws into a ProviderAnswer: every failed status and lost connection gets a code, a message and a next step. */
import { z } from "zod";
import { InterruptedError, LanguageModelError } from "../errors.ts";
import type { Limiter } from "./limits.ts";
import {
	type Failure,
	type ProviderAnswer,
	shorten,
	unknownUsage,
} from "./provider.ts";
import type { Scrub } from "./secrets.ts";
import { failureOfStatus, readErrorBody } from "./status-failures.ts";

type ErrorClass = abstract new (...parameters: never[]) => Error;

/** The classes of either SDK (they have the same names). */
export type SdkErrors = {
	readonly APIError: ErrorClass;
	readonly APIConnectionError: ErrorClass;
	readonly APIConnectionTimeoutError: ErrorClass;
};

export type FailureContext = {
	/** `openai`, `anthropic`. */
	readonly provider: string;
	readonly model: string;
	readonly baseUrl: string;
	/** Name of the environment variable that holds the key. */
	readonly apiKeyEnv: string;
	readonly timeoutSeconds: number;
	/** Where the limiter hears of each HTTP request. */
	readonly sending?: Limiter["sending"] | undefined;
	readonly scrub: Scrub;
};

const sdkError = z.object({
	status: z.number(),
	error: z.unknown(),
	requestID: z.string().nullish(),
	headers: z.instanceof(Headers).optional().catch(undefined),
});

/** Describes what an SDK threw for one request. Throws InterruptedError when it was the caller's own signal; rethrows what is not the SDK's. */
export function answerOfError(
	error: unknown,
	sdk: SdkErrors,
	context: FailureContext,
	signal: AbortSignal,
): ProviderAnswer {
	if (signal.aborted) throw new InterruptedError(signal.reason);
	const { scrub } = context;
	if (error instanceof sdk.APIConnectionTimeoutError)
		return failed(
			{
				code: "timeout",
				message: `${where(context)} did not answer within ${context.timeoutSeconds} s`,
				hint: "Raise languageModel.timeoutSeconds, or lower languageModel.concurrency when the server works on one request at a time.",
				cause: scrub.cause(error),
				reach: "this_call",
			},
			{ text: null, requestId: null, httpStatus: null },
		);
	if (error instanceof sdk.APIConnectionError)
		return failed(
			{
				code: "connection_failed",
				message: scrub.text(
					`${where(context)} cannot be reached: ${innermost(error)}`,
				),
				hint: "Check that the server runs and that languageModel.baseUrl is right.",
				cause: scrub.cause(error),
				reach: "connection",
			},
			{ text: null, requestId: null, httpStatus: null },
		);
	const known = sdkError.safeParse(error);
	if (!(error instanceof sdk.APIError) || !known.success) throw error;
	const { status, error: body, requestID, headers } = known.data;
	const words = readErrorBody(body);
	// The SDK's own message begins with the status.
	const said =
		words.message ??
		error.message
			.replace(`${status} `, "")
			.replace("status code (no body)", "no reason given");
	return failed(
		{
			...failureOfStatus(status, words, headers, context),
			message: `${where(context)} answered HTTP ${status}: ${quote(said, context)}`,
			cause: scrub.cause(error),
		},
		{
			text: body === undefined ? null : scrub.text(JSON.stringify(body)),
			requestId: requestID ?? null,
			httpStatus: status,
		},
	);
}

/** A failure of something else than a call, as the error that is thrown for it. */
export function errorOfFailure(
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

/** The first thing that is wrong with a server's body, without its value, which may hold a secret. `whole`: what the body is called. */
export function firstProblem(error: z.ZodError, whole = "body"): string {
	const [issue] = error.issues;
	return `${issue?.path.join(".") || whole}: ${issue?.message ?? "unexpected"}`;
}

/**
 * An error with HTTP 200: LM Studio answers so when the path is not one of its own, routers when the provider behind them failed. Null
 * when the body holds none.
 */
export function answerOfHiddenError(
	body: unknown,
	raw: string,
	at: { readonly requestId: string | null; readonly httpStatus: number },
	context: FailureContext,
): ProviderAnswer | null {
	if (!holdsError.safeParse(body).success) return null;
	const words = readErrorBody(body);
	const said = words.message ?? raw;
	const status =
		words.status ?? (/unexpected endpoint/i.test(said) ? 404 : 500);
	return failed(
		{
			...failureOfStatus(status, words, undefined, context),
			message: `${where(context)} answered HTTP ${at.httpStatus} with an error in place of a reply: ${quote(said, context)}`,
		},
		{ text: context.scrub.text(raw), ...at },
	);
}

const holdsError = z.object({
	error: z.union([z.string().min(1), z.looseObject({})]),
});

/** Scrubbed before it is shortened: half a key would not be known for one. */
function quote(said: string, { scrub }: FailureContext): string {
	return shorten(scrub.text(said), 600);
}

/** An answer with HTTP 200 that does not follow the protocol. */
export function answerOfGarbage(
	text: string,
	problem: string,
	at: { readonly requestId: string | null; readonly httpStatus: number },
	context: FailureContext,
): ProviderAnswer {
	return failed(
		{
			code: "reply_invalid",
			message: `${where(context)} sent a body that is not the protocol's: ${problem}`,
			hint: `Check that languageModel.baseUrl is the address of an ${context.provider === "anthropic" ? "Anthropic Messages" : "OpenAI-compatible"} API.`,
			reach: "this_call",
		},
		{ text: context.scrub.text(text), ...at },
	);
}

function failed(
	failure: Failure,
	at: Pick<ProviderAnswer, "text" | "requestId" | "httpStatus">,
): ProviderAnswer {
	return {
		outcome: failure.code === "reply_filtered" ? "filtered" : "error",
		finishReason: null,
		usage: unknownUsage,
		failure,
		...at,
	};
}

function where(context: FailureContext): string {
	return `${context.provider} model "${context.model}" at ${context.baseUrl}`;
}

/** The message at the end of the chain of causes: "fetch failed" says less than "connect ECONNREFUSED 127.0.0.1:1". */
function innermost(error: Error): string {
	let current: Error = error;
	while (current.cause instanceof Error) current = current.cause;
	if (current instanceof AggregateError && current.errors[0] instanceof Error)
		return current.errors[0].message;
	return current.message;
}
