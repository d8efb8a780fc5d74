/** Turns what an SDK throws into a ProviderAnswer: every failed status and lost connection gets a code, a message and a next step. */
import { z } from "zod";
import { InterruptedError } from "../errors.ts";
import { retryAfterSeconds } from "./bounded-fetch.ts";
import type { Limiter } from "./limits.ts";
import {
	type Failure,
	type ProviderAnswer,
	shorten,
	unknownUsage,
} from "./provider.ts";
import type { Scrub } from "./secrets.ts";

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

/** OpenAI: `{ message, code }`; Anthropic: `{ error: { message, type } }`; others: `{ detail }`, a string, anything. */
const errorBody = z.object({
	message: z.string().optional().catch(undefined),
	detail: z.string().optional().catch(undefined),
	code: z.union([z.string(), z.number()]).nullish().catch(undefined),
	error: z
		.union([z.string(), z.object({ message: z.string().optional() })])
		.optional()
		.catch(undefined),
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
	const { message, code } = readBody(body);
	// Scrubbed before it is shortened: half a key would not be known for one.
	const said = shorten(scrub.text(message ?? error.message), 600);
	return failed(
		{
			...byStatus(status, code, headers, context),
			message: scrub.text(`${where(context)} answered HTTP ${status}: ${said}`),
			cause: scrub.cause(error),
		},
		{
			text: body === undefined ? null : scrub.text(JSON.stringify(body)),
			requestId: requestID ?? null,
			httpStatus: status,
		},
	);
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

function byStatus(
	status: number,
	code: string | null,
	headers: Headers | undefined,
	context: FailureContext,
): Omit<Failure, "message"> {
	if (status === 401)
		return {
			code: "auth_failed",
			hint: `Check the key in the environment variable ${context.apiKeyEnv}.`,
			reach: "every_call",
		};
	if (status === 403)
		return {
			code: "forbidden",
			hint: `Check what the key in ${context.apiKeyEnv} may use; some servers also refuse single requests this way.`,
			reach: "unless_answered",
		};
	if (status === 404)
		return {
			code: "not_found",
			hint: "Check languageModel.model and languageModel.baseUrl (most compatible servers want it to end in /v1).",
			reach: "unless_answered",
		};
	if (status === 402 || (status === 429 && code === "insufficient_quota"))
		return {
			code: "quota_used_up",
			hint: "The account's quota is used up; the same command continues once there is more.",
			reach: "every_call",
		};
	if (status === 429) {
		const wait = headers?.get("retry-after");
		// A wait that is longer than a request may take is not waited for, and every other call would meet it too.
		const seconds = headers === undefined ? null : retryAfterSeconds(headers);
		const tooLong = seconds !== null && seconds > context.timeoutSeconds;
		return {
			code: "rate_limited",
			hint: `${wait ? `The server asks to wait (Retry-After: ${wait}). ` : ""}${tooLong ? "Run the same command then" : "Lower languageModel.concurrency"}; it continues where it stopped.`,
			reach: tooLong ? "every_call" : "this_call",
		};
	}
	if (status === 408)
		return {
			code: "timeout",
			hint: "Lower languageModel.concurrency; the same command asks again.",
			reach: "this_call",
		};
	if (status >= 500)
		return {
			code: "server_error",
			hint: "A fault of the server, or something it cannot do (structured output, say); the same command asks again.",
			reach: "this_call",
		};
	if (code === "content_filter" || code === "content_policy_violation")
		return {
			code: "reply_filtered",
			hint: "The provider's content filter stopped the request; look at the captions it contains.",
			reach: "this_call",
		};
	return {
		code: "bad_request",
		hint: "The server does not take this request: a parameter the model does not know (languageModel.temperature: null leaves it out), structured output it cannot do, or too long a prompt.",
		reach: "this_call",
	};
}

function readBody(body: unknown): {
	readonly message: string | null;
	readonly code: string | null;
} {
	if (typeof body === "string") return { message: body, code: null };
	const known = errorBody.safeParse(body);
	if (!known.success) return { message: null, code: null };
	const { message, detail, code, error } = known.data;
	const nested = typeof error === "string" ? error : error?.message;
	return {
		message: message ?? nested ?? detail ?? null,
		code: typeof code === "string" ? code : null,
	};
}

/** The message at the end of the chain of causes: "fetch failed" says less than "connect ECONNREFUSED 127.0.0.1:1". */
function innermost(error: Error): string {
	let current: Error = error;
	while (current.cause instanceof Error) current = current.cause;
	if (current instanceof AggregateError && current.errors[0] instanceof Error)
		return current.errors[0].message;
	return current.message;
}
