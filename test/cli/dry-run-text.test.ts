/** What a dry run says: the quiz beside the calls of its module, no notes about calls that are not made, and budgets that cannot be kept. */
import { expect, test } from "vitest";
import { dryRunText } from "../../src/cli/dry-run-text.ts";
import type { DryRun } from "../../src/dissect/dry-run.ts";

const none = { least: 0, most: 0 };

const result: DryRun = {
	recorded: true,
	neurons: 2,
	triage: null,
	run: null,
	modules: [
		{
			module: "summarize",
			provider: "openai",
			model: "fake",
			calls: { least: 20, most: 20 },
			quizCalls: 16,
			served: 0,
			shared: 0,
			inputTokens: { least: 100, most: 100 },
			outputTokens: { least: 10, most: 10 },
			outputPerCall: { tokens: 150, from: "assumed" },
			usd: { least: 0.5, most: 0.5 },
			usdAtMost: 1,
			reason: null,
			batched: false,
			priceDay: "2026-11-01",
		},
		{
			module: "open-set-extraction",
			provider: "openai",
			model: "other",
			calls: none,
			quizCalls: 0,
			served: null,
			shared: null,
			inputTokens: none,
			outputTokens: none,
			outputPerCall: { tokens: 500, from: "assumed" },
			usd: none,
			usdAtMost: 0,
			reason: null,
			batched: false,
			priceDay: null,
		},
	],
	usd: { least: 0.5, most: 0.5 },
	usdAtMost: 1,
	unpriced: [],
	assumptions: [],
};

const noBudget = { usd: null, tokens: null, calls: null };

test("the quiz stands beside the calls of its module, and only calls have notes", () => {
	const lines = dryRunText(result, { budget: noBudget }).split("\n");
	expect(lines.find((line) => line.startsWith("module"))).toMatch(
		/new calls +of them quiz +from the store/,
	);
	expect(lines.find((line) => line.startsWith("summarize"))).toMatch(
		/fake +20 +16 +0 /,
	);
	expect(lines.filter((line) => line.startsWith("note"))).toEqual([
		"note       summarize: 150 tokens a reply are assumed, the store has none to go by",
	]);
});

test("a budget in dollars is not enough when a model has no price, also one that is asked nothing", () => {
	const budget = { ...noBudget, usd: 5 };
	expect(dryRunText(result, { budget })).toContain("usd 5 is enough");
	const text = dryRunText(
		{ ...result, unpriced: ["no price for other at http://a"] },
		{ budget },
	);
	expect(text).not.toContain("is enough");
	expect(text).toContain(
		"budget     usd 5 cannot be kept without a price: the run would refuse to start\n           no price for other at http://a",
	);
});
