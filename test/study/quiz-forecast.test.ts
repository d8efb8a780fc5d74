/** The price of 1,000 clips counts what is sound as sound. */
import { expect, test } from "vitest";
import type { ModelCheck } from "../../src/modules/llm-check/check-model.ts";
import { forecastOf } from "../../src/study/quiz-forecast.ts";

const check = (
	use: ModelCheck["use"],
	usage: Partial<ModelCheck["usage"]> = {},
): ModelCheck => ({
	use,
	provider: "openai",
	model: "gpt-audio",
	quizVersion: 1,
	scores: [],
	usage: {
		calls: 10,
		inputTokens: 1000,
		outputTokens: 100,
		milliseconds: 5000,
		...usage,
	},
	ways: {},
	failures: {},
});

const price = {
	input: 1,
	output: 10,
	batchFactor: 1,
	asOf: "2026-11-01",
	source: "a test",
};
const forecast = (of: ModelCheck, audioInput?: number) =>
	forecastOf(
		of,
		{ concurrency: 4 },
		{
			price: audioInput === undefined ? price : { ...price, audioInput },
			reason: null,
		},
	);

test("sound at its own price; all of the input when nobody said how much of it", () => {
	// 100 times the ten calls: 20,000 tokens of text, 80,000 of sound, 10,000 out.
	expect(forecast(check("caption", { audioTokens: 800 }), 30).usd).toBeCloseTo(
		(20_000 + 80_000 * 30 + 10_000 * 10) / 1e6,
		9,
	);
	for (const usage of [{}, { audioTokens: 0 }])
		expect(forecast(check("caption", usage), 30).usd).toBeCloseTo(
			(100_000 * 30 + 10_000 * 10) / 1e6,
			9,
		);
	expect(forecast(check("summarize"), 30).usd).toBeCloseTo(
		(2 * (100_000 + 10_000 * 10)) / 1e6,
		9,
	);
});

test("without a price for sound there is none, and it says so", () => {
	expect(forecast(check("caption"))).toMatchObject({
		calls: 1000,
		secondsPerCall: 0.5,
		usd: null,
		noPrice: "the price table has no price for sound (audioInput)",
	});
	expect(forecast(check("caption", { inputTokens: null }), 30).noPrice).toBe(
		"the server does not say how many tokens a call used",
	);
});
