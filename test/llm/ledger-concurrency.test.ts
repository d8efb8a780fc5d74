/** The hard stop under concurrency: whatever calls cost, however many are in flight and in whatever order they end, the budget holds, nothing affordable is left, and a larger budget goes on. */

import { setMaxListeners } from "node:events";
import fc from "fast-check";
import { expect, it } from "vitest";
import { BudgetReachedError } from "../../src/errors.ts";
import type { Budget, Spent } from "../../src/llm/budget.ts";
import { createLedger, type LedgerStore } from "../../src/llm/ledger.ts";
import type { LedgerSum } from "../../src/llm/ledger-sums.ts";
import { costOf, type Prices, type Tokens } from "../../src/llm/prices.ts";
import { forEachLimited } from "../../src/shared/pool.ts";
import type { CallCharge } from "../../src/types.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);

const MODEL = { provider: "openai", baseUrl: "http://a", model: "m" };

/** What a store would say of these charges. */
function sumOf(charges: readonly CallCharge[]): LedgerSum {
	const sum = (of: (charge: CallCharge) => number): number =>
		charges.reduce((total, charge) => total + of(charge), 0);
	return {
		...MODEL,
		calls: charges.length,
		inputTokens: sum(({ inputTokens }) => inputTokens),
		outputTokens: sum(({ outputTokens }) => outputTokens),
		usd: sum(({ usd }) => usd ?? 0),
		unpricedInputTokens: 0,
		unpricedOutputTokens: 0,
	};
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const call = fc.record({
	input: fc.integer({ min: 1, max: 2000 }),
	output: fc.integer({ min: 1, max: 2000 }),
	/** Of the worst case, what the call uses in truth, and how much of its input the provider had in its cache. */
	usedIn: share,
	usedOut: share,
	cached: share,
	/** Requests that get no reply before one does. */
	lost: fc.constantFrom(0, 0, 0, 1, 2),
	turns: fc.integer({ min: 0, max: 4 }),
});
const price = fc.record({
	input: fc.double({ min: 0, max: 50, noNaN: true }),
	output: fc.double({ min: 0, max: 50, noNaN: true }),
	cachedInput: fc.constant(0),
	cacheWrite: fc.double({ min: 0, max: 60, noNaN: true }),
	batchFactor: fc.constant(1),
	asOf: fc.constant("2026-01-01"),
	source: fc.constant("a test"),
});
const limit = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const budget: fc.Arbitrary<Budget> = fc.record({
	usd: limit(fc.double({ min: 0, max: 2, noNaN: true })),
	tokens: limit(fc.integer({ min: 0, max: 60_000 })),
	calls: limit(fc.integer({ min: 0, max: 60 })),
});

it("property: 64 at a time, over every time it is resumed", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(call, { minLength: 1, maxLength: 120 }),
			price,
			budget,
			async (calls, one, limits) => {
				const prices: Prices = { of: () => ({ price: one, reason: null }) };
				const charges: CallCharge[] = [];
				const done = new Set<number>();
				const store: LedgerStore = {
					readLedger: () => [sumOf(charges)],
					noteServed: () => undefined,
				};
				const run = async (within: Budget): Promise<Spent | null> => {
					const ledger = createLedger({ store, prices, budget: within });
					ledger.begin("run");
					const account = ledger.account(MODEL);
					let stopped: Spent | null = null;
					await forEachLimited(calls.entries(), 64, async ([at, one]) => {
						if (done.has(at)) return;
						const worst = { input: one.input, output: one.output };
						try {
							account.throwIfReached(String(at));
							const entry = await account.enter(String(at), worst, never);
							let used: Tokens = { input: 0, output: 0 };
							try {
								for (let loss = 0; loss < one.lost; loss += 1) {
									await turns(one.turns);
									entry.lost();
									await entry.again(never);
								}
								await turns(one.turns);
								const input = Math.floor(worst.input * one.usedIn);
								used = {
									input,
									output: Math.floor(worst.output * one.usedOut),
									cached: Math.floor(input * one.cached),
								};
								done.add(at);
							} finally {
								const final = { ...used, estimated: false };
								const charge = entry.charge(final);
								if (charge !== undefined) charges.push(charge);
								entry.close(final);
							}
						} catch (error) {
							if (!(error instanceof BudgetReachedError)) throw error;
							stopped ??= ledger.spent();
						}
					});
					expectWithin(sumOf(charges), within);
					expect(ledger.spent().tokens).toBe(
						sumOf(charges).inputTokens + sumOf(charges).outputTokens,
					);
					return stopped;
				};
				const stopped = await run(limits);
				if (stopped === null) {
					expect(done.size).toBe(calls.length);
					return;
				}
				// What is left did not fit: some call that is not done has no room beside what is spent.
				const left = calls.filter((_, at) => !done.has(at));
				expect(left.some((next) => !fits(next, stopped, limits, one))).toBe(
					true,
				);
				const before = charges.length;
				// The same budget again goes no further than it did, by more than what it is allowed to.
				await run(limits);
				await run({ usd: null, tokens: null, calls: null });
				expect(done.size).toBe(calls.length);
				expect(charges.length).toBeGreaterThan(before);
			},
		),
		{ numRuns: 200 },
	);
});

async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn += 1)
		await new Promise((resolve) => setImmediate(resolve));
}

function expectWithin(sum: LedgerSum, { usd, tokens, calls }: Budget): void {
	expect(sum.calls).toBeLessThanOrEqual(calls ?? Number.POSITIVE_INFINITY);
	expect(sum.inputTokens + sum.outputTokens).toBeLessThanOrEqual(
		tokens ?? Number.POSITIVE_INFINITY,
	);
	expect(sum.usd).toBeLessThanOrEqual((usd ?? Number.POSITIVE_INFINITY) + 1e-6);
}

function fits(
	worst: { readonly input: number; readonly output: number },
	spent: Spent,
	{ usd, tokens, calls }: Budget,
	price: Parameters<typeof costOf>[0],
): boolean {
	const dear = {
		input: worst.input,
		output: worst.output,
		cacheWrite: (price.cacheWrite ?? 0) > price.input ? worst.input : 0,
	};
	return (
		spent.calls + 1 <= (calls ?? Number.POSITIVE_INFINITY) &&
		spent.tokens + worst.input + worst.output <=
			(tokens ?? Number.POSITIVE_INFINITY) &&
		spent.usd + (costOf(price, dear) ?? 0) <=
			(usd ?? Number.POSITIVE_INFINITY) + 1e-9
	);
}
