import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, PrerequisiteError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { createLanguageModel } from "../../src/llm/create.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, request } from "./helpers.ts";

const options = {
	provider: "openai",
	model: "m",
	apiKey: null,
	parameters: { temperature: 0, maxOutputTokens: 64 },
	concurrency: 1,
	timeoutSeconds: 10,
	maxRetries: 0,
	calls: memoryCallStore(),
} as const;

function thrown(run: () => unknown): unknown {
	try {
		run();
	} catch (error) {
		return error;
	}
	throw new Error("expected it to throw");
}

describe("what is sent", () => {
	let server: FakeLlmServer;
	beforeEach(async () => {
		server = await startFakeLlmServer();
	});
	afterEach(() => server.close());

	test("openai: Chat Completions with a strict JSON schema", async () => {
		await modelAt(server, "openai", memoryCallStore(), {
			parameters: { temperature: 0.5, maxOutputTokens: 64, seed: 3 },
		}).generate(request("1. a"));
		expect(server.requests[0]?.body).toEqual({
			model: "test-model",
			messages: [
				{ role: "system", content: "State what is shared." },
				{ role: "user", content: "1. a" },
			],
			temperature: 0.5,
			seed: 3,
			max_tokens: 64,
			response_format: {
				type: "json_schema",
				json_schema: {
					name: "summary",
					strict: true,
					schema: expect.objectContaining({
						type: "object",
						required: ["sentences"],
						additionalProperties: false,
					}),
				},
			},
		});
	});

	test("openai: temperature null is left out", async () => {
		await modelAt(server, "openai", memoryCallStore(), {
			parameters: { temperature: null, maxOutputTokens: 64 },
		}).generate(request("1. a"));
		expect(server.requests[0]?.body).not.toHaveProperty("temperature");
		expect(server.requests[0]?.body).not.toHaveProperty("seed");
	});

	test("anthropic: Messages with the system text apart, an output format and no sampling parameters", async () => {
		await modelAt(server, "anthropic", memoryCallStore(), {
			parameters: { temperature: 0, maxOutputTokens: 64, seed: 3 },
		}).generate({
			...request("1. a"),
			messages: [
				{ role: "system", content: "State what is shared." },
				{ role: "user", content: "1. x" },
				{ role: "assistant", content: "{}" },
				{ role: "user", content: "1. a" },
			],
		});
		expect(server.requests[0]?.body).toEqual({
			model: "test-model",
			max_tokens: 64,
			system: "State what is shared.",
			messages: [
				{ role: "user", content: "1. x" },
				{ role: "assistant", content: "{}" },
				{ role: "user", content: "1. a" },
			],
			output_config: {
				format: {
					type: "json_schema",
					schema: expect.objectContaining({
						type: "object",
						required: ["sentences"],
						additionalProperties: false,
					}),
				},
			},
		});
	});

	test.each(["openai", "anthropic"] as const)(
		"%s: a server that needs no key gets a placeholder, never one from the environment",
		async (provider) => {
			await modelAt(server, provider, memoryCallStore(), {
				apiKey: "  ",
			}).generate(request());
			const { authorization, "x-api-key": key } =
				server.requests[0]?.headers ?? {};
			expect(authorization ?? key).toMatch(/^(Bearer )?none$/);
		},
	);
});

describe("what is refused", () => {
	test.each([
		["not a url", "is not a URL"],
		["ftp://host/v1", "starts with ftp://; expected http:// or https://"],
		["http://me:secret@host/v1", "contains a user name or password"],
		["http://host/v1?key=secret", "contains a query or fragment"],
	])("base URL %s", (baseUrl, problem) => {
		const error = thrown(() => createLanguageModel({ ...options, baseUrl }));
		expect(error).toBeInstanceOf(ConfigError);
		expect(error).toMatchObject({
			code: "base_url_invalid",
			message: `the base URL of the language model ${problem}`,
		});
		expect(JSON.stringify(error)).not.toContain("secret");
	});

	test("a temperature for anthropic", () => {
		const error = thrown(() =>
			createLanguageModel({
				...options,
				provider: "anthropic",
				parameters: { temperature: 0.7, maxOutputTokens: 64 },
			}),
		);
		expect(error).toBeInstanceOf(ConfigError);
		expect(error).toMatchObject({
			code: "parameter_unsupported",
			message:
				"the anthropic provider takes no temperature, got 0.7: its API refuses sampling parameters",
		});
	});

	test("a key that no header can carry, without showing it", () => {
		const error = thrown(() =>
			createLanguageModel({
				...options,
				apiKey: "sk–1234567890",
				apiKeyEnv: "LAB_KEY",
			}),
		);
		expect(error).toBeInstanceOf(PrerequisiteError);
		expect(error).toMatchObject({
			code: "api_key_invalid",
			message:
				"the API key in LAB_KEY has a character that cannot be sent: expected printable ASCII without spaces, character 3 of 13 is something else",
		});
	});

	test.each([
		[
			"concurrency",
			{ concurrency: 0 },
			'"auto" or an integer from 1 up, got `0`',
		],
		[
			"concurrency",
			{ concurrency: 1.5 },
			'"auto" or an integer from 1 up, got `1.5`',
		],
		[
			"timeoutSeconds",
			{ timeoutSeconds: Number.NaN },
			"a number from 0.001 up, got `NaN`",
		],
		["maxRetries", { maxRetries: -1 }, "an integer from 0 up, got `-1`"],
		[
			"maxOutputTokens",
			{ parameters: { temperature: 0, maxOutputTokens: 0 } },
			"an integer from 1 up, got `0`",
		],
		[
			"temperature",
			{ parameters: { temperature: -1, maxOutputTokens: 9 } },
			"a number from 0 up, got `-1`",
		],
	])("%s out of range", (name, more, expected) => {
		const error = thrown(() => createLanguageModel({ ...options, ...more }));
		expect(error).toBeInstanceOf(RangeError);
		expect(error).toMatchObject({
			message: `Expected \`${name}\` to be ${expected}`,
		});
	});
});
