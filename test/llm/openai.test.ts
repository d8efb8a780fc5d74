/** What compatible servers say of a reply that broke off, in words that OpenAI's own API does not have. */
import { afterEach, beforeEach, expect, test } from "vitest";
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
