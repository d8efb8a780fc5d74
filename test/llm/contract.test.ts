/** One suite over every provider: what a module may rely on, whoever serves the model. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InterruptedError, LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { createReplayModel } from "../../src/llm/create.ts";
import {
	createGate,
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, providerOf, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(async () => {
	await server.close();
});

const answering = ["openai", "responses", "anthropic", "replay"] as const;
const online = ["openai", "responses", "anthropic"] as const;

describe.each(answering)("%s answers", (name) => {
	test("generate: an object that fits the schema, and the id of its stored call", async () => {
		const calls = memoryCallStore();
		const recorder = modelAt(
			server,
			name === "replay" ? "openai" : name,
			calls,
		);
		const live = await recorder.generate(request());
		const model =
			name === "replay"
				? createReplayModel({
						provider: "openai",
						model: "test-model",
						baseUrl: `${server.openAiUrl}/`,
						parameters: { temperature: 0, maxOutputTokens: 256 },
						calls,
					})
				: recorder;
		if (name === "replay") await server.close();
		const answer = await model.generate(request());
		expect(live).toEqual({
			value: { sentences: ["The sound has a clear bell in it."] },
			callIds: [1],
			cached: false,
		});
		expect(answer).toEqual({ ...live, cached: true });
		expect(server.requests).toHaveLength(1);
	});

	test("choose: one of the options, with no probability", async () => {
		const calls = memoryCallStore();
		const recorder = modelAt(
			server,
			name === "replay" ? "openai" : name,
			calls,
		);
		const ask = {
			operation: "choose",
			messages: [{ role: "user", content: "It is a bell." }] as const,
			options: ["dog", "bell", "rain"],
		};
		const live = await recorder.choose(ask);
		const model =
			name === "replay"
				? createReplayModel({
						provider: "openai",
						model: "test-model",
						baseUrl: server.openAiUrl,
						parameters: { temperature: 0, maxOutputTokens: 256 },
						calls,
					})
				: recorder;
		expect(live.value).toEqual([{ option: "bell", probability: null }]);
		expect(await model.choose(ask)).toEqual({ ...live, cached: true });
		expect(calls.records[0]?.request).toMatchObject({ choose: "schema" });
	});

	test("choose: fewer than two options, or equal ones, are the caller's mistake", async () => {
		const model =
			name === "replay"
				? createReplayModel({
						provider: "openai",
						model: "m",
						parameters: { temperature: 0, maxOutputTokens: 256 },
						calls: memoryCallStore(),
					})
				: modelAt(server, name);
		const error = await rejection(
			model.choose({ operation: "x", messages: [], options: ["a", "a"] }),
			TypeError,
		);
		expect(error.message).toBe(
			'Expected `options` to be at least two different texts, got `["a","a"]`',
		);
	});
});

test("replay: a call that was not recorded is an error, and is not recorded as one", async () => {
	const calls = memoryCallStore();
	const model = createReplayModel({
		provider: "anthropic",
		model: "some-model",
		parameters: { temperature: 0, maxOutputTokens: 256 },
		calls,
	});
	const error = await rejection(model.generate(request()), LanguageModelError);
	expect(error.code).toBe("replay_miss");
	expect(error.message).toMatch(
		/^this summarize call is not in the store: expected a recorded reply of anthropic model "some-model" at https:\/\/api\.anthropic\.com under key [0-9a-f]{12}, got none$/,
	);
	expect(error.hint).toContain("recorded calls only");
	expect(calls.records).toHaveLength(0);
});

describe.each(online)("%s fails", (name) => {
	type Case = {
		readonly behaviour: FakeBehaviour;
		readonly code: string;
		readonly outcome: string;
		readonly message: RegExp;
		readonly status: number | null;
		readonly reply?: RegExp;
	};
	const status = (code: number, message: string): FakeBehaviour => ({
		kind: "status",
		status: code,
		message,
	});
	const cases: Record<string, Case> = {
		"a wrong key": {
			behaviour: status(401, "Incorrect API key"),
			code: "auth_failed",
			outcome: "error",
			message: /answered HTTP 401: Incorrect API key$/,
			status: 401,
			reply: /Incorrect API key/,
		},
		"a forbidden model": {
			behaviour: status(403, "no access"),
			code: "forbidden",
			outcome: "error",
			message: /answered HTTP 403: no access$/,
			status: 403,
		},
		"an unknown model": {
			behaviour: status(404, "no such model"),
			code: "not_found",
			outcome: "error",
			message: /answered HTTP 404: no such model$/,
			status: 404,
		},
		"too many requests": {
			behaviour: status(429, "slow down"),
			code: "rate_limited",
			outcome: "error",
			message: /answered HTTP 429: slow down$/,
			status: 429,
		},
		"a request it does not take": {
			behaviour: status(400, "unknown parameter"),
			code: "bad_request",
			outcome: "error",
			message: /answered HTTP 400: unknown parameter$/,
			status: 400,
		},
		"any other 4xx": {
			behaviour: status(422, "unprocessable"),
			code: "bad_request",
			outcome: "error",
			message: /answered HTTP 422: unprocessable$/,
			status: 422,
		},
		"a fault of the server": {
			behaviour: status(500, "boom"),
			code: "server_error",
			outcome: "error",
			message: /answered HTTP 500: boom$/,
			status: 500,
		},
		"a dropped socket": {
			behaviour: { kind: "drop" },
			code: "connection_failed",
			outcome: "error",
			message: /cannot be reached: /,
			status: null,
		},
		"a socket dropped in mid-body": {
			behaviour: { kind: "drop-mid-body" },
			code: "connection_failed",
			outcome: "error",
			message: /cannot be reached: /,
			status: null,
		},
		"a refusal": {
			behaviour: { kind: "refused", text: "I will not." },
			code: "reply_refused",
			outcome: "refused",
			message: /refused to answer: I will not\.$/,
			status: 200,
			reply: /^I will not\.$/,
		},
		"a reply cut by the token limit": {
			behaviour: { kind: "truncated", text: '{"sentences": ["A be' },
			code: "reply_truncated",
			outcome: "truncated",
			message:
				/was cut: expected it to end within 256 tokens, got finish reason "(length|max_tokens|max_output_tokens)"$/,
			status: 200,
			reply: /^\{"sentences": \["A be$/,
		},
		"an empty reply": {
			behaviour: { kind: "empty" },
			code: "reply_empty",
			outcome: "empty",
			message: /has no text \(finish reason "(stop|end_turn|completed)"\)$/,
			status: 200,
		},
		"a body that is not JSON": {
			behaviour: {
				kind: "body",
				text: '{"choices": [',
				type: "application/json",
			},
			code: "reply_invalid",
			outcome: "error",
			message: /sent a body that is not the protocol's: it is not JSON$/,
			status: 200,
			reply: /^\{"choices": \[$/,
		},
		"a web page": {
			behaviour: {
				kind: "body",
				text: "<html>login</html>",
				type: "text/html",
			},
			code: "reply_invalid",
			outcome: "error",
			message: /it is not JSON$/,
			status: 200,
		},
		"a body of another protocol": {
			behaviour: { kind: "body", text: '{"result": "hello"}' },
			code: "reply_invalid",
			outcome: "error",
			message: /not the protocol's: (choices|content|output): /,
			status: 200,
		},
	};
	test.each(Object.entries(cases))("%s", async (_, expected) => {
		server.setScript(() => expected.behaviour);
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, name, calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe(expected.code);
		expect(error.message).toMatch(expected.message);
		expect(error.hint).toBeTruthy();
		expect(calls.records).toHaveLength(1);
		const record = calls.records[0];
		expect(record).toMatchObject({
			operation: "summarize",
			provider: providerOf(name),
			model: "test-model",
			outcome: expected.outcome,
			httpStatus: expected.status,
			requestId: expected.status === null ? null : "req-0",
			sampleIndex: 0,
		});
		expect(record?.error).toMatchObject({
			name: "LanguageModelError",
			code: expected.code,
			message: error.message,
		});
		expect(error.evidence).toMatchObject({
			provider: providerOf(name),
			model: "test-model",
			callKey: record?.key,
			httpStatus: expected.status,
			callIds: [1],
		});
		if (expected.reply !== undefined) {
			expect(record?.reply).toMatch(expected.reply);
			expect(error.evidence?.text).toMatch(expected.reply);
		}
		// None of them is served: the next run asks again.
		server.setScript(() => ({ kind: "reply" }));
		const again = await modelAt(server, name, calls).generate(request());
		expect(again).toMatchObject({ callIds: [2], cached: false });
	});

	test("a server that is not there", async () => {
		await server.close();
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, name, calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("connection_failed");
		expect(error.message).toMatch(/ECONNREFUSED/);
		expect(error.hint).toContain("languageModel.baseUrl");
		expect(calls.records).toMatchObject([{ outcome: "error", reply: null }]);
	});

	test.each([
		["before its headers", null],
		["in mid-body", { kind: "stall-mid-body" } as const],
	])("a reply that stalls %s", async (_, behaviour) => {
		const gate = createGate();
		server.setScript(async () => {
			if (behaviour !== null) return behaviour;
			await gate.opened;
			return { kind: "drop" };
		});
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, name, calls, { timeoutSeconds: 0.2 }).generate(request()),
			LanguageModelError,
		);
		gate.open();
		expect(error.code).toBe("timeout");
		expect(error.message).toMatch(/did not answer within 0\.2 s$/);
		expect(calls.records).toMatchObject([
			{ outcome: "error", httpStatus: null },
		]);
	});

	test("the SDK's retries are the only ones: 429 with Retry-After, then a reply, is one stored call", async () => {
		server.setScript(({ index }) =>
			index < 2
				? { kind: "status", status: 429, headers: { "retry-after-ms": "1" } }
				: { kind: "reply" },
		);
		const calls = memoryCallStore();
		const model = modelAt(server, name, calls, { maxRetries: 2 });
		expect(await model.generate(request())).toMatchObject({ cached: false });
		expect(server.requests).toHaveLength(3);
		expect(calls.records).toMatchObject([
			{ outcome: "ok", requestId: "req-2" },
		]);
	});

	test("retries end at maxRetries; a 400 is not retried", async () => {
		server.setScript(() => ({
			kind: "status",
			status: 500,
			headers: { "retry-after-ms": "1" },
		}));
		const model = modelAt(server, name, memoryCallStore(), { maxRetries: 2 });
		await rejection(model.generate(request("a")), LanguageModelError);
		expect(server.requests).toHaveLength(3);
		server.setScript(() => ({ kind: "status", status: 400 }));
		await rejection(model.generate(request("b")), LanguageModelError);
		expect(server.requests).toHaveLength(4);
	});

	test("a Retry-After longer than the timeout is not waited for, and is told", async () => {
		server.setScript(() => ({
			kind: "status",
			status: 429,
			headers: { "retry-after": "86400" },
		}));
		const model = modelAt(server, name, memoryCallStore(), { maxRetries: 2 });
		const error = await rejection(
			model.generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("rate_limited");
		expect(error.hint).toContain("Retry-After: 86400");
		expect(server.requests).toHaveLength(1);
	});

	test("a Retry-After that is a date far away ends the asking, as one in seconds does", async () => {
		server.setScript(() => ({
			kind: "status",
			status: 429,
			headers: {
				date: "Tue, 06 Jan 2026 10:00:00 GMT",
				"retry-after": "Wed, 07 Jan 2026 10:00:00 GMT",
			},
		}));
		const model = modelAt(server, name, memoryCallStore(), { maxRetries: 2 });
		const first = await rejection(
			model.generate(request("a")),
			LanguageModelError,
		);
		expect(first.evidence).toMatchObject({ reach: "every_call" });
		expect(first.hint).toContain("Run the same command then");
		await rejection(model.generate(request("b")), LanguageModelError);
		expect(server.requests).toHaveLength(1);
	});

	test("interrupting between the SDK's retries does not wait for them", async () => {
		server.setScript(() => ({
			kind: "status",
			status: 429,
			headers: { "retry-after": "15" },
		}));
		const controller = new AbortController();
		const calls = memoryCallStore();
		const model = modelAt(server, name, calls, { maxRetries: 1 });
		const pending = model.generate(request(), { signal: controller.signal });
		await server.arrived(1);
		controller.abort();
		expect((await rejection(pending, InterruptedError)).code).toBe(
			"interrupted",
		);
		expect(calls.records).toHaveLength(0);
	});

	test("the key is sent, and is nowhere else", async () => {
		const apiKey = "sk-planted-9f8e7d6c5b4a";
		const calls = memoryCallStore();
		const errors: unknown[] = [];
		const behaviours: FakeBehaviour[] = [
			{ kind: "status", status: 401, message: `bad key ${apiKey} given` },
			{ kind: "status", status: 500, message: apiKey, code: apiKey },
			{ kind: "body", text: `<p>${apiKey}</p>` },
			{ kind: "refused", text: `no ${apiKey}` },
			{ kind: "truncated", text: `{"sentences": ["${apiKey}` },
			{ kind: "reply", text: `{"sentences": ["${apiKey}"], "other": 1}` },
			{ kind: "reply", text: `not JSON ${apiKey}` },
			{ kind: "drop" },
		];
		const values: unknown[] = [];
		for (const [index, behaviour] of behaviours.entries()) {
			server.setScript(() => behaviour);
			const model = modelAt(server, name, calls, { apiKey: `${apiKey}\n` });
			await model
				.generate(request(`text ${index} with ${apiKey} in it`))
				.then((answer) => values.push(answer))
				.catch((error: unknown) => errors.push(error));
		}
		expect(errors).toHaveLength(7);
		expect(JSON.stringify(values)).toContain("[api key]");
		const sent = server.requests[0]?.headers;
		expect(`${sent?.authorization}${sent?.["x-api-key"]}`).toContain(apiKey);
		const seen = [
			calls.records,
			[...calls.rejected.values()],
			values,
			errors.map(everything),
		];
		expect(JSON.stringify(seen)).not.toContain(apiKey);
		expect(JSON.stringify(seen)).not.toContain("9f8e7d6c");
	});
});

/** All that hangs on an error: message, stack, hint, evidence, causes. */
function everything(error: unknown): unknown {
	if (!(error instanceof Error)) return error;
	const own = Object.fromEntries(
		Object.getOwnPropertyNames(error).map((name) => [
			name,
			Reflect.get(error, name),
		]),
	);
	return { ...own, cause: everything(error.cause) };
}
