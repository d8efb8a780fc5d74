import { describe, expect, test } from "vitest";
import { z } from "zod";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { createLimits } from "../../src/llm/limits.ts";
import { createModel } from "../../src/llm/model.ts";
import type { Capabilities } from "../../src/llm/port.ts";
import type { Provider } from "../../src/llm/provider.ts";
import { unknownUsage } from "../../src/llm/provider.ts";
import { recordedKey } from "../../src/llm/recorded-key.ts";
import { createScrub } from "../../src/llm/secrets.ts";
import type { CallRecord } from "../../src/types.ts";

const server: Capabilities = {
	structuredOutput: "schema",
	logprobs: "none",
	audioInput: true,
	batch: false,
};

/** Everything a model records when it is asked in every way there is. */
async function recordsOf(
	capabilities: Capabilities,
	reply: "json" | "text",
): Promise<readonly CallRecord[]> {
	const calls = memoryCallStore();
	const answer = (text: string) =>
		Promise.resolve({
			outcome: "ok" as const,
			text,
			finishReason: "stop",
			requestId: null,
			httpStatus: 200,
			usage: unknownUsage,
			failure: null,
		});
	const provider: Provider = {
		capabilities,
		takesAudio: true,
		ask: ({ operation }) =>
			answer(operation === "choose" ? '{"choice":"b"}' : '{"said":"x"}'),
		rank:
			capabilities.logprobs === "none"
				? undefined
				: {
						way:
							capabilities.logprobs === "full"
								? "log_probabilities"
								: "top_logprobs",
						ask: () => answer('{"logProbabilities":[-1,-2]}'),
					},
	};
	const model = createModel({
		provider,
		identity: {
			provider: "openai",
			model: "small",
			baseUrl: "http://localhost:1/v1",
			parameters: { temperature: 0, maxOutputTokens: 9 },
		},
		calls,
		limiter: createLimits().of("test:", { concurrency: 1 }),
		maxOutputTokens: 9,
		elapsed: () => 0,
		scrub: createScrub(null),
		reply,
	});
	const messages = [
		{ role: "system", content: "Be brief." },
		{ role: "user", content: 'a "bell"\n\0 <|x|>' },
	] as const;
	const schema = { name: "said", zod: z.object({ said: z.string() }) };
	await model.generate({ operation: "say", messages, schema });
	await model.generate({
		operation: "say",
		messages,
		schema,
		fromText: (said) => ({ said }),
		sampleIndex: 3,
	});
	await model.generate({
		operation: "say",
		messages,
		schema,
		audio: [
			{
				format: "wav",
				hash: "hash",
				bytes: () => Promise.resolve(new Uint8Array([1])),
			},
		],
	});
	await model.choose({ operation: "choose", messages, options: ["a", "b"] });
	await model.choose({
		operation: "choose",
		messages,
		options: ["a", "b"],
		neutral: [{ role: "user", content: "nothing" }],
	});
	return calls.records;
}

describe("recordedKey", () => {
	test.each([
		["schema", "none", "json"],
		["json", "none", "json"],
		["none", "none", "text"],
		["schema", "top", "json"],
		["none", "full", "text"],
	] as const)(
		"is the key the call was recorded under: replies by %s, log-probabilities %s, read as %s",
		async (structuredOutput, logprobs, reply) => {
			const records = await recordsOf(
				{ ...server, structuredOutput, logprobs },
				reply,
			);
			expect(records.length).toBeGreaterThanOrEqual(3);
			for (const record of records)
				expect(recordedKey(record)).toBe(record.key);
		},
	);

	test("is another one when anything of the request was changed", async () => {
		const records = await recordsOf({ ...server, logprobs: "full" }, "json");
		expect(new Set(records.map(({ key }) => key)).size).toBe(records.length);
		const [record] = records;
		if (record === undefined) throw new Error("expected a record");
		const request = record.request as { readonly [key: string]: never };
		for (const changed of [
			{ ...record, model: "other" },
			{ ...record, provider: "anthropic" },
			{ ...record, baseUrl: "http://localhost:2/v1" },
			{ ...record, operation: "other" },
			{ ...record, sampleIndex: 1 },
			{ ...record, request: { ...request, messages: [] } },
			{ ...record, request: { ...request, schema: {} } },
			{ ...record, request: { ...request, parameters: {} } },
			{ ...record, request: { ...request, format: "text" } },
		])
			expect(recordedKey(changed)).not.toBe(record.key);
	});

	test("is null for a request this version does not write", async () => {
		const [record] = await recordsOf(server, "json");
		if (record === undefined) throw new Error("expected a record");
		for (const request of [
			null,
			"text",
			{},
			{ ...(record.request as object), later: 1 },
		])
			expect(recordedKey({ ...record, request })).toBeNull();
	});
});
