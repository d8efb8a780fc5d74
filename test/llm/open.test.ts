/** What a server can do is found out once, kept, and never guessed from a failure that says nothing about it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
	CallDeferredError,
	InterruptedError,
	LanguageModelError,
	PrerequisiteError,
} from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import type { CapabilityStore } from "../../src/llm/capabilities.ts";
import {
	type OpenLanguageModelOptions,
	openLanguageModel,
	openReplayModel,
} from "../../src/llm/open.ts";
import {
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

function memoryCapabilities(): CapabilityStore & {
	readonly found: Map<string, string>;
} {
	const found = new Map<string, string>();
	return {
		found,
		readCapabilities: () => found,
		putCapability: (_, capability, value) => found.set(capability, value),
	};
}

const open = (more: Partial<OpenLanguageModelOptions> = {}) =>
	openLanguageModel({
		provider: "openai",
		model: "test-model",
		baseUrl: server.openAiUrl,
		apiKey: null,
		parameters: { temperature: 0, maxOutputTokens: 64 },
		concurrency: 2,
		timeoutSeconds: 10,
		maxRetries: 2,
		calls: memoryCallStore(),
		capabilities: memoryCapabilities(),
		...more,
	});

const status = (code: number): FakeBehaviour => ({
	kind: "status",
	status: code,
});
const reply = (text: string): FakeBehaviour => ({ kind: "reply", text });

/** What the server does with a request of each form. */
function serve(forms: {
	readonly schema: FakeBehaviour;
	readonly json: FakeBehaviour;
	readonly text: FakeBehaviour;
}): void {
	server.setScript(({ body }) => {
		const format = body.response_format as { type: string } | undefined;
		if (format === undefined) return forms.text;
		return format.type === "json_schema" ? forms.schema : forms.json;
	});
}

describe("structured output", () => {
	test("a server that answers in the schema: one request, kept, and never asked again", async () => {
		const capabilities = memoryCapabilities();
		const calls = memoryCallStore();
		const first = await open({ capabilities, calls });
		expect(first.capabilities).toEqual({
			structuredOutput: "schema",
			logprobs: "none",
			audioInput: false,
			batch: false,
		});
		expect(first.reply).toBe("json");
		expect([...capabilities.found]).toEqual([["structuredOutput", "schema"]]);
		expect(calls.records).toMatchObject([
			{ operation: "capability-probe", outcome: "ok" },
		]);
		await open({ capabilities, calls: memoryCallStore() });
		expect(server.requests).toHaveLength(1);
	});

	test.each([
		[
			"ignores the schema and answers JSON when told to",
			reply("Hello everybody!"),
			reply('{"colour": "red"}'),
			"json",
			2,
		],
		[
			"answers the schema's JSON mode in another shape",
			reply('{"greeting": "Hello!"}'),
			reply('{"a": 1}'),
			"json",
			2,
		],
		[
			"ignores both",
			reply("Hello everybody!"),
			reply("Here is a colour: red"),
			"none",
			2,
		],
		[
			"cuts its babble and calls it complete",
			reply("Hello, hello, hel"),
			reply('{"colour": "re'),
			"none",
			2,
		],
		[
			"cuts its babble and says so",
			{ kind: "truncated", text: "Hello, hel" } as const,
			{ kind: "truncated", text: "Here is" } as const,
			"none",
			2,
		],
		[
			"answers 400 for the schema",
			status(400),
			reply('{"colour": "red"}'),
			"json",
			2,
		],
		["answers 500 for both", status(500), status(500), "none", 3],
		["answers 501 for both", status(501), status(501), "none", 3],
		["answers 422 and 404", status(422), status(404), "none", 3],
	])("a server that %s", async (_, schema, json, expected, requests) => {
		serve({ schema, json, text: reply("Hello.") });
		const capabilities = memoryCapabilities();
		const model = await open({ capabilities });
		expect(model.capabilities.structuredOutput).toBe(expected);
		expect(model.reply).toBe("text");
		expect(capabilities.found.get("structuredOutput")).toBe(expected);
		// No retries, whatever the calls may have.
		expect(server.requests).toHaveLength(requests);
	});

	test.each([
		["too many requests", status(429), 1],
		["an empty reply", { kind: "empty" } as const, 1],
		["a server that answers 500 to all", status(500), 3],
	])(
		"%s says nothing about it: taken for a server with schemas, not kept",
		async (_, behaviour, requests) => {
			server.setScript(() => behaviour);
			const capabilities = memoryCapabilities();
			const model = await open({ capabilities });
			expect(model.capabilities.structuredOutput).toBe("schema");
			expect(capabilities.found.size).toBe(0);
			expect(server.requests).toHaveLength(requests);
		},
	);

	test.each([
		["a wrong key", status(401), "auth_failed", 1],
		["no money", status(402), "quota_used_up", 1],
		["no server", { kind: "drop" } as const, "connection_failed", 2],
		["an unknown model", status(404), "not_found", 3],
		["a model one may not use", status(403), "forbidden", 3],
	])(
		"%s is an error before any work, nothing is kept",
		async (_, behaviour, code, requests) => {
			server.setScript(() => behaviour);
			const capabilities = memoryCapabilities();
			const calls = memoryCallStore();
			const error = await rejection(
				open({ capabilities, calls }),
				LanguageModelError,
			);
			expect(error.code).toBe(code);
			expect(capabilities.found.size).toBe(0);
			expect(server.requests).toHaveLength(requests);
			expect(calls.records).toHaveLength(requests);
		},
	);

	test("a connection that is lost once is tried again", async () => {
		server.setScript(({ index }) =>
			index === 0 ? { kind: "drop" } : { kind: "reply" },
		);
		expect((await open()).capabilities.structuredOutput).toBe("schema");
	});

	test.each([
		["schema", "schema", "json_schema"],
		["json", "json", "json_object"],
		["text", "none", undefined],
	] as const)(
		"set to %s by hand: nothing is asked",
		async (set, expected, sent) => {
			const model = await open({ structuredOutput: set });
			expect(model.capabilities.structuredOutput).toBe(expected);
			expect(server.requests).toHaveLength(0);
			server.setScript(() => reply('{"sentences": []}'));
			await model.generate(request());
			const format = server.requests[0]?.body.response_format;
			expect((format as { type: string } | undefined)?.type).toBe(sent);
		},
	);

	test("the providers' own addresses are known", async () => {
		const own = { baseUrl: undefined, chooses: true };
		expect((await open({ ...own, model: "gpt-4.1" })).capabilities).toEqual({
			structuredOutput: "schema",
			logprobs: "top",
			audioInput: false,
			batch: true,
		});
		expect(
			(await open({ ...own, model: "o4-mini" })).capabilities.logprobs,
		).toBe("none");
		expect(
			(await open({ ...own, provider: "anthropic" })).capabilities,
		).toMatchObject({ structuredOutput: "schema", logprobs: "none" });
	});

	test("a model that puts its calls aside asks nothing; one that is interrupted stops", async () => {
		await open({ defer: () => undefined });
		expect(server.requests).toHaveLength(0);
		await rejection(open({ signal: AbortSignal.abort() }), InterruptedError);
		expect(server.requests).toHaveLength(0);
	});

	test("an Anthropic-compatible server is asked too", async () => {
		server.setScript(({ body }) =>
			"output_config" in body ? reply("Hello.") : reply('{"a": 1}'),
		);
		const model = await open({ provider: "anthropic", baseUrl: server.url });
		expect(model.capabilities.structuredOutput).toBe("json");
	});
});

describe("the Responses API of a server that has none", () => {
	test("is an error before any work", async () => {
		server.setScript(() => status(404));
		const error = await rejection(
			open({ api: "responses" }),
			PrerequisiteError,
		);
		expect(error.code).toBe("api_unsupported");
		expect(error.message).toBe(
			`${server.openAiUrl} takes no request of the Responses API for model "test-model": expected an answer, got a refusal of each`,
		);
		expect(error.hint).toContain("languageModel.api");
	});
});

describe("log-probabilities", () => {
	test("are asked for only when choices need them", async () => {
		const capabilities = memoryCapabilities();
		const model = await open({ capabilities, chooses: true });
		expect(model.capabilities.logprobs).toBe("top");
		expect(capabilities.found.get("logprobs")).toBe("top");
		expect(server.requests).toHaveLength(2);
		expect((await open({ capabilities })).capabilities.logprobs).toBe("none");
		expect(
			(await open({ capabilities, chooses: true })).capabilities.logprobs,
		).toBe("top");
		expect(server.requests).toHaveLength(2);
	});

	test.each([
		["answers without them", { kind: "reply-without-logprobs" } as const],
		["answers 400", status(400)],
		["answers 500", status(500)],
	])("a server that %s", async (_, behaviour) => {
		server.setScript(({ body }) =>
			body.logprobs === true ? behaviour : { kind: "reply" },
		);
		const capabilities = memoryCapabilities();
		const model = await open({ capabilities, chooses: true });
		expect(model.capabilities.logprobs).toBe("none");
		expect(capabilities.found.get("logprobs")).toBe("none");
	});
});

describe("a replay", () => {
	test("asks as the recorder did, by what was found out then", async () => {
		serve({
			schema: reply("Hello."),
			json: reply("Hello."),
			text: reply("The sound of a bell."),
		});
		const capabilities = memoryCapabilities();
		const calls = memoryCallStore();
		const asked = {
			...request(),
			fromText: (text: string) => ({ sentences: [text] }),
		};
		const live = await (await open({ capabilities, calls })).generate(asked);
		await server.close();
		const replay = openReplayModel({
			provider: "openai",
			model: "test-model",
			baseUrl: server.openAiUrl,
			parameters: { temperature: 0, maxOutputTokens: 64 },
			calls,
			capabilities,
		});
		expect(replay.reply).toBe("text");
		expect(await replay.generate(asked)).toEqual({ ...live, cached: true });
	});
});

test("in batches, a choice by log-probabilities is sent at once: a batch would be answered in words", async () => {
	const aside: unknown[] = [];
	const choice = {
		operation: "identify-concept",
		messages: [{ role: "user" as const, content: "Which is a colour?" }],
		options: ["red", "seven"],
	};
	const openIt = async (inBatches: boolean) =>
		open({
			chooses: true,
			structuredOutput: "schema",
			capabilities: await probed(),
			defer: (call) => aside.push(call),
			inBatches,
		});
	const probed = async () => {
		const capabilities = memoryCapabilities();
		await open({ chooses: true, structuredOutput: "schema", capabilities });
		return capabilities;
	};
	const model = await openIt(true);
	const before = server.requests.length;
	const { value } = await model.choose(choice);
	expect(value[0]?.probability).toBeGreaterThan(0);
	expect(server.requests).toHaveLength(before + 1);
	expect(aside).toEqual([]);
	await rejection(model.generate(request()), CallDeferredError);
	expect(aside).toHaveLength(1);
	const counting = await openIt(false);
	const sent = server.requests.length;
	await rejection(counting.choose(choice), CallDeferredError);
	expect(server.requests).toHaveLength(sent);
});
