/** The budget: never exceeded, whatever the calls cost and in whatever order they end; what is set aside comes back. */
import { setMaxListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetReachedError, InterruptedError } from "../../src/errors.ts";
import {
	type Budget,
	createPurse,
	type Reservation,
} from "../../src/llm/budget.ts";
import { settled } from "../support/manual-clock.ts";
import { rejection } from "./helpers.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);
const none: Budget = { usd: null, tokens: null, calls: null };

describe("the budget", () => {
	it("waits for calls in flight, and is reached when there is no room beside what is spent", async () => {
		const purse = createPurse({ ...none, tokens: 100 });
		const first = await purse.reserve("a", { tokens: 80, usd: 0 }, never);
		const second = purse.reserve("b", { tokens: 80, usd: 0 }, never);
		await settled();
		first.settle({ tokens: 10, usd: 0 });
		const reservation = await second;
		const third = purse.reserve("c", { tokens: 80, usd: 0 }, never);
		reservation.settle({ tokens: 11, usd: 0 });
		const error = await rejection(third, BudgetReachedError);
		expect(error).toMatchObject({
			code: "budget_reached",
			message:
				"the budget is reached: expected room for one more call within 100 tokens, got 0 usd, 21 tokens, 2 calls spent",
			evidence: { callKey: "c", spent: { tokens: 21, calls: 2 } },
		});
		// Also for calls that would fit: where a run ends does not depend on the order of its calls.
		await rejection(
			purse.reserve("d", { tokens: 1, usd: 0 }, never),
			BudgetReachedError,
		);
		expect(() => purse.throwIfReached("e")).toThrow(BudgetReachedError);
	});

	it("a call that was not sent costs nothing", async () => {
		const purse = createPurse({ ...none, calls: 1 });
		(await purse.reserve("a", { tokens: 1, usd: 0 }, never)).settle(null);
		(await purse.reserve("b", { tokens: 1, usd: 0 }, never)).settle({
			tokens: 1,
			usd: 0,
		});
		await rejection(
			purse.reserve("c", { tokens: 1, usd: 0 }, never),
			BudgetReachedError,
		);
	});

	it("what was spent before counts, and a fresh start goes on", async () => {
		const purse = createPurse({ ...none, calls: 3 });
		purse.open({ usd: 0, tokens: 0, calls: 3 });
		await rejection(
			purse.reserve("a", { tokens: 1, usd: 0 }, never),
			BudgetReachedError,
		);
		purse.open({ usd: 0, tokens: 0, calls: 2 });
		await purse.reserve("a", { tokens: 1, usd: 0 }, never);
	});

	it("who gives up waiting takes nothing with it", async () => {
		const purse = createPurse({ ...none, calls: 1 });
		const first = await purse.reserve("a", { tokens: 1, usd: 0 }, never);
		const controller = new AbortController();
		const waiting = purse.reserve(
			"b",
			{ tokens: 1, usd: 0 },
			controller.signal,
		);
		controller.abort();
		await rejection(waiting, InterruptedError);
		first.settle(null);
		await purse.reserve("c", { tokens: 1, usd: 0 }, never);
	});

	it("dollars leave no crumbs: exactly the budget can be spent", async () => {
		const purse = createPurse({ ...none, usd: 0.3 });
		for (const usd of [0.1, 0.2]) {
			const reservation = await purse.reserve("a", { tokens: 0, usd }, never);
			reservation.settle({ tokens: 0, usd: usd === 0.2 ? 0.19 : usd });
		}
		expect(purse.spent().usd).toBeCloseTo(0.29, 12);
	});

	it("property: spent and set aside never exceed a limit", async () => {
		const call = fc.record({
			worst: fc.integer({ min: 1, max: 50 }),
			share: fc.double({ min: 0, max: 1, noNaN: true }),
			wait: fc.integer({ min: 0, max: 3 }),
		});
		await fc.assert(
			fc.asyncProperty(
				fc.array(call, { maxLength: 30 }),
				fc.integer({ min: 0, max: 200 }),
				fc.integer({ min: 0, max: 20 }),
				async (calls, tokens, count) => {
					const purse = createPurse({ ...none, tokens, calls: count });
					let inFlight = 0;
					let refused = 0;
					const check = (): void => {
						const { tokens: spent, calls: sent } = purse.spent();
						expect(spent + inFlight).toBeLessThanOrEqual(tokens);
						expect(sent).toBeLessThanOrEqual(count);
					};
					await Promise.all(
						calls.map(async ({ worst, share, wait }, index) => {
							let reservation: Reservation;
							try {
								reservation = await purse.reserve(
									String(index),
									{ tokens: worst, usd: 0 },
									never,
								);
							} catch (error) {
								expect(error).toBeInstanceOf(BudgetReachedError);
								refused += 1;
								return;
							}
							inFlight += worst;
							check();
							for (let turn = 0; turn < wait; turn += 1)
								await new Promise((resolve) => setImmediate(resolve));
							inFlight -= worst;
							reservation.settle({
								tokens: Math.floor(worst * share),
								usd: 0,
							});
							check();
						}),
					);
					// None is left hanging, and the first refusal came when the call did not fit alone.
					expect(purse.spent().calls + refused).toBe(calls.length);
				},
			),
			{ numRuns: 60 },
		);
	});
});
