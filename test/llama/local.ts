/** The real model and the real server that `npm run test:llama` provides, and the provider over the one. */

import { z } from "zod";
import { llamaCppProvider } from "../../src/llm/llama-cpp.ts";
import type { LlamaCppOptions } from "../../src/llm/llama-cpp-identity.ts";
import type { Message } from "../../src/llm/port.ts";
import type { Provider, ProviderRequest } from "../../src/llm/provider.ts";
import { createScrub } from "../../src/llm/secrets.ts";

/** Path of the GGUF file. */
export const modelFile = provided("LLAMA_TEST_MODEL");

/** Base URL of the server, which ends in /v1. */
export const serverUrl = provided("LLAMA_TEST_SERVER");

function provided(name: string): string {
	const value = process.env[name];
	if (value === undefined)
		throw new Error(
			`${name} is not set: these tests run by npm run test:llama`,
		);
	return value;
}

/** One thread and a context of 2,048 tokens unless said otherwise. */
export function localProvider(
	options: Partial<LlamaCppOptions> = {},
): Provider {
	return llamaCppProvider({
		model: "smollm2",
		file: modelFile,
		threads: 1,
		contextSize: 2048,
		temperature: 0,
		seed: null,
		maxOutputTokens: 60,
		scrub: createScrub(null),
		...options,
	});
}

export const notAborted = new AbortController().signal;

/** Bounded, so that a reply of a model of any quality ends within 60 tokens. */
const sentences = z.object({ sentences: z.array(z.string().max(20)).max(1) });

/** A request of one user message. `zod`: default a list of sentences. */
export function requestOf(
	text: string,
	options: {
		readonly zod?: z.ZodType;
		readonly format?: ProviderRequest["format"];
		readonly sampleIndex?: number;
		readonly before?: readonly Message[];
	} = {},
): ProviderRequest {
	const zod = options.zod ?? sentences;
	const json = z.toJSONSchema(zod, { io: "input" });
	return {
		operation: "test",
		messages: [...(options.before ?? []), { role: "user", content: text }],
		schema: {
			name: "test",
			zod,
			json: JSON.parse(JSON.stringify(json)),
		},
		sampleIndex: options.sampleIndex ?? 0,
		format: options.format ?? "schema",
	};
}
