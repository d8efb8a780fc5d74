/** The price of a ledger line: as it was when the calls were sent, and by the table of today where there was none. */
import { expect, test } from "vitest";
import { type LedgerSum, total, usdOfSum } from "../../src/llm/ledger-sums.ts";
import type { Prices } from "../../src/llm/prices.ts";

const prices: Prices = {
	of: ({ model }) =>
		model === "unknown"
			? { price: null, reason: "no price for unknown" }
			: {
					price: {
						input: 1e6,
						output: 2e6,
						cachedInput: 1e5,
						batchFactor: 0.5,
						asOf: "2026-01-01",
						source: "a test",
					},
					reason: null,
				},
};

const line = (changes: Partial<LedgerSum> = {}): LedgerSum => ({
	provider: "openai",
	baseUrl: "http://a",
	model: "m",
	calls: 3,
	inputTokens: 30,
	outputTokens: 6,
	usd: 7,
	unpricedInputTokens: 20,
	unpricedOutputTokens: 4,
	...changes,
});

test.each([
	["online", {}, 7 + 20 + 8],
	["in batches", { batch: true }, 7 + (20 + 8) / 2],
	["with a cache", { unpricedCachedTokens: 10 }, 7 + 10 + 1 + 8],
	[
		"when all had a price",
		{ unpricedInputTokens: 0, unpricedOutputTokens: 0 },
		7,
	],
])("%s", (_, changes, usd) => {
	expect(usdOfSum(line(changes), prices)).toEqual({ usd, reason: null });
});

test.each([
	[{ model: "unknown" }, "no price for unknown"],
	[{ unpricedAudioTokens: 5 }, "no price for sound sent to m"],
])("is not guessed: %j", (changes, reason) => {
	expect(usdOfSum(line(changes), prices)).toEqual({
		usd: null,
		reason: expect.stringContaining(reason),
	});
});

test("what has no price counts with what was known of it", () => {
	expect(total([line({ model: "unknown" }), line()], prices)).toEqual({
		calls: 6,
		tokens: 72,
		usd: 7 + 35,
	});
});
