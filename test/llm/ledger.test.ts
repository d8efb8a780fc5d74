/** The ledger under real models over the fake server: every answered call is charged, the budget holds for all models together, nothing is sent beyond it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
	BudgetReachedError,
	ConfigError,
	InterruptedError,
	LanguageModelError,
} from "../../src/errors.ts";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import { createLedger, type LedgerStore } from "../../src/llm/ledger.ts";
import type { LedgerSum } from "../../src/llm/ledger-sums.ts";
import { createLimits } from "../../src/llm/limits.ts";
import type { Price, Prices } from "../../src/llm/prices.ts";
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

const pricesOf = (price: Partial<Price>): Prices => ({
	of: () => ({
		price: {
			input: 1,
			output: 1,
			batchFactor: 1,
			asOf: "2026-01-01",
			source: "a test",
			...price,
		},
		reason: null,
	}),
});
const perToken = pricesOf({});
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
		// The store above charges nothing afterwards, so that the early call is counted all the same.
		expect(ledger.spent()).toMatchObject({ calls: 2 });
	});

	it("what was sent before the run had begun is charged to it", async () => {
		const { calls, store } = chargedCalls();
		const late: { call: number; charge: CallCharge }[] = [];
		const ledger = createLedger({
			store: {
				...store,
				chargeCalls: (entries) => void late.push(...entries),
			},
			prices: perToken,
			budget: noBudget,
		});
		const model = modelAt(server, "openai", calls, { ledger });
		await model.generate(request());
		expect(late).toEqual([]);
		ledger.begin("run");
		expect(late).toMatchObject([
			{ call: 1, charge: { run: "run", estimated: false } },
		]);
		expect(late[0]?.charge.inputTokens).toBeGreaterThan(0);
		ledger.begin("run");
		expect(late).toHaveLength(1);
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
				cachedTokens: 0,
				cacheWriteTokens: 0,
				audioTokens: 0,
				estimated: false,
				usd: 0,
				unanswered: undefined,
			},
		]);
		expect(ledger.spent()).toEqual({ usd: 0, tokens: 0, calls: 1 });
	});

	it("what the provider read from its own cache, and sounds, at their own prices", async () => {
		const { calls, charges, store } = chargedCalls();
		server.setScript(() => ({
			kind: "body",
			text: JSON.stringify({
				choices: [
					{ finish_reason: "stop", message: { content: '{"sentences":[]}' } },
				],
				usage: {
					prompt_tokens: 1000,
					completion_tokens: 10,
					prompt_tokens_details: {
						cached_tokens: 600,
						cache_write_tokens: 100,
						audio_tokens: 200,
					},
				},
			}),
		}));
		const prices = pricesOf({
			input: 1e6,
			output: 2e6,
			cachedInput: 1e5,
			cacheWrite: 3e6,
			audioInput: 1e7,
		});
		const ledger = createLedger({ store, prices, budget: noBudget });
		ledger.begin("run");
		await modelAt(server, "openai", calls, { ledger }).generate(request());
		expect(charges).toMatchObject([
			{
				inputTokens: 1000,
				cachedTokens: 600,
				cacheWriteTokens: 100,
				audioTokens: 200,
				// 100 plain, 600 at a tenth, 100 at 3, 200 at 10, and 10 out at 2.
				usd: 100 + 60 + 300 + 2000 + 20,
			},
		]);
	});
});

describe("requests that end without a reply", () => {
	/** Tokens that a call of `request()` can use at most, with replies of 256. */
	const begun = (budget: Partial<typeof limits> = {}) => {
		const kept = chargedCalls();
		const ledger = createLedger({
			store: kept.store,
			prices: perToken,
			budget: { ...noBudget, ...budget },
		});
		ledger.begin("run");
		return { ...kept, ledger };
	};
	const limits = { usd: 1, tokens: 1, calls: 1 };

	it("a dropped socket may have been billed: the most it can have cost", async () => {
		server.setScript(() => ({ kind: "drop" }));
		const { calls, charges, records, ledger } = begun();
		const model = modelAt(server, "openai", calls, { ledger });
		await rejection(model.generate(request()), LanguageModelError);
		expect(records).toMatchObject([{ error: { code: "connection_failed" } }]);
		const [charge] = charges;
		expect(charge).toMatchObject({
			outputTokens: 256,
			estimated: true,
			unanswered: { requests: 1 },
		});
		const most = (charge?.inputTokens ?? 0) + 256;
		expect(charge?.unanswered).toEqual({
			requests: 1,
			tokens: most,
			usd: most / 1e6,
		});
		expect(ledger.spent()).toMatchObject({ calls: 1, tokens: most });
	});

	it("a server that is not there bills nothing", async () => {
		const { calls, charges, ledger } = begun();
		const port = await startFakeLlmServer();
		await port.close();
		const model = modelAt(port, "openai", calls, { ledger });
		await rejection(model.generate(request()), LanguageModelError);
		expect(charges).toMatchObject([
			{ inputTokens: 0, outputTokens: 0, estimated: false, usd: 0 },
		]);
		expect(charges[0]?.unanswered).toBeUndefined();
	});

	it.each(["openai", "responses", "anthropic"] as const)(
		"%s: tries that the SDK repeats count each, also when the last one is answered",
		async (asked) => {
			server.setScript(({ index }) =>
				index < 2 ? { kind: "drop-mid-body" } : { kind: "reply" },
			);
			const { calls, charges, ledger } = begun();
			const model = modelAt(server, asked, calls, { ledger, maxRetries: 3 });
			await model.generate(request());
			expect(server.requests).toHaveLength(3);
			const [charge] = charges;
			expect(charge?.unanswered?.requests).toBe(2);
			expect(charge?.outputTokens).toBeGreaterThan(2 * 256);
			expect(ledger.spent()).toMatchObject({
				calls: 1,
				tokens: (charge?.inputTokens ?? 0) + (charge?.outputTokens ?? 0),
			});
		},
	);

	it("are not repeated beyond the budget: the call waits for a larger one", async () => {
		server.setScript(({ index }) =>
			index === 0 ? { kind: "drop" } : { kind: "reply" },
		);
		// Room for one call, which is lost, and not for another.
		const { calls, charges, records, ledger } = begun({ tokens: 400 });
		const model = modelAt(server, "openai", calls, { ledger, maxRetries: 3 });
		const error = await rejection(
			model.generate(request()),
			BudgetReachedError,
		);
		expect(error.evidence?.spent).toMatchObject({ calls: 1 });
		expect(server.requests).toHaveLength(1);
		expect(records).toMatchObject([
			{ outcome: "error", error: { code: "no_reply" } },
		]);
		expect(charges).toMatchObject([{ unanswered: { requests: 1 } }]);
		expect(ledger.spent().tokens).toBeLessThanOrEqual(400);
	});

	it("an interrupted call is stored and charged, before its model is closed", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const { calls, charges, records, ledger } = begun();
		const model = modelAt(server, "openai", calls, { ledger });
		const controller = new AbortController();
		const work = model.generate(request(), { signal: controller.signal });
		await server.arrived(1);
		controller.abort();
		await rejection(work, InterruptedError);
		await model.close();
		gate.open();
		expect(records).toMatchObject([
			{
				outcome: "error",
				reply: null,
				error: {
					code: "no_reply",
					message: expect.stringContaining("interrupted"),
				},
			},
		]);
		expect(charges).toMatchObject([{ unanswered: { requests: 1 } }]);
	});

	it("an interrupted call that was not sent is none", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const { calls, records, ledger } = begun();
		const model = modelAt(server, "openai", calls, { ledger, concurrency: 1 });
		const controller = new AbortController();
		const first = model.generate(request("1. one\n2. one"));
		await server.arrived(1);
		const second = model.generate(request("1. two\n2. two"), {
			signal: controller.signal,
		});
		controller.abort();
		await rejection(second, InterruptedError);
		gate.open();
		await first;
		expect(records).toHaveLength(1);
		expect(ledger.spent().calls).toBe(1);
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

	it("before a run has begun, leaves room in every run that has asked the same", async () => {
		const sum = (run: string): LedgerSum => ({
			provider: "openai",
			baseUrl: "x",
			model: "y",
			calls: run === "long" ? 4 : 1,
			inputTokens: 5,
			outputTokens: 5,
			usd: 0,
			unpricedInputTokens: 0,
			unpricedOutputTokens: 0,
		});
		const asked: string[] = [];
		const { calls, store } = chargedCalls();
		const ledger = createLedger({
			store: {
				...store,
				readLedger: (run) => [sum(run)],
				waitingInBatches: () => ({ usd: 0, tokens: 0, calls: 1 }),
				runsOfCall: (key) => {
					asked.push(key);
					return ["short", "long"];
				},
			},
			prices: noPrice,
			budget: { ...noBudget, calls: 6 },
		});
		const model = modelAt(server, "openai", calls, { ledger });
		const ask = (index: number) =>
			model.generate(request(`1. a bell ${index}\n2. a bell ${index}`));
		const ended = ledger.suppose("a key");
		expect(asked).toEqual(["a key"]);
		await ask(0);
		await rejection(ask(1), BudgetReachedError);
		ended();
		expect(ledger.spent().calls).toBe(1);
		await ask(2);
		ledger.begin("short");
		// What is known now counts, and nothing that was supposed.
		ledger.suppose("a key")();
		expect(asked).toHaveLength(1);
		expect(ledger.spent().calls).toBe(4);
		await ask(3);
		expect(server.requests).toHaveLength(3);
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

describe("sounds", () => {
	beforeEach(() => {
		server.setScript(() => ({ kind: "reply", text: '{"sentences":[]}' }));
	});
	const heard = (mostSeconds?: number) => ({
		...request(),
		audio: [
			{
				format: "wav" as const,
				hash: "00",
				mostSeconds,
				bytes: async () => new Uint8Array(44),
			},
		],
	});

	it.each([
		["usd", {}, "price_unknown"],
		["usd", { audioInput: 32 }, "audio_tokens_unknown"],
		["tokens", { audioInput: 32 }, "audio_tokens_unknown"],
	] as const)(
		"a budget in %s that cannot be kept with %j is refused before anything is sent",
		async (name, price, code) => {
			const ledger = createLedger({
				store: null,
				prices: pricesOf(price),
				budget: { ...noBudget, [name]: 1e6 },
			});
			const model = modelAt(server, "openai", memoryCallStore(), { ledger });
			const error = await rejection(model.generate(heard(10)), ConfigError);
			expect(error.code).toBe(code);
			expect(server.requests).toHaveLength(0);
		},
	);

	it("cost nothing where everything is free, however many tokens they are", async () => {
		const ledger = createLedger({
			store: null,
			prices: pricesOf({ input: 0, output: 0 }),
			budget: { ...noBudget, usd: 0 },
		});
		const model = modelAt(server, "openai", memoryCallStore(), { ledger });
		await model.generate(heard());
		expect(ledger.spent().usd).toBe(0);
	});

	it("take their longest before they are sent, and count as sound when nobody says how many tokens they were", async () => {
		const { calls, charges, store } = chargedCalls();
		const prices = pricesOf({ audioInput: 1000, audioTokensPerSecond: 10 });
		const refused = createLedger({
			store,
			prices,
			budget: { ...noBudget, tokens: 299 + 256 },
		});
		refused.begin("run");
		await rejection(
			modelAt(server, "openai", calls, { ledger: refused }).generate(heard(30)),
			BudgetReachedError,
		);
		expect(server.requests).toHaveLength(0);
		const ledger = createLedger({ store, prices, budget: noBudget });
		ledger.begin("run");
		await modelAt(server, "openai", calls, { ledger }).generate(heard(30));
		const [charge] = charges;
		expect(charge?.audioTokens).toBe(charge?.inputTokens);
		expect(charge?.estimated).toBe(true);
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
