/** What compatible servers say and want in words that OpenAI's own API does not have. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

test.each([
	["model_length", "reply_truncated", "truncated"],
	["max_tokens", "reply_truncated", "truncated"],
	["error", "server_error", "error"],
])(
	"finish reason %s is %s, even where plain text would do",
	async (finish, code, outcome) => {
		server.setScript(() => ({
			kind: "body",
			text: JSON.stringify({
				choices: [
					{
						finish_reason: finish,
						message: { role: "assistant", content: "A bell rings in the" },
					},
				],
			}),
		}));
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { reply: "text" });
		const error = await rejection(
			model.generate({
				...request(),
				fromText: (text) => ({ sentences: [text] }),
			}),
			LanguageModelError,
		);
		expect(error.code).toBe(code);
		expect(calls.records).toMatchObject([
			{ outcome, reply: "A bell rings in the", finishReason: finish },
		]);
	},
);

describe("a reply that is only reasoning", () => {
	test.each(["reasoning_content", "reasoning"])("in %s", async (field) => {
		server.setScript(() => ({
			kind: "body",
			text: JSON.stringify({
				choices: [
					{
						finish_reason: "stop",
						message: {
							content: null,
							[field]: '{"sentences": ["A bell rings."]}',
						},
					},
				],
				usage: { prompt_tokens: 7, completion_tokens: 9 },
			}),
		}));
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, "openai", calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("reply_empty");
		expect(error.message).toMatch(
			/has no text \(finish reason "stop"\), only reasoning: \{"sentences": \["A bell rings\."\]\}$/,
		);
		expect(error.hint).toContain("enable_thinking: false");
		expect(calls.records).toMatchObject([
			{ outcome: "empty", reply: "", inputTokens: 7, outputTokens: 9 },
		]);
	});

	test("beside a reply it is left out", async () => {
		server.setScript(() => ({
			kind: "body",
			text: JSON.stringify({
				choices: [
					{
						finish_reason: "stop",
						message: {
							content: '{"sentences": ["A bell rings."]}',
							reasoning_content: "Bells?",
						},
					},
				],
			}),
		}));
		const { value } = await modelAt(server, "openai").generate(request());
		expect(value).toEqual({ sentences: ["A bell rings."] });
	});
});

describe("the limit of a reply", () => {
	test.each([
		["a compatible server", {}, { max_tokens: 256 }],
		[
			"one that wants the newer name",
			{ max_completion_tokens: 300 },
			{ max_completion_tokens: 300 },
		],
		["one with a number of its own", { max_tokens: 9 }, { max_tokens: 9 }],
	])("%s", async (_, extraBody, expected) => {
		await modelAt(server, "openai", memoryCallStore(), { extraBody }).generate(
			request(),
		);
		const { max_tokens, max_completion_tokens } =
			server.requests[0]?.body ?? {};
		expect(
			JSON.parse(JSON.stringify({ max_tokens, max_completion_tokens })),
		).toEqual(expected);
	});

	test("of a choice by log-probabilities is one token all the same", async () => {
		const model = modelAt(server, "openai", memoryCallStore(), {
			extraBody: { max_completion_tokens: 300 },
			capabilities: {
				structuredOutput: "schema",
				logprobs: "top",
				audioInput: false,
				batch: false,
			},
		});
		await model.choose({
			operation: "choose",
			messages: [{ role: "user", content: "It is a bell." }],
			options: ["dog", "bell"],
		});
		expect(server.requests[0]?.body).toMatchObject({
			max_completion_tokens: 1,
			logprobs: true,
		});
		expect(server.requests[0]?.body).not.toHaveProperty("max_tokens");
	});
});
