import { expect, test } from "vitest";
import { memoryCallStore } from "../../src/llm/calls.ts";
import { loadPrompts, promptNamed } from "../../src/prompts/load.ts";
import { startFakeLlmProcess } from "../support/fake-llm-process.ts";
import { modelAt, summary } from "./helpers.ts";

test("the fake server runs as its own process, answers the shipped summarize prompt and logs every request", async () => {
	const server = await startFakeLlmProcess({ apiKey: "sk-test-0123456789" });
	try {
		const prompt = promptNamed(await loadPrompts(), "summarize");
		const answer = await modelAt(server, "openai", memoryCallStore()).generate({
			operation: "summarize",
			messages: prompt.render({
				reply: "json",
				captions: ["a dull dog barks", "one dull dog", "a cat", "dull rain"],
			}),
			schema: summary,
		});
		expect(answer.value).toEqual({
			sentences: ["The sound has a clear dull in it."],
		});
		// The answer may be here before the other process has written that it sent it.
		await expect.poll(server.log, { timeout: 60_000 }).toMatchObject([
			{
				event: "received",
				index: 0,
				protocol: "openai",
				body: { model: "test-model" },
			},
			{ event: "answered", index: 0, kind: "reply" },
		]);
	} finally {
		await server.close();
	}
});
