/** Why Anthropic's Messages API says a reply ended, beyond what all providers have in common. */
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

async function failureOf(body: object) {
	server.setScript(() => ({
		kind: "body",
		text: JSON.stringify({
			usage: { input_tokens: 3, output_tokens: 2 },
			...body,
		}),
	}));
	const calls = memoryCallStore();
	const error = await rejection(
		modelAt(server, "anthropic", calls, { reply: "text" }).generate({
			...request(),
			fromText: (text) => ({ sentences: [text] }),
		}),
		LanguageModelError,
	);
	return { error, record: calls.records[0] };
}

const said = [{ type: "text", text: "A bell rings in the" }];

test.each([
	["max_tokens", "reply_truncated", "truncated"],
	["model_context_window_exceeded", "reply_truncated", "truncated"],
	["pause_turn", "reply_truncated", "truncated"],
	["refusal", "reply_refused", "refused"],
])(
	"stop reason %s is %s, even where plain text would do",
	async (stop_reason, code, outcome) => {
		const { error, record } = await failureOf({ content: said, stop_reason });
		expect(error.code).toBe(code);
		expect(record).toMatchObject({
			outcome,
			finishReason: stop_reason,
			reply: "A bell rings in the",
			inputTokens: 3,
			outputTokens: 2,
		});
	},
);

test("a refusal without a word is told with the API's explanation", async () => {
	const { error, record } = await failureOf({
		content: [],
		stop_reason: "refusal",
		stop_details: {
			type: "refusal",
			category: "bio",
			explanation: "The request could be misused.",
		},
	});
	expect(error.message).toMatch(
		/refused to answer: The request could be misused\.$/,
	);
	expect(record?.reply).toBe("The request could be misused.");
});

test("thinking is no part of the reply", async () => {
	server.setScript(() => ({
		kind: "body",
		text: JSON.stringify({
			content: [
				{ type: "thinking", thinking: "Bells?", signature: "x" },
				{ type: "redacted_thinking", data: "x" },
				{ type: "text", text: '{"sentences": ["A bell rings."]}' },
			],
			stop_reason: "end_turn",
			stop_details: null,
		}),
	}));
	const { value } = await modelAt(server, "anthropic").generate(request());
	expect(value).toEqual({ sentences: ["A bell rings."] });
});
