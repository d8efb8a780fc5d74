/** What servers say when they take no request, in their own words and places, and what the user is told to do. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import {
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { type Asked, modelAt, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

async function errorOf(behaviour: FakeBehaviour, asked: Asked = "openai") {
	server.setScript(() => behaviour);
	const calls = memoryCallStore();
	const error = await rejection(
		modelAt(server, asked, calls).generate(request()),
		LanguageModelError,
	);
	expect(calls.records).toHaveLength(1);
	return { error, record: calls.records[0] };
}

const refused = (status: number, body: unknown): FakeBehaviour => ({
	kind: "status",
	status,
	body,
});

describe("the words of an error, wherever a server puts them", () => {
	test.each([
		["OpenAI", { error: { message: "no such thing", type: "x", code: null } }],
		["FastAPI", { detail: "no such thing" }],
		[
			"older vLLM",
			{ object: "error", message: "no such thing", type: "E", code: 400 },
		],
		["a bare text in JSON", { error: "no such thing" }],
		["plain text", "no such thing"],
	])("%s", async (_, body) => {
		for (const asked of ["openai", "responses", "anthropic"] as const) {
			const { error, record } = await errorOf(refused(400, body), asked);
			expect(error.code).toBe("bad_request");
			expect(error.message).toMatch(/answered HTTP 400: no such thing$/);
			expect(record?.error?.message).toBe(error.message);
		}
	});

	test("details that are a list are told as they are", async () => {
		const body = { detail: [{ loc: ["body", "messages"], msg: "required" }] };
		const { error } = await errorOf(refused(422, body));
		expect(error.message).toContain(
			'answered HTTP 422: {"detail":[{"loc":["body","messages"],"msg":"required"}]}',
		);
	});

	test("no body at all", async () => {
		const { error } = await errorOf(refused(503, ""));
		expect(error.message).toMatch(/answered HTTP 503: no reason given$/);
	});
});

describe("what to do about it", () => {
	const openAi = (
		message: string,
		code: string | null,
		param: string | null = null,
	) => ({ error: { message, type: "invalid_request_error", param, code } });
	const anthropic = (message: string, type = "invalid_request_error") => ({
		type: "error",
		error: { type, message },
		request_id: "req",
	});
	test.each<[string, Asked, number, unknown, string, string, RegExp]>([
		[
			"a temperature that a reasoning model does not take",
			"openai",
			400,
			openAi(
				"Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
				"unsupported_value",
				"temperature",
			),
			"bad_request",
			"unless_answered",
			/languageModel\.temperature to null/,
		],
		[
			"max_tokens, behind a gateway",
			"openai",
			400,
			openAi(
				"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
				"unsupported_parameter",
				"max_tokens",
			),
			"bad_request",
			"unless_answered",
			/max_completion_tokens: 1024/,
		],
		[
			"a schema",
			"openai",
			400,
			openAi(
				"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
				null,
			),
			"bad_request",
			"unless_answered",
			/languageModel\.structuredOutput to json or text/,
		],
		[
			"a parameter that only has the name in its value",
			"openai",
			400,
			openAi("Invalid value for 'temperature': expected at most 2", null),
			"bad_request",
			"this_call",
			/does not take this request/,
		],
		[
			"OpenAI's context",
			"openai",
			400,
			openAi(
				"This model's maximum context length is 8192 tokens.",
				"context_length_exceeded",
				"messages",
			),
			"prompt_too_long",
			"this_call",
			/exemplars\.count/,
		],
		[
			"llama.cpp's context",
			"openai",
			400,
			{
				error: {
					code: 400,
					message: "the request exceeds the available context size",
					type: "exceed_context_size_error",
				},
			},
			"prompt_too_long",
			"this_call",
			/exemplars\.count/,
		],
		[
			"Anthropic's context",
			"anthropic",
			400,
			anthropic("prompt is too long: 210000 tokens > 200000 maximum"),
			"prompt_too_long",
			"this_call",
			/exemplars\.count/,
		],
		[
			"a clip that is too large",
			"openai",
			413,
			openAi("Payload Too Large", null),
			"request_too_large",
			"this_call",
			/caption\.seconds/,
		],
		[
			"OpenAI's quota",
			"openai",
			429,
			openAi("You exceeded your current quota", "insufficient_quota"),
			"quota_used_up",
			"every_call",
			/same command continues/,
		],
		[
			"Google's quota of a minute, in the same words",
			"openai",
			429,
			{ error: { code: 429, message: "You exceeded your current quota" } },
			"rate_limited",
			"this_call",
			/languageModel\.concurrency/,
		],
		[
			"OpenAI's hard limit",
			"openai",
			400,
			openAi(
				"Billing hard limit has been reached",
				"billing_hard_limit_reached",
			),
			"quota_used_up",
			"every_call",
			/same command continues/,
		],
		[
			"Anthropic's credit",
			"anthropic",
			400,
			anthropic("Your credit balance is too low to access the Anthropic API."),
			"quota_used_up",
			"every_call",
			/same command continues/,
		],
		[
			"Anthropic's billing",
			"anthropic",
			403,
			anthropic("There is an issue with your payment.", "billing_error"),
			"quota_used_up",
			"every_call",
			/same command continues/,
		],
		...(
			[
				[
					"OpenAI",
					400,
					"Invalid value: 'input_audio'. Supported values are: 'text', 'image_url'.",
				],
				[
					"llama.cpp",
					500,
					"audio input is not supported - hint: you may need to provide the mmproj",
				],
				["vLLM", 400, "At most 0 audio(s) may be provided in one prompt."],
			] as const
		).map(
			([who, status, message]): [
				string,
				Asked,
				number,
				unknown,
				string,
				string,
				RegExp,
			] => [
				`a model that does not hear: ${who}`,
				"openai",
				status,
				openAi(message, null),
				"audio_unsupported",
				"unless_answered",
				/languageModel\.modules\.caption/,
			],
		),
		[
			"a prompt that OpenAI flags",
			"responses",
			400,
			openAi("Invalid prompt: your prompt was flagged", "invalid_prompt"),
			"reply_filtered",
			"this_call",
			/captions/,
		],
	])("%s", async (_, asked, status, body, code, reach, hint) => {
		const { error, record } = await errorOf(refused(status, body), asked);
		expect(error.code).toBe(code);
		expect(error.evidence).toMatchObject({ reach, httpStatus: status });
		expect(error.hint).toMatch(hint);
		expect(record?.outcome).toBe(
			code === "reply_filtered" ? "filtered" : "error",
		);
	});

	test("a parameter that is never taken ends the asking after one call", async () => {
		server.setScript(() =>
			refused(400, openAi("Unsupported parameter: 'seed'", null)),
		);
		const model = modelAt(server, "openai");
		for (const text of ["a", "b", "c"])
			await rejection(model.generate(request(text)), LanguageModelError);
		expect(server.requests).toHaveLength(1);
	});
});

describe("an error with HTTP 200", () => {
	const body = (value: unknown): FakeBehaviour => ({
		kind: "body",
		text: JSON.stringify(value),
	});
	test.each([
		[
			"LM Studio: the path is not one of its own",
			{ error: "Unexpected endpoint or method. (POST /chat/completions)" },
			"not_found",
			/with an error in place of a reply: Unexpected endpoint or method/,
			/end in \/v1/,
		],
		[
			"a router: the provider behind it has no money",
			{ error: { code: 402, message: "Insufficient credits" } },
			"quota_used_up",
			/Insufficient credits$/,
			/same command continues/,
		],
		[
			"a router: the provider behind it failed",
			{ error: { message: "Provider returned error" } },
			"server_error",
			/Provider returned error$/,
			/asks again/,
		],
	])("%s", async (_, value, code, message, hint) => {
		const { error, record } = await errorOf(body(value));
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.hint).toMatch(hint);
		expect(record).toMatchObject({
			outcome: "error",
			httpStatus: 200,
			reply: JSON.stringify(value),
		});
	});

	test("a reply beside an empty error is a reply", async () => {
		server.setScript(() =>
			body({
				error: null,
				choices: [{ message: { content: '{"sentences": ["a"]}' } }],
			}),
		);
		const { value } = await modelAt(server, "openai").generate(request());
		expect(value).toEqual({ sentences: ["a"] });
	});
});
