/** The ways a model is asked: by schema, JSON, text and log-probabilities; what is sent, stored and made of the reply. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { schemaOnly } from "../../src/llm/capabilities.ts";
import type { Capabilities } from "../../src/llm/port.ts";
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

const holding = (
	structuredOutput: Capabilities["structuredOutput"],
): Capabilities => ({ ...schemaOnly, structuredOutput });

const formats = {
	openai: "response_format",
	responses: "text",
	anthropic: "output_config",
} as const;

describe.each(["openai", "responses", "anthropic"] as const)("%s", (name) => {
	test("the reply is held to as much as the server can; the call says to what", async () => {
		const sent = [];
		const records = [];
		server.setScript(() => ({ kind: "reply", text: '{"sentences": []}' }));
		for (const form of ["schema", "json", "none"] as const) {
			const calls = memoryCallStore();
			const capabilities = holding(form);
			await modelAt(server, name, calls, { capabilities }).generate(request());
			sent.push(JSON.stringify(server.requests.at(-1)?.body[formats[name]]));
			records.push(calls.records[0]);
		}
		expect(sent[0]).toContain("json_schema");
		expect(sent[1]).toEqual(
			name === "anthropic" ? undefined : expect.stringContaining("json_object"),
		);
		expect(sent[2]).toBeUndefined();
		expect(records.map((record) => record?.request)).toMatchObject([
			{},
			{ format: "json" },
			{ format: "text" },
		]);
		expect(new Set(records.map((record) => record?.key)).size).toBe(3);
	});

	test("a reply in a code fence is read, said to be repaired, and stored as it came", async () => {
		const text = '```json\n{"sentences": ["A bell rings."]}\n```';
		server.setScript(() => ({ kind: "reply", text }));
		const calls = memoryCallStore();
		const answer = await modelAt(server, name, calls).generate(request());
		expect(answer).toEqual({
			value: { sentences: ["A bell rings."] },
			callIds: [1],
			cached: false,
			repaired: true,
		});
		expect(calls.records[0]?.reply).toBe(text);
	});

	test("a reply that was cut and called complete is asked again, never completed", async () => {
		server.setScript(({ index }) => ({
			kind: "reply",
			text:
				index === 0 ? '{"sentences": ["A bell rings."' : '{"sentences": []}',
		}));
		const answer = await modelAt(server, name).generate(request());
		expect(answer).toMatchObject({ value: { sentences: [] }, callIds: [1, 2] });
	});

	test("a plain-text reply where it can be read; its second question asks for no JSON", async () => {
		server.setScript(({ index }) => ({
			kind: "reply",
			text: index === 0 ? "???" : "A bell.",
		}));
		const calls = memoryCallStore();
		const model = modelAt(server, name, calls, { reply: "text" });
		const answer = await model.generate({
			...request(),
			// Not a list: the schema refuses it.
			fromText: (text) =>
				({ sentences: text === "???" ? text : [text] }) as {
					sentences: string[];
				},
		});
		expect(answer.value).toEqual({ sentences: ["A bell."] });
		expect(server.requests.map(({ body }) => body[formats[name]])).toEqual([
			undefined,
			undefined,
		]);
		expect(server.requests[1]?.messages.at(-1)?.content).toMatch(
			/Reply with the answer and nothing else\.$/,
		);
		// What has no reader is asked for in JSON.
		await model.generate(request()).catch(() => undefined);
		expect(server.requests.at(-1)?.body[formats[name]]).toBeDefined();
	});
});

test("the second question tells a server that was not sent the schema what it is", async () => {
	server.setScript(() => ({ kind: "reply", text: "{}" }));
	for (const form of ["schema", "json"] as const)
		await modelAt(server, "openai", undefined, {
			capabilities: holding(form),
		})
			.generate(request())
			.catch(() => undefined);
	const [, held, , told] = server.requests.map(
		({ messages }) => messages.at(-1)?.content,
	);
	expect(held).toMatch(/one JSON object that fits the schema and nothing else/);
	expect(told).toMatch(
		/one JSON object that fits this JSON schema: \{"type":"object","properties":\{"sentences":/,
	);
});

describe("auto", () => {
	test.each([
		["schema", "json"],
		["json", "text"],
		["none", "text"],
	] as const)(
		"a server that holds replies to %s is asked for %s",
		(form, reply) => {
			const capabilities = holding(form);
			expect(modelAt(server, "openai", undefined, { capabilities }).reply).toBe(
				reply,
			);
			expect(
				modelAt(server, "openai", undefined, { capabilities, reply: "json" })
					.reply,
			).toBe("json");
		},
	);
});

describe("the Responses API", () => {
	test("is sent a strict schema, may not keep the reply, and is part of the key", async () => {
		const calls = memoryCallStore();
		await modelAt(server, "responses", calls).generate(request("1. a"));
		expect(server.requests[0]?.protocol).toBe("responses");
		expect(server.requests[0]?.body).toEqual({
			model: "test-model",
			input: request("1. a").messages,
			temperature: 0,
			max_output_tokens: 256,
			store: false,
			text: {
				format: {
					type: "json_schema",
					name: "summary",
					strict: true,
					schema: expect.objectContaining({ additionalProperties: false }),
				},
			},
		});
		expect(calls.records[0]?.request).toMatchObject({
			parameters: { api: "responses", temperature: 0, maxOutputTokens: 256 },
		});
		await modelAt(server, "openai", calls).generate(request("1. a"));
		expect(calls.records[1]?.key).not.toBe(calls.records[0]?.key);
	});

	test.each([
		[{ kind: "filtered" } as const, "reply_filtered", "filtered"],
		[
			{ kind: "failed", message: "out of capacity" } as const,
			"server_error",
			"error",
		],
	])("tells %o", async (behaviour, code, outcome) => {
		server.setScript(() => behaviour);
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, "responses", calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe(code);
		expect(calls.records).toMatchObject([{ outcome, httpStatus: 200 }]);
		if (code === "server_error")
			expect(error.message).toContain("out of capacity");
	});
});

test("further fields go into the body and the key", async () => {
	const calls = memoryCallStore();
	for (const asked of ["openai", "responses"] as const)
		for (const extraBody of [null, { cache_prompt: false }])
			await modelAt(server, asked, calls, { extraBody }).generate(request());
	expect(server.requests.map(({ body }) => body.cache_prompt)).toEqual([
		undefined,
		false,
		undefined,
		false,
	]);
	expect(new Set(calls.records.map(({ key }) => key)).size).toBe(4);
});

describe("choices", () => {
	const ask = {
		operation: "icl",
		messages: [{ role: "user", content: "It is a bell." }] as const,
		options: ["dog", "bell", "rain"],
	};
	const ranking: Capabilities = { ...schemaOnly, logprobs: "top" };

	test.each(["openai", "responses"] as const)(
		"%s: by the log-probabilities of labels, from one token",
		async (name) => {
			const calls = memoryCallStore();
			const model = modelAt(server, name, calls, { capabilities: ranking });
			const answer = await model.choose(ask);
			expect(answer.value).toEqual([
				{ option: "bell", probability: expect.closeTo(0.75, 12) },
				{ option: "rain", probability: expect.closeTo(0.25, 12) },
				{ option: "dog", probability: null },
			]);
			expect(server.requests[0]).toMatchObject({
				protocol: "openai",
				body: { logprobs: true, top_logprobs: 20, max_tokens: 1 },
			});
			expect(server.requests[0]?.body).not.toHaveProperty("response_format");
			expect(calls.records[0]?.request).toMatchObject({
				choose: "top_logprobs",
				options: ask.options,
			});
			expect(await model.choose(ask)).toEqual({ ...answer, cached: true });
			expect(server.requests).toHaveLength(1);
		},
	);

	test("more options than labels: by a schema", async () => {
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { capabilities: ranking });
		const options = Array.from({ length: 21 }, (_, index) => `o${index}`);
		const answer = await model.choose({ ...ask, options });
		expect(answer.value).toEqual([{ option: "o0", probability: null }]);
		expect(calls.records[0]?.request).toMatchObject({ choose: "schema" });
		await model.choose({ ...ask, options: options.slice(0, 20) });
		expect(calls.records[1]?.request).toMatchObject({ choose: "top_logprobs" });
	});

	test("a first word that is no label: asked again by a schema, and both calls are named", async () => {
		server.setScript(({ body }) =>
			body.logprobs === true
				? { kind: "logprobs", top: [{ token: "The", logprob: -0.1 }] }
				: { kind: "reply" },
		);
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { capabilities: ranking });
		expect(await model.choose(ask)).toEqual({
			value: [{ option: "bell", probability: null }],
			callIds: [1, 2],
			cached: false,
		});
		expect(await model.choose(ask)).toMatchObject({ cached: true });
		expect(server.requests).toHaveLength(2);
	});

	test("without a schema the options are in the words, and an option alone is an answer", async () => {
		server.setScript(() => ({ kind: "reply", text: "Bell." }));
		const model = modelAt(server, "openai", memoryCallStore(), {
			capabilities: holding("none"),
		});
		expect((await model.choose(ask)).value).toEqual([
			{ option: "bell", probability: null },
		]);
		expect(server.requests[0]?.messages[0]?.content).toContain(
			"- bell\n- rain",
		);
	});

	test.each(["eyes", "yesterday", "No, but yes."])(
		'"%s" is not a yes, however the model is asked',
		async (text) => {
			server.setScript(() => ({ kind: "reply", text }));
			for (const capabilities of [
				schemaOnly,
				holding("json"),
				holding("none"),
			]) {
				const error = await rejection(
					modelAt(server, "openai", memoryCallStore(), { capabilities }).choose(
						{
							...ask,
							options: ["yes", "no"],
						},
					),
					LanguageModelError,
				);
				expect(error.code).toBe("reply_invalid");
			}
		},
	);
});
