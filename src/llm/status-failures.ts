/** What an HTTP status and the body of an error come down to: a code, the next step, and what it says about the calls still to come. */
import { z } from "zod";
import { retryAfterSeconds } from "./bounded-fetch.ts";
import type { Failure } from "./provider.ts";

/** The words of an error body, and its own names for what is wrong. */
export type ErrorWords = {
	readonly message: string | null;
	/** `insufficient_quota`, `context_length_exceeded`, `billing_error` ... */
	readonly codes: readonly string[];
	/** The field of the request that is to blame, where the server says so. */
	readonly param: string | null;
	/** An HTTP status in the body: routers answer 200 and put the provider's there. */
	readonly status: number | null;
};

const optional = <T extends z.ZodType>(type: T) =>
	type.nullish().catch(undefined);

const inner = {
	message: optional(z.string()),
	code: optional(z.union([z.string(), z.number()])),
	type: optional(z.string()),
	param: optional(z.string()),
};

/** OpenAI: `{ message, code, type, param }`; Anthropic: `{ error: { message, type } }`; others: `{ detail }`, `{ error: "..." }`, a string, anything. */
const errorBody = z.object({
	...inner,
	detail: optional(z.string()),
	error: optional(z.union([z.string(), z.object(inner)])),
});

/** What an error body says, whichever server wrote it. */
export function readErrorBody(body: unknown): ErrorWords {
	if (typeof body === "string")
		return { message: body, codes: [], param: null, status: null };
	const known = errorBody.safeParse(body);
	if (!known.success)
		return { message: null, codes: [], param: null, status: null };
	const { error, detail, ...outer } = known.data;
	const nested = typeof error === "string" ? { message: error } : (error ?? {});
	const all = [outer, nested as Partial<typeof outer>];
	const named = all.flatMap(({ code, type }) => [code, type]);
	return {
		message: outer.message ?? nested.message ?? detail ?? null,
		codes: named.filter((name) => typeof name === "string"),
		param: outer.param ?? all[1]?.param ?? null,
		status: named.find((name) => typeof name === "number") ?? null,
	};
}

/** Fields of the request, the field of the config each comes from, and how to do without. */
const refusable: readonly {
	readonly field: RegExp;
	readonly hint: string;
}[] = [
	{
		field: /\btemperature\b/,
		hint: "Set languageModel.temperature to null: the model takes no temperature but its own.",
	},
	{ field: /\bseed\b/, hint: "Set languageModel.seed to null." },
	{
		field: /\bmax_tokens\b/,
		hint: "Set languageModel.extraBody: { max_completion_tokens: 1024 }, with the number of languageModel.maxOutputTokens; it is then sent in place of max_tokens.",
	},
	{
		field:
			/\b(response_format|json_schema|json_object|output_config|output_format|text\.format)\b/,
		hint: "Set languageModel.structuredOutput to json or text: the server cannot hold replies to a schema.",
	},
];

/** In the words of OpenAI, Anthropic and the servers that follow them. */
const unsupported =
	/unsupported|not support|not permitted|unknown (field|parameter)|unrecognized|unexpected (field|keyword)/i;

/** The account, not the request; Anthropic says so with HTTP 400. ("Exceeded your current quota" is not among them: Google says it of a minute's quota too.) */
const noMoney =
	/credit balance is too low|insufficient (credits|balance|funds)/i;

/** A model that does not hear, in the words of OpenAI, llama.cpp's server (HTTP 500) and vLLM. */
const deaf =
	/input_audio.*supported values|audio (input|content)[^.]* not support|at most 0 audio|does not support audio|not support(ed)? .{0,20}audio/is;

const tooLong =
	/context[ _](length|size|window)|maximum context|prompt is too long|input is too long|too many tokens/i;

/** `apiKeyEnv`: the variable that holds the key; `timeoutSeconds`: the longest wait that is honoured. */
export function failureOfStatus(
	status: number,
	{ message, codes, param }: ErrorWords,
	headers: Headers | undefined,
	{
		apiKeyEnv,
		timeoutSeconds,
	}: { readonly apiKeyEnv: string; readonly timeoutSeconds: number },
): Omit<Failure, "message"> {
	const has = (...names: readonly string[]): boolean =>
		names.some((name) => codes.includes(name));
	const words = message ?? "";
	if (
		status === 402 ||
		has("insufficient_quota", "billing_error", "billing_hard_limit_reached") ||
		((status === 400 || status === 403 || status === 429) &&
			noMoney.test(words))
	)
		return {
			code: "quota_used_up",
			hint: "The account's quota or credit is used up; the same command continues once there is more.",
			reach: "every_call",
		};
	if (status === 401)
		return {
			code: "auth_failed",
			hint: `Check the key in the environment variable ${apiKeyEnv}.`,
			reach: "every_call",
		};
	if (status === 403)
		return {
			code: "forbidden",
			hint: `Check what the key in ${apiKeyEnv} may use; some servers also refuse single requests this way.`,
			reach: "unless_answered",
		};
	if (status === 404)
		return {
			code: "not_found",
			hint: "Check languageModel.model and languageModel.baseUrl (most compatible servers want it to end in /v1).",
			reach: "unless_answered",
		};
	if (status === 429) {
		const wait = headers?.get("retry-after");
		// A wait that is longer than a request may take is not waited for, and every other call would meet it too.
		const seconds = headers === undefined ? null : retryAfterSeconds(headers);
		const waitsLong = seconds !== null && seconds > timeoutSeconds;
		return {
			code: "rate_limited",
			hint: `${wait ? `The server asks to wait (Retry-After: ${wait}). ` : ""}${waitsLong ? "Run the same command then" : "Lower languageModel.concurrency"}; it continues where it stopped.`,
			reach: waitsLong ? "every_call" : "this_call",
		};
	}
	if (status === 408)
		return {
			code: "timeout",
			hint: "Lower languageModel.concurrency; the same command asks again.",
			reach: "this_call",
		};
	if (
		status < 500 &&
		has("content_filter", "content_policy_violation", "invalid_prompt")
	)
		return {
			code: "reply_filtered",
			hint: "The provider's content filter stopped the request; look at the captions it contains.",
			reach: "this_call",
		};
	if (deaf.test(words))
		return {
			code: "audio_unsupported",
			hint: 'The model hears nothing: name one that takes audio in languageModel.modules.caption, such as "gpt-audio".',
			reach: "unless_answered",
		};
	if (
		has("context_length_exceeded", "exceed_context_size_error") ||
		tooLong.test(words)
	)
		return {
			code: "prompt_too_long",
			hint: "Prompt and languageModel.maxOutputTokens must fit into the model's context: lower exemplars.count or languageModel.maxOutputTokens, or start the server with a larger context.",
			reach: "this_call",
		};
	if (status === 413)
		return {
			code: "request_too_large",
			hint: "The server takes no request of this size; for captions lower caption.seconds or caption.sampleRate, else exemplars.count.",
			reach: "this_call",
		};
	if (status >= 500)
		return {
			code: "server_error",
			hint: "A fault of the server, or something it cannot do (structured output, say); the same command asks again.",
			reach: "this_call",
		};
	return badRequest(words, codes, param);
}

/** A request the server does not take; when it names a field it never takes, every other call would meet the same. */
function badRequest(
	words: string,
	codes: readonly string[],
	param: string | null,
): Omit<Failure, "message"> {
	const never =
		codes.includes("unsupported_parameter") ||
		codes.includes("unsupported_value") ||
		unsupported.test(words);
	const known = never
		? refusable.find(({ field }) => field.test(param ?? words))
		: undefined;
	return known === undefined
		? {
				code: "bad_request",
				hint: "The server does not take this request: a parameter the model does not know (languageModel.temperature: null leaves it out), structured output it cannot do (languageModel.structuredOutput: text), or too long a prompt.",
				reach: "this_call",
			}
		: { code: "bad_request", hint: known.hint, reach: "unless_answered" };
}
