/** What is declared of the providers' own models. */
import { describe, expect, test } from "vitest";
import { declaredCapabilities } from "../../src/llm/capabilities.ts";

const openAi = (model: string) =>
	declaredCapabilities({
		provider: "openai",
		model,
		baseUrl: "https://api.openai.com/v1",
	});

describe("at OpenAI's own address", () => {
	test.each([
		["gpt-4.1-mini", "schema", "top", false],
		["ft:gpt-4o-mini:me::1", "schema", "top", false],
		["gpt-5-mini", "schema", "none", false],
		["o4-mini", "schema", "none", false],
		["gpt-audio", "none", "none", true],
		["gpt-4o-audio-preview", "none", "top", true],
	])(
		"%s: structured output %s, log-probabilities %s, hears: %s",
		(model, structuredOutput, logprobs, audioInput) => {
			expect(openAi(model)).toEqual({
				structuredOutput,
				logprobs,
				audioInput,
				batch: true,
			});
		},
	);
});

test("Anthropic's models report no log-probabilities; of another server nothing is known", () => {
	expect(
		declaredCapabilities({
			provider: "anthropic",
			model: "any",
			baseUrl: "https://api.anthropic.com",
		}),
	).toEqual({
		structuredOutput: "schema",
		logprobs: "none",
		audioInput: false,
		batch: true,
	});
	expect(
		declaredCapabilities({
			provider: "openai",
			model: "gpt-4.1",
			baseUrl: "http://localhost:1/v1",
		}),
	).toBeNull();
});
