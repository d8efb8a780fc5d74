/** Shared by the llm tests: a model over the fake server, and the error a promise rejects with. */
import { z } from "zod";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import {
	createLanguageModel,
	type LanguageModelOptions,
	type ProviderName,
} from "../../src/llm/create.ts";
import type { GenerateRequest, LanguageModel } from "../../src/llm/port.ts";
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

export function modelAt(
	server: Pick<FakeLlmServer, "url" | "openAiUrl">,
	provider: ProviderName,
	calls: CallStore = memoryCallStore(),
	more: Partial<LanguageModelOptions> = {},
): LanguageModel {
	return createLanguageModel({
		provider,
		model: "test-model",
		baseUrl: provider === "openai" ? server.openAiUrl : server.url,
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
