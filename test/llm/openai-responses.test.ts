/** The parts of a Responses reply: only the answer itself is read. */
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

test("reasoning and remarks on the way are left out of plain text", async () => {
	const message = (phase: string | null, text: string) => ({
		type: "message",
		phase,
		content: [{ type: "output_text", text, annotations: [] }],
	});
	server.setScript(() => ({
		kind: "body",
		text: JSON.stringify({
			status: "completed",
			output: [
				{ type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
				message("commentary", "I compare the captions."),
				message("final_answer", "A bell rings. "),
				message(null, "It is loud."),
			],
		}),
	}));
	const { value } = await modelAt(server, "responses", undefined, {
		reply: "text",
	}).generate({
		...request(),
		fromText: (text) => ({ sentences: [text] }),
	});
	expect(value).toEqual({ sentences: ["A bell rings. It is loud."] });
});

/** A response whose text would do as it stands. */
function responseWith(more: object, message: object = {}): string {
	return JSON.stringify({
		output: [
			{
				type: "message",
				...message,
				content: [{ type: "output_text", text: "A bell rings in the" }],
			},
		],
		usage: { input_tokens: 7, output_tokens: 5 },
		...more,
	});
}

function askPlainly(calls = memoryCallStore()) {
	return modelAt(server, "responses", calls, { reply: "text" }).generate({
		...request(),
		fromText: (text) => ({ sentences: [text] }),
	});
}

// Statuses and reasons of the API's reference, and what a compatible server may leave out.
test.each([
	[{ status: "cancelled" }, {}, "server_error", "error"],
	[{ status: "queued" }, {}, "server_error", "error"],
	[{ status: "in_progress" }, {}, "server_error", "error"],
	[
		{ status: "failed", error: { code: "server_error", message: "Oh." } },
		{},
		"server_error",
		"error",
	],
	[{ status: "incomplete" }, {}, "reply_truncated", "truncated"],
	[
		{
			status: "incomplete",
			incomplete_details: { reason: "max_output_tokens" },
		},
		{},
		"reply_truncated",
		"truncated",
	],
	[
		{ status: "incomplete", incomplete_details: { reason: "content_filter" } },
		{},
		"reply_filtered",
		"filtered",
	],
	[
		{ status: "incomplete", incomplete_details: { reason: "another" } },
		{},
		"server_error",
		"error",
	],
	[{}, { status: "incomplete" }, "reply_truncated", "truncated"],
])("%j, message %j: %s", async (more, message, code, outcome) => {
	server.setScript(() => ({ kind: "body", text: responseWith(more, message) }));
	const calls = memoryCallStore();
	const error = await rejection(askPlainly(calls), LanguageModelError);
	expect(error.code).toBe(code);
	expect(calls.records).toMatchObject([
		{ outcome, reply: "A bell rings in the", inputTokens: 7, outputTokens: 5 },
	]);
});

test.each([{ status: "completed" }, { status: null }, {}])(
	"%j is complete",
	async (more) => {
		server.setScript(() => ({ kind: "body", text: responseWith(more) }));
		expect((await askPlainly()).value).toEqual({
			sentences: ["A bell rings in the"],
		});
	},
);
