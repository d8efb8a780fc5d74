/** The price table: exact, dated versions, wildcards, the user's own before the shipped; unknown is said. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { costOf, dearest, loadPrices } from "../../src/llm/prices.ts";
import { rejection } from "./helpers.ts";

const folder = mkdtempSync(join(tmpdir(), "prices-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function table(text: string): string {
	const path = join(folder, "prices.yaml");
	writeFileSync(path, text);
	return path;
}

const openAi = (model: string, baseUrl = "https://api.openai.com/v1") => ({
	provider: "openai",
	baseUrl,
	model,
});

describe("the shipped table", () => {
	it.each([
		["gpt-4.1-mini", 0.4, 1.6],
		["gpt-4.1-mini-2025-04-14", 0.4, 1.6],
		["gpt-4.1", 2, 8],
	])("%s costs %s and %s", async (model, input, output) => {
		const { price } = (await loadPrices(null)).of(openAi(model));
		expect(price).toMatchObject({ input, output, batchFactor: 0.5 });
		expect(price?.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
		expect(price?.source).toContain("https://");
	});

	it.each([
		openAi("gpt-4.1-mini-tuned"),
		openAi("gpt-4.1-mini", "http://localhost:4000/v1"),
		openAi("toString"),
		{ ...openAi("gpt-4.1-mini"), baseUrl: "https://api.openai.com" },
	])("does not guess: %o", async (model) => {
		const { price, reason } = (await loadPrices(null)).of(model);
		expect(price).toBeNull();
		expect(reason).toBe(
			`no price for ${model.model} at ${model.baseUrl} in prices.yaml`,
		);
	});

	it.each([
		["gpt-audio", { audioInput: 32, audioTokensPerSecond: 10 }],
		["gpt-4.1-mini", { cachedInput: 0.1 }],
		["text-embedding-3-small", { input: 0.02, output: 0 }],
	])("%s has the prices of its parts", async (model, parts) => {
		const { price } = (await loadPrices(null)).of(openAi(model));
		expect({ ...price }).toMatchObject(parts);
	});

	it("a model that runs in this program costs nothing", async () => {
		const { price } = (await loadPrices(null)).of({
			provider: "llama-cpp",
			baseUrl: "anything",
			model: "anything",
		});
		expect(price).toMatchObject({ input: 0, output: 0 });
	});
});

describe("a table of one's own", () => {
	it("comes first, model by model", async () => {
		const prices = await loadPrices(
			table(`
- baseUrl: https://api.openai.com/v1/
  asOf: 2026-11-20
  source: my contract
  models:
    gpt-5: { input: 1, output: 2 }
- baseUrl: http://localhost:11434/v1
  asOf: 2026-11-20
  source: my own machine
  models:
    "*": { input: 0, output: 0 }
`),
		);
		expect(prices.of(openAi("gpt-5")).price).toMatchObject({
			input: 1,
			source: "my contract",
			batchFactor: 1,
		});
		expect(prices.of(openAi("gpt-4.1")).price).toMatchObject({ input: 2 });
		expect(
			prices.of(openAi("llama3", "http://localhost:11434/v1")).price?.output,
		).toBe(0);
	});

	it.each([
		["- models: {", "prices_invalid", /prices\.yaml:\d+:\d+: /],
		[
			"- baseUrl: http://a/v1\n  asOf: yesterday\n  source: x\n  models: {}",
			"prices_invalid",
			/prices\.yaml:2:9: \[0\]\.asOf: expected a day \(YYYY-MM-DD\), got "yesterday" \(text\)/,
		],
		[
			"- asOf: 2026-01-01\n  source: x\n  models: {}",
			"prices_invalid",
			/expected either baseUrl or provider/,
		],
		[
			"- provider: a\n  asOf: 2026-01-01\n  source: x\n  models: { m: { input: -1, output: 1 } }",
			"prices_invalid",
			/\[0\]\.models\.m\.input: expected a number from 0 up, got -1 \(number\)/,
		],
	])("with a mistake is refused: %j", async (text, code, message) => {
		const error = await rejection(loadPrices(table(text)), ConfigError);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
	});

	it("that is not there is said", async () => {
		const error = await rejection(
			loadPrices(join(folder, "none.yaml")),
			ConfigError,
		);
		expect(error.code).toBe("prices_unreadable");
	});
});

describe("costOf", () => {
	const parts = {
		input: 2,
		output: 8,
		cachedInput: 0.5,
		cacheWrite: 2.5,
		audioInput: 32,
		batchFactor: 0.5,
	};
	const of = { input: 1_000_000, output: 0 };

	it.each([
		[{ ...of }, 2],
		[{ ...of, cached: 400_000 }, 1.2 + 0.2],
		[{ ...of, cacheWrite: 400_000 }, 1.2 + 1],
		[{ ...of, audio: 400_000 }, 1.2 + 12.8],
		[{ ...of, cached: 800_000, audio: 400_000 }, 0.4 + 12.8],
	])("%j costs %d", (tokens, cost) => {
		expect(costOf(parts, tokens)).toBeCloseTo(cost, 12);
		expect(costOf(parts, tokens, { batch: true })).toBeCloseTo(cost / 2, 12);
	});

	it("of sound without a price is not known, unless the model is free", () => {
		const { audioInput: _, ...text } = parts;
		expect(costOf(text, { ...of, audio: 1 })).toBeNull();
		expect(costOf(text, of)).toBe(2);
		expect(costOf({ ...text, input: 0, output: 0 }, { ...of, audio: 1 })).toBe(
			0,
		);
	});

	it("parts without a price of their own cost what text costs", () => {
		const text = { input: 2, output: 8, batchFactor: 1 };
		const tokens = { ...of, cached: 300_000, cacheWrite: 300_000 };
		expect(costOf(text, tokens)).toBeCloseTo(2, 12);
	});

	it("property: dearest is never less than what a call with these tokens costs", () => {
		const usd = fc.double({ min: 0, max: 100, noNaN: true });
		const count = fc.nat(1000);
		fc.assert(
			fc.property(
				fc.record({
					input: usd,
					output: usd,
					cacheWrite: usd,
					batchFactor: fc.constant(1),
				}),
				usd,
				fc.record({
					plain: count,
					cached: count,
					cacheWrite: count,
					output: count,
				}),
				(price, cheaper, { plain, cached, cacheWrite, output }) => {
					const withCache = {
						...price,
						cachedInput: Math.min(cheaper, price.input),
					};
					const used = {
						input: plain + cached + cacheWrite,
						output,
						cached,
						cacheWrite,
					};
					const { input } = used;
					expect(costOf(withCache, used)).toBeLessThanOrEqual(
						(costOf(withCache, dearest(withCache, { input, output })) ?? 0) +
							1e-9,
					);
				},
			),
		);
	});

	it("is per million, and less in a batch", () => {
		const price = { input: 2, output: 8, batchFactor: 0.5 };
		const tokens = { input: 500_000, output: 250_000 };
		expect(costOf(price, tokens)).toBe(3);
		expect(costOf(price, tokens, { batch: true })).toBe(1.5);
	});
});
