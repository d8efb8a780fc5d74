/** A reply holds its place in flight until it is committed, and nobody has it before: what a killed process asks again is never more than what may be in flight. */
import { expect, it } from "vitest";
import { createAsker } from "../../src/llm/ask.ts";
import { type Call, memoryCallStore } from "../../src/llm/calls.ts";
import { schemaOnly } from "../../src/llm/capabilities.ts";
import { createLimits } from "../../src/llm/limits.ts";
import type { Provider } from "../../src/llm/provider.ts";
import { createScrub } from "../../src/llm/secrets.ts";
import { request, summary } from "./helpers.ts";

function callOf(text: string): Call {
	const { operation, messages } = request(text);
	return {
		operation,
		messages,
		schema: { ...summary, json: {} },
		sampleIndex: 0,
		format: "schema",
	};
}

it("one request at a time: the second goes out when the first is committed, and each is committed before it is used", async () => {
	const events: string[] = [];
	const memory = memoryCallStore();
	const provider: Provider = {
		capabilities: schemaOnly,
		ask: async ({ messages }) => {
			events.push(`sent ${messages[1]?.content}`);
			return {
				outcome: "ok",
				text: '{"sentences":[]}',
				finishReason: "stop",
				requestId: null,
				httpStatus: 200,
				usage: { inputTokens: 1, outputTokens: 1 },
				failure: null,
			};
		},
	};
	const { ask } = createAsker({
		provider,
		identity: {
			provider: "openai",
			model: "small",
			baseUrl: "http://localhost:1/v1",
			parameters: {},
		},
		calls: {
			...memory,
			recordCalls: (entries) => {
				events.push(`committed ${entries.length}`);
				return entries.map(({ record }) => memory.recordCall(record));
			},
		},
		limiter: createLimits().of("http://localhost:1/v1", { concurrency: 1 }),
		maxOutputTokens: 10,
		elapsed: () => 0,
		scrub: createScrub(null),
	});
	const { signal } = new AbortController();
	await Promise.all(
		["a", "b"].map(async (text) => {
			const { id } = await ask(callOf(text), signal);
			events.push(`used ${id}`);
		}),
	);
	expect(events.filter((event) => !event.startsWith("used"))).toEqual([
		"sent a",
		"committed 1",
		"sent b",
		"committed 1",
	]);
	for (const id of [1, 2])
		expect(events.indexOf(`used ${id}`)).toBeGreaterThan(
			events.indexOf("committed 1", id === 1 ? 0 : 3),
		);
});
