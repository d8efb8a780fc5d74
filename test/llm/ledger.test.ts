/** The ledger under real models over the fake server: every answered call is charged, the budget holds for all models together, nothing is sent beyond it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
	BudgetReachedError,
	ConfigError,
	LanguageModelError,
} from "../../src/errors.ts";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import {
	createLedger,
	type LedgerStore,
	type LedgerSum,
} from "../../src/llm/ledger.ts";
import { createLimits } from "../../src/llm/limits.ts";
import type { Prices } from "../../src/llm/prices.ts";
import { estimateTokens } from "../../src/llm/token-estimate.ts";
import type { CallCharge } from "../../src/types.ts";
import {
	createGate,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(async () => {
	await server.close();
});

/** A store in memory that keeps the charges, and says what it is told a run has spent. */
function chargedCalls(before: readonly LedgerSum[] = []) {
	const charges: CallCharge[] = [];
	const served: number[] = [];
	const memory = memoryCallStore();
	const calls: CallStore = {
		...memory,
		recordCall: (record, charge) => {
			if (charge !== undefined) charges.push(charge);
			return memory.recordCall(record);
		},
	};
	const store: LedgerStore = {
		readLedger: () => before,
		noteServed: (_, ids) => void served.push(...ids),
	};
	return { calls, charges, served, store, records: memory.records };
}

const perToken: Prices = {
	of: () => ({
		price: {
			input: 1,
			output: 1,
			batchFactor: 1,
			asOf: "2026-01-01",
			source: "a test",
		},
		reason: null,
	}),
};
const noPrice: Prices = { of: () => ({ price: null, reason: "no price" }) };
const noBudget = { usd: null, tokens: null, calls: null };

describe("charges", () => {
	it("what the provider reports, to the run that has begun", async () => {
		const { calls, charges, served, store } = chargedCalls();
		const ledger = createLedger({ store, prices: perToken, budget: noBudget });
		const model = modelAt(server, "openai", calls, { ledger });
		await model.generate(request("1. early\n2. early"));
		expect(charges).toEqual([]);
		ledger.begin("run");
		await model.generate(request());
		await model.generate(request());
		const [charge] = charges;
		expect(charges).toHaveLength(1);
		expect(charge).toMatchObject({ run: "run", estimated: false });
		expect(charge?.usd).toBeCloseTo(
			((charge?.inputTokens ?? 0) + (charge?.outputTokens ?? 0)) / 1e6,
			12,
		);
		expect(served).toEqual([]);
		ledger.flush();
		expect(served).toEqual([2]);
		expect(ledger.spent()).toMatchObject({ calls: 1 });
	});

	it("a request that failed with a status costs nothing but counts as a call", async () => {
		const { calls, charges, store } = chargedCalls();
		server.setScript(() => ({ kind: "status", status: 500, message: "no" }));
		const ledger = createLedger({ store, prices: perToken, budget: noBudget });
		const model = modelAt(server, "openai", calls, { ledger });
		ledger.begin("run");
		await rejection(model.generate(request()), LanguageModelError);
		expect(charges).toEqual([
			{
				run: "run",
				inputTokens: 0,
				outputTokens: 0,
				estimated: false,
				usd: 0,
			},
		]);
		expect(ledger.spent()).toEqual({ usd: 0, tokens: 0, calls: 1 });
	});
});

describe("the budget", () => {
	it("in dollars needs a price before anything is sent", () => {
		const ledger = createLedger({
			store: null,
			prices: noPrice,
			budget: { ...noBudget, usd: 1 },
		});
		expect(() =>
			modelAt(server, "openai", memoryCallStore(), { ledger }),
		).toThrow(
			expect.objectContaining({
				constructor: ConfigError,
				code: "price_unknown",
			}),
		);
	});

	it("holds for all models together, and counts what the run spent before", async () => {
		const before: LedgerSum = {
			provider: "openai",
			baseUrl: "x",
			model: "y",
			calls: 2,
			inputTokens: 5,
			outputTokens: 5,
			usd: 0,
			unpricedInputTokens: 0,
			unpricedOutputTokens: 0,
		};
		const { calls, store, records } = chargedCalls([before]);
		const ledger = createLedger({
			store,
			prices: noPrice,
			budget: { ...noBudget, calls: 4 },
		});
		const models = (["openai", "anthropic"] as const).map((provider) =>
			modelAt(server, provider, calls, { ledger }),
		);
		ledger.begin("run");
		const outcomes = await Promise.allSettled(
			models.flatMap((model) =>
				Array.from({ length: 5 }, (_, index) =>
					model.generate(request(`1. a bell ${index}\n2. a bell ${index}`)),
				),
			),
		);
		expect(server.requests).toHaveLength(2);
		expect(records).toHaveLength(2);
		const failed = outcomes.flatMap((outcome) =>
			outcome.status === "rejected" ? [outcome.reason] : [],
		);
		expect(failed).toHaveLength(8);
		for (const error of failed)
			expect(error).toBeInstanceOf(BudgetReachedError);
		// What is stored is served all the same.
		const again = await Promise.allSettled(
			Array.from({ length: 5 }, (_, index) =>
				models[0]?.generate(request(`1. a bell ${index}\n2. a bell ${index}`)),
			),
		);
		expect(again.filter(({ status }) => status === "fulfilled").length).toBe(
			outcomes.slice(0, 5).filter(({ status }) => status === "fulfilled")
				.length,
		);
		expect(server.requests).toHaveLength(2);
	});

	it("in tokens leaves room for the longest reply of every call in flight", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const { calls, store } = chargedCalls();
		// About 330 of input (the fake server counts characters, and these have three bytes) and up to 256 of output: two fit in at a time.
		const ledger = createLedger({
			store,
			prices: noPrice,
			budget: { ...noBudget, tokens: 1_300 },
		});
		const model = modelAt(server, "openai", calls, {
			ledger,
			concurrency: 10,
		});
		ledger.begin("run");
		const work = Promise.allSettled(
			Array.from({ length: 10 }, (_, index) =>
				model.generate(
					request(`${"雨".repeat(250)}\n1. a bell ${index}\n2. a bell`),
				),
			),
		);
		await server.arrived(2);
		gate.open();
		await work;
		expect(server.maxInFlight()).toBe(2);
		expect(server.requests.length).toBeGreaterThan(2);
		expect(ledger.spent().tokens).toBeLessThanOrEqual(1_300);
	});

	it("learns from a server whose tokens are smaller than estimated", async () => {
		const { calls, store } = chargedCalls();
		const budget = { ...noBudget, tokens: 4_000 };
		const ledger = createLedger({ store, prices: noPrice, budget });
		const model = modelAt(server, "openai", calls, { ledger, concurrency: 1 });
		ledger.begin("run");
		// About 1,500 characters each, which the fake server counts as tokens: by the estimate, a third of it, four calls would fit.
		const work = await Promise.allSettled(
			Array.from({ length: 10 }, (_, index) =>
				model.generate(
					request(`${"rain ".repeat(290)}\n1. a bell ${index}\n2. a bell`),
				),
			),
		);
		expect(work.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
		expect(ledger.spent().tokens).toBeLessThanOrEqual(4_000);
	});
});

describe("limits", () => {
	it("are kept by all models of a registry on one server together, and every status is heard of", async () => {
		const limits = createLimits();
		let first = true;
		server.setScript(() => {
			const status = first ? 429 : 200;
			first = false;
			return status === 429
				? { kind: "status", status, message: "slow down" }
				: { kind: "reply" };
		});
		const options = { limits, concurrency: 4, maxRetries: 1 } as const;
		const models = ["one", "two"].map((name) =>
			modelAt(server, "openai", memoryCallStore(), { ...options, model: name }),
		);
		await Promise.all(
			models.flatMap((model) =>
				Array.from({ length: 10 }, (_, index) =>
					model.generate(request(`1. a bell ${index}\n2. a bell`)),
				),
			),
		);
		expect(server.maxInFlight()).toBeLessThanOrEqual(4);
		// The SDK has repeated the refused one itself: nobody else did.
		expect(server.requests).toHaveLength(21);
		expect(
			limits.of(server.openAiUrl, { concurrency: 4 }).limit(),
		).toBeLessThanOrEqual(4);
	});
});

it("estimateTokens counts bytes, so that no script is cheaper than it is", () => {
	expect(estimateTokens("")).toBe(0);
	expect(estimateTokens("rain")).toBe(2);
	expect(estimateTokens("雨の音")).toBe(3);
});
