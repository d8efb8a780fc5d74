import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { identityOf } from "../../src/llm/identity.ts";

const options = {
	provider: "openai",
	model: "gpt-4.1-mini",
	parameters: { temperature: 0, maxOutputTokens: 9 },
} as const;
const local = "http://localhost:1/v1";
const seeded = { ...options.parameters, seed: 3 };

describe("the API of an OpenAI-compatible server", () => {
	test.each([
		["OpenAI's own address", {}, "responses"],
		[
			"a seed, which the Responses API does not take",
			{ parameters: seeded },
			"chat",
		],
		["any other address", { baseUrl: local }, "chat"],
		["chat by hand", { api: "chat" }, "chat"],
		["responses by hand", { baseUrl: local, api: "responses" }, "responses"],
	] as const)("%s", (_, more, api) => {
		const found = identityOf({ ...options, ...more });
		expect(found.api).toBe(api);
		// Chat keeps the keys that calls had before there was another API.
		expect(found.identity.parameters).toEqual({
			...(api === "responses" ? { api } : {}),
			...("parameters" in more ? more.parameters : options.parameters),
		});
	});

	test("a seed for the Responses API is refused", () => {
		const ask = () =>
			identityOf({ ...options, api: "responses", parameters: seeded });
		expect(ask).toThrow(ConfigError);
		expect(ask).toThrow("OpenAI's Responses API takes no seed, got 3");
	});

	test("anthropic has one API, and takes neither seed nor further fields into its key", () => {
		expect(
			identityOf({
				...options,
				provider: "anthropic",
				parameters: seeded,
				extraBody: { a: 1 },
			}),
		).toEqual({
			api: "messages",
			temperature: null,
			identity: {
				provider: "anthropic",
				model: "gpt-4.1-mini",
				baseUrl: "https://api.anthropic.com",
				parameters: { maxOutputTokens: 9 },
			},
		});
	});
});

describe("the temperature of OpenAI's reasoning models, which take none", () => {
	const sent = (model: string, temperature: number | null, baseUrl?: string) =>
		identityOf({
			...options,
			model,
			baseUrl,
			parameters: { ...options.parameters, temperature },
		});

	test.each([
		["gpt-4.1", 0],
		["gpt-4o-mini-2024-07-18", 0],
		["ft:gpt-4o-mini:me::1", 0],
		["chatgpt-4o-latest", 0],
		["gpt-5-chat-latest", 0],
		["gpt-audio-mini", 0],
		["gpt-5-mini", null],
		["gpt-5.6", null],
		["o3", null],
		["o4-mini", null],
		["a-model-of-next-year", null],
	])("0 is sent to %s as %o", (model, expected) => {
		const found = sent(model, 0);
		expect(found.temperature).toBe(expected);
		expect("temperature" in (found.identity.parameters as object)).toBe(
			expected !== null,
		);
	});

	test("another one is sent as it is, and the server may refuse it", () => {
		expect(sent("gpt-5-mini", 0.7).temperature).toBe(0.7);
		expect(sent("gpt-4.1", null).temperature).toBeNull();
	});

	test("another server is another matter", () => {
		expect(sent("gpt-5-mini", 0, local).temperature).toBe(0);
	});
});
