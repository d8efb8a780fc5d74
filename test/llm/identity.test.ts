import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { identityOf } from "../../src/llm/identity.ts";

const options = {
	provider: "openai",
	model: "m",
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
			identity: {
				provider: "anthropic",
				model: "m",
				baseUrl: "https://api.anthropic.com",
				parameters: { maxOutputTokens: 9 },
			},
		});
	});
});
