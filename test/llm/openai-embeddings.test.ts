import { afterEach, beforeEach, expect, test } from "vitest";
import {
	BudgetReachedError,
	ConfigError,
	InterruptedError,
	LanguageModelError,
} from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { createLedger } from "../../src/llm/ledger.ts";
import { createEmbeddingRequest } from "../../src/llm/openai-embeddings.ts";
import type { Prices } from "../../src/llm/prices.ts";
import { recordedKey } from "../../src/llm/recorded-key.ts";
import type { CallCharge } from "../../src/types.ts";
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

/** Calls in memory with what they are charged, and the ledger of a run that may spend `tokens`. */
function charged(tokens: number | null) {
	const memory = memoryCallStore();
	const charges: CallCharge[] = [];
	const prices: Prices = {
		of: () => ({
			price: {
				input: 2,
				output: 0,
				batchFactor: 1,
				asOf: "2026-01-01",
				source: "a test",
			},
			reason: null,
		}),
	};
	const ledger = createLedger({
		store: null,
		prices,
		budget: { usd: null, tokens, calls: null },
	});
	ledger.begin("run");
	const calls: typeof memory = {
		...memory,
		recordCall: (record, charge) => {
			if (charge !== undefined) charges.push(charge);
			return memory.recordCall(record);
		},
	};
	return { calls, charges, ledger, records: memory.records };
}

test("a request is a call of its own: stored with its texts, not its vectors, and charged", async () => {
	const { calls, charges, ledger, records } = charged(null);
	await embedder({ calls, ledger })(["a bell", "a dog"]);
	const [record] = records;
	expect(record).toMatchObject({
		operation: "embed",
		model: "embedder",
		outcome: "ok",
		reply: '{"vectors":2,"dimensions":8}',
		inputTokens: 1,
		outputTokens: 0,
		request: {
			messages: [
				{ role: "user", content: "a bell" },
				{ role: "user", content: "a dog" },
			],
		},
	});
	// So that it can be taken over by another store.
	expect(record && recordedKey(record)).toBe(record?.key);
	expect(charges).toMatchObject([
		{ run: "run", inputTokens: 1, outputTokens: 0, usd: 2e-6 },
	]);
});

test("an empty text does not use up the budget of those after it", async () => {
	const { calls, ledger } = charged(1000);
	const embed = embedder({ calls, ledger });
	await embed([""]);
	await expect(embed(["rain"])).resolves.toHaveLength(1);
	expect(ledger.spent().tokens).toBeLessThan(1000);
});

test("the budget is kept before anything is sent", async () => {
	// "a bell" is estimated as two tokens.
	const { calls, ledger } = charged(3);
	const embed = embedder({ calls, ledger });
	await embed(["a bell"]);
	await embed(["a bell"]);
	await rejection(embed(["a bell"]), BudgetReachedError);
	expect(server.requests).toHaveLength(2);
	expect(ledger.spent()).toMatchObject({ calls: 2, tokens: 2 });
});

test("a failed request is stored too, and one that got no reply is charged with the most it can have cost", async () => {
	const { calls, charges, ledger, records } = charged(null);
	server.setScript(({ index }) =>
		index === 0 ? { kind: "status", status: 500 } : { kind: "drop" },
	);
	const embed = embedder({ calls, ledger });
	const error = await rejection(embed(["a bell"]), LanguageModelError);
	expect(error.evidence?.callIds).toEqual([1]);
	await rejection(embed(["a bell"]), LanguageModelError);
	expect(records.map(({ outcome }) => outcome)).toEqual(["error", "error"]);
	expect(charges).toMatchObject([
		{ inputTokens: 0, usd: 0 },
		{ inputTokens: 2, estimated: true, unanswered: { requests: 1, tokens: 2 } },
	]);
});

test("a budget in dollars needs a price", () => {
	const ledger = createLedger({
		store: null,
		prices: { of: () => ({ price: null, reason: "no price" }) },
		budget: { usd: 1, tokens: null, calls: null },
	});
	expect(() => embedder({ ledger })).toThrow(
		expect.objectContaining({
			constructor: ConfigError,
			code: "price_unknown",
		}),
	);
});
