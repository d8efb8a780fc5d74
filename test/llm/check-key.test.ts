/** A key that the provider does not know is found out before any work; anything else that goes wrong says nothing. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { InterruptedError, LanguageModelError } from "../../src/errors.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { createLanguageModel } from "../../src/llm/create.ts";
import { rejection } from "./helpers.ts";

afterEach(() => {
	vi.unstubAllGlobals();
});

const KEY = "sk-wrong-0123456789";

const model = (provider: "openai" | "anthropic", more: object = {}) =>
	createLanguageModel({
		provider,
		model: "test-model",
		apiKey: KEY,
		parameters: { temperature: 0, maxOutputTokens: 64 },
		concurrency: 1,
		timeoutSeconds: 20,
		maxRetries: 2,
		calls: memoryCallStore(),
		...more,
	});

/** In place of the network: answers every request, and keeps what was asked. */
function answering(
	answer: (signal: AbortSignal | null | undefined) => Promise<Response>,
): { readonly asked: string[] } {
	const asked: string[] = [];
	vi.stubGlobal("fetch", (input: string | URL, init?: RequestInit) => {
		asked.push(`${init?.method} ${input}`);
		return answer(init?.signal);
	});
	return { asked };
}

const json = (status: number, body: unknown) => async () =>
	new Response(JSON.stringify(body), {
		status,
		headers: { "content-type": "application/json" },
	});

const never = new AbortController().signal;
const check = (one: ReturnType<typeof model>, signal = never) =>
	one.checkKey?.(signal) ?? Promise.reject(new TypeError("no check"));

const openAi = {
	error: {
		message: `Incorrect API key provided: ${KEY}.`,
		type: "invalid_request_error",
		param: null,
		code: "invalid_api_key",
	},
};
const anthropic = {
	type: "error",
	error: { type: "authentication_error", message: "invalid x-api-key" },
};

describe("a key that is not known", () => {
	test.each([
		["openai", {}, openAi, "GET https://api.openai.com/v1/models"],
		["openai", { api: "chat" }, openAi, "GET https://api.openai.com/v1/models"],
		[
			"anthropic",
			{},
			anthropic,
			"GET https://api.anthropic.com/v1/models?limit=1",
		],
	] as const)(
		"%s %o: auth_failed after one request",
		async (provider, more, body, request) => {
			const { asked } = answering(json(401, body));
			const error = await rejection(
				check(model(provider, more)),
				LanguageModelError,
			);
			expect(error).toMatchObject({
				code: "auth_failed",
				evidence: { provider, httpStatus: 401, reach: "every_call" },
			});
			expect(error.hint).toContain(`${provider.toUpperCase()}_API_KEY`);
			expect(JSON.stringify([error.message, error.evidence])).not.toContain(
				KEY,
			);
			expect(asked).toEqual([request]);
		},
	);
});

describe("says nothing about the key", () => {
	test("a key that may only not list models, though OpenAI answers 401", async () => {
		answering(
			json(401, {
				error: {
					message:
						"You have insufficient permissions for this operation. Missing scopes: api.model.read.",
					type: "invalid_request_error",
					param: null,
					code: null,
				},
			}),
		);
		await check(model("openai"));
	});

	test.each([200, 403, 404, 429, 500])("HTTP %i", async (status) => {
		const { asked } = answering(json(status, openAi));
		await check(model("openai"));
		await check(model("anthropic"));
		expect(asked).toHaveLength(2);
	});

	test("no connection", async () => {
		answering(() => Promise.reject(new TypeError("fetch failed")));
		await check(model("openai"));
		await check(model("anthropic"));
	});

	test("a server that never answers, for as long as it is waited for", async () => {
		const long = vi
			.spyOn(AbortSignal, "timeout")
			.mockImplementation(() => AbortSignal.abort(new Error("waited")));
		answering(() => new Promise(() => undefined));
		await check(model("openai"));
		await check(model("anthropic"));
		expect(long.mock.calls).toEqual([[10_000], [10_000]]);
		long.mockRestore();
	});
});

test("an interrupted check is interrupted", async () => {
	answering(() => new Promise(() => undefined));
	const stop = new AbortController();
	const checked = check(model("openai"), stop.signal);
	stop.abort();
	await rejection(checked, InterruptedError);
});

test("other addresses are not asked: they may know no such list", () => {
	for (const provider of ["openai", "anthropic"] as const)
		expect(
			model(provider, { baseUrl: "http://localhost:1/v1" }).checkKey,
		).toBeUndefined();
});
