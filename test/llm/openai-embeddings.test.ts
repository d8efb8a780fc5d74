import { afterEach, beforeEach, expect, test } from "vitest";
import { InterruptedError, LanguageModelError } from "../../src/errors.ts";
import { createEmbeddingRequest } from "../../src/llm/openai-embeddings.ts";
import { vectorFromText } from "../support/fake-llm-answers.ts";
import {
	createGate,
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { rejection } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

const embedder = (more = {}) =>
	createEmbeddingRequest({
		baseUrl: server.openAiUrl,
		model: "embedder",
		apiKey: "sk-embed-0123456789",
		timeoutSeconds: 10,
		maxRetries: 0,
		...more,
	});

test("one vector per text, in order, in one request", async () => {
	const vectors = await embedder()(["a bell", "a dog", "a bell"]);
	expect(vectors).toEqual(["a bell", "a dog", "a bell"].map(vectorFromText));
	expect(server.requests.map(({ body }) => body)).toEqual([
		{
			model: "embedder",
			input: ["a bell", "a dog", "a bell"],
			encoding_format: "float",
		},
	]);
	expect(server.requests[0]?.headers.authorization).toBe(
		"Bearer sk-embed-0123456789",
	);
});

test("no texts, no request", async () => {
	expect(await embedder()([])).toEqual([]);
	expect(server.requests).toHaveLength(0);
});

test("vectors that come in another order are put in theirs", async () => {
	server.setScript(() => ({
		kind: "body",
		text: '{"data": [{"index": 1, "embedding": [2]}, {"index": 0, "embedding": [1]}]}',
	}));
	expect(await embedder()(["a", "b"])).toEqual([[1], [2]]);
});

const invalid: [string, FakeBehaviour, string, RegExp][] = [
	[
		"too few",
		{ kind: "vectors", vectors: [[1]] },
		"reply_invalid",
		/expected 2 vectors, got 1$/,
	],
	[
		"of different lengths",
		{ kind: "vectors", vectors: [[1], [1, 2]] },
		"reply_invalid",
		/expected vectors of one length, got 1 and 2$/,
	],
	[
		"empty",
		{ kind: "vectors", vectors: [[], []] },
		"reply_invalid",
		/one length, got 0 and 0$/,
	],
	[
		"not finite",
		{ kind: "vectors", vectors: [[1], [Number.NaN]] },
		"reply_invalid",
		/data\.1\.embedding\.0: /,
	],
	[
		"two for one text",
		{
			kind: "body",
			text: '{"data": [{"index": 0, "embedding": [2]}, {"index": 0, "embedding": [1]}]}',
		},
		"reply_invalid",
		/the vector of text 1 is missing$/,
	],
	[
		"no JSON",
		{ kind: "body", text: "<html>" },
		"reply_invalid",
		/it is not JSON$/,
	],
	[
		"401",
		{ kind: "status", status: 401, message: "bad sk-embed-0123456789" },
		"auth_failed",
		/HTTP 401: bad \[api key\]$/,
	],
	[
		"500",
		{ kind: "status", status: 500 },
		"server_error",
		/HTTP 500: scripted 500$/,
	],
	[
		"a dropped socket",
		{ kind: "drop" },
		"connection_failed",
		/cannot be reached/,
	],
];
test.each(invalid)("%s is an error", async (_, behaviour, code, message) => {
	server.setScript(() => behaviour);
	const error = await rejection(embedder()(["a", "b"]), LanguageModelError);
	expect(error.code).toBe(code);
	expect(error.message).toMatch(message);
	expect(error.hint).toBeTruthy();
	expect(JSON.stringify([error.evidence, error.stack])).not.toContain(
		"sk-embed",
	);
});

test("retries are the SDK's", async () => {
	server.setScript(({ index }) =>
		index === 0
			? { kind: "status", status: 503, headers: { "retry-after-ms": "1" } }
			: { kind: "reply" },
	);
	expect(await embedder({ maxRetries: 1 })(["a"])).toHaveLength(1);
});

test("interrupting cancels the request", async () => {
	const gate = createGate();
	server.setScript(async () => {
		await gate.opened;
		return { kind: "reply" };
	});
	const controller = new AbortController();
	const pending = embedder()(["a"], controller.signal);
	await server.arrived(1);
	controller.abort();
	await rejection(pending, InterruptedError);
	gate.open();
});
