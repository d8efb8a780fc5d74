/** What is found out about a real OpenAI-compatible server, and what it answers. Never that a reply is right. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LanguageModelError } from "../../src/errors.ts";
import { openLanguageModel } from "../../src/llm/open.ts";
import type { Store } from "../../src/store/store.ts";
import { rejection } from "../llm/helpers.ts";
import { temporaryStore } from "../support/temporary-store.ts";
import { serverUrl } from "./local.ts";

function open(
	store: Store,
	more: Partial<Parameters<typeof openLanguageModel>[0]> = {},
) {
	return openLanguageModel({
		provider: "openai",
		model: "smollm2",
		baseUrl: serverUrl,
		apiKey: null,
		parameters: { temperature: 0, maxOutputTokens: 40 },
		extraBody: { cache_prompt: false },
		concurrency: 1,
		timeoutSeconds: 120,
		maxRetries: 0,
		calls: store,
		capabilities: store,
		chooses: true,
		...more,
	});
}

const messages = [{ role: "user", content: "Say what rings." }] as const;

describe("a llama.cpp server", () => {
	it("holds replies to schemas and reports the likeliest tokens; it is asked once", async () => {
		const store = temporaryStore();
		const model = await open(store);
		expect(model.capabilities).toMatchObject({
			structuredOutput: "schema",
			logprobs: "top",
		});
		expect(model.reply).toBe("json");
		// Nothing listens there: what was found out is enough.
		const again = await open(store, {});
		expect(again.capabilities).toEqual(model.capabilities);

		const schema = {
			name: "sound",
			zod: z.object({ sound: z.enum(["bell", "dog"]), loud: z.boolean() }),
		};
		const made = await model.generate({ operation: "test", messages, schema });
		expect(schema.zod.parse(made.value)).toEqual(made.value);
		expect(made.cached).toBe(false);

		const options = ["a bell", "a dog", "rain"];
		const chosen = await model.choose({ operation: "test", messages, options });
		expect(chosen.value.map(({ option }) => option).sort()).toEqual(options);
		const known = chosen.value.flatMap(({ probability }) => probability ?? []);
		const total = known.reduce((sum, probability) => sum + probability, 0);
		if (known.length > 0) expect(total).toBeCloseTo(1, 9);

		const served = await again.choose({ operation: "test", messages, options });
		expect(served).toMatchObject({ value: chosen.value, cached: true });
	});

	it("gives the same bytes again when its prompt cache is left out", async () => {
		const zod = z.object({ text: z.string().max(20) });
		const text = async (content: string) => {
			const model = await open(temporaryStore(), {
				structuredOutput: "schema",
				chooses: false,
			});
			const { value } = await model.generate({
				operation: "test",
				messages: [{ role: "user", content }],
				schema: { name: "text", zod },
			});
			return value.text;
		};
		const question = "Reply with one word: what rings?";
		const first = await text(question);
		await text("Reply with one word: what barks?");
		expect(await text(question)).toBe(first);
	});

	it("a prompt that is too long is a failure with the server's reason, asked once", async () => {
		const store = temporaryStore();
		const model = await open(store, {
			structuredOutput: "schema",
			chooses: false,
		});
		const error = await rejection(
			model.generate({
				operation: "test",
				messages: [{ role: "user", content: "bell ".repeat(5000) }],
				schema: { name: "text", zod: z.object({ text: z.string() }) },
			}),
			LanguageModelError,
		);
		expect(error.code).toBe("prompt_too_long");
		expect(error.message).toMatch(/HTTP 400: .*context/);
		expect(error.evidence?.callIds).toHaveLength(1);
	});

	it("its Responses API does not hold replies to schemas, which is noticed", async () => {
		const model = await open(temporaryStore(), {
			api: "responses",
			chooses: false,
			extraBody: null,
		});
		expect(model.capabilities.structuredOutput).not.toBe("schema");
		expect(model.reply).toBe("text");
	});
});
