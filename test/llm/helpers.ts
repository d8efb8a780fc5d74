/** Shared by the llm tests: a model over the fake server, and the error a promise rejects with. */
import { z } from "zod";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import {
	createLanguageModel,
	type LanguageModelOptions,
} from "../../src/llm/create.ts";
import type { ServerProvider } from "../../src/llm/identity.ts";
import type { GenerateRequest } from "../../src/llm/port.ts";
import type { FakeLlmServer } from "../support/fake-llm-server.ts";

export const summary = {
	name: "summary",
	zod: z.object({ sentences: z.array(z.string()) }),
};

export type SummaryRequest = GenerateRequest<{ sentences: string[] }>;

export function request(
	text = "1. a bell\n2. a bell\n3. a dog",
): SummaryRequest {
	return {
		operation: "summarize",
		messages: [
			{ role: "system", content: "State what is shared." },
			{ role: "user", content: text },
		],
		schema: summary,
	};
}

/** The ways a server is asked: `openai` is Chat Completions, `responses` OpenAI's other API. */
export type Asked = "openai" | "responses" | "anthropic";

export function providerOf(asked: Asked): ServerProvider {
	return asked === "anthropic" ? "anthropic" : "openai";
}

export function modelAt(
	server: Pick<FakeLlmServer, "url" | "openAiUrl">,
	asked: Asked,
	calls: CallStore = memoryCallStore(),
	more: Partial<LanguageModelOptions> = {},
): ReturnType<typeof createLanguageModel> {
	return createLanguageModel({
		provider: providerOf(asked),
		...(asked === "responses" ? { api: asked } : {}),
		model: "test-model",
		baseUrl: asked === "anthropic" ? server.url : server.openAiUrl,
		apiKey: "sk-test-0123456789",
		parameters: { temperature: 0, maxOutputTokens: 256 },
		concurrency: 4,
		timeoutSeconds: 20,
		maxRetries: 0,
		calls,
		...more,
	});
}

/** What the promise rejects with; fails the test when it resolves or rejects with anything but an Error. */
export async function rejection<E extends Error>(
	promise: Promise<unknown>,
	kind: abstract new (...parameters: never[]) => E,
): Promise<E> {
	const outcome = await promise.then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	if ("error" in outcome && outcome.error instanceof kind) return outcome.error;
	throw new Error(
		`expected a rejection with ${kind.name}, got ${JSON.stringify(outcome)}: ${"error" in outcome ? outcome.error : ""}`,
	);
}
