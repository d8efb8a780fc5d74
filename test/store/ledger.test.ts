import { expect, expectTypeOf, test } from "vitest";
import { StoreError } from "../../src/errors.ts";
import type { LedgerStore } from "../../src/llm/ledger.ts";
import type { LedgerMethods } from "../../src/store/store.ts";
import type { CallCharge } from "../../src/types.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";
import { FAILURE, sampleCall } from "./samples.ts";

const charge = (
	run: string,
	changes: Partial<CallCharge> = {},
): CallCharge => ({
	run,
	inputTokens: 100,
	outputTokens: 10,
	estimated: false,
	usd: 0.25,
	...changes,
});

test("is the LedgerStore the ledger asks for", () => {
	expectTypeOf<LedgerMethods>().toExtend<LedgerStore>();
});

test("sums what a run sent and what it was served, by operation and model", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const served = store.recordCall(sampleCall({ key: "before" }));
	store.recordCall(sampleCall(), charge(run));
	store.recordCall(
		sampleCall({ outcome: "truncated", error: FAILURE }),
		charge(run, { usd: 0.5, estimated: true }),
	);
	const rejected = store.recordCall(
		sampleCall({ key: "odd" }),
		charge(run, { usd: null, inputTokens: 7, outputTokens: 3 }),
	);
	store.rejectCalls([rejected], "not the schema");
	store.recordCall(
		sampleCall({ operation: "acoustic-filter", model: "cheap" }),
		charge(run, { usd: 0 }),
	);
	// The run's own calls are not served to it a second time, however often it is resumed.
	store.noteServed(run, [served, rejected, served]);
	expect(store.readLedger(run)).toEqual([
		expect.objectContaining({
			operation: "acoustic-filter",
			model: "cheap",
			calls: 1,
			served: 0,
			failed: 0,
			usd: 0,
		}),
		{
			operation: "summarize",
			provider: "openai",
			baseUrl: "http://localhost:1/v1",
			model: "small",
			batch: false,
			calls: 3,
			served: 1,
			failed: 2,
			estimated: 1,
			inputTokens: 207,
			outputTokens: 23,
			usd: 0.75,
			failedUsd: 0.5,
			cachedTokens: 0,
			audioTokens: 0,
			unanswered: 0,
			unansweredTokens: 0,
			unansweredUsd: 0,
			unpriced: 1,
			unpricedInputTokens: 7,
			unpricedOutputTokens: 3,
			unpricedCachedTokens: 0,
			unpricedCacheWriteTokens: 0,
			unpricedAudioTokens: 0,
		},
	]);
});

test("calls in batches, parts with prices of their own, and requests without a reply are told apart", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.recordCall(sampleCall({ key: "online" }), charge(run));
	store.recordCall(
		sampleCall({ key: "batch" }),
		charge(run, {
			batch: true,
			usd: null,
			cachedTokens: 60,
			cacheWriteTokens: 20,
			audioTokens: 5,
		}),
	);
	const late = store.recordCall(sampleCall({ key: "late" }));
	store.chargeCalls([
		{
			call: late,
			charge: charge(run, {
				estimated: true,
				unanswered: { requests: 2, tokens: 90, usd: 0.2 },
			}),
		},
	]);
	expect(store.readLedger(run)).toMatchObject([
		{
			batch: false,
			calls: 2,
			estimated: 1,
			unanswered: 2,
			unansweredTokens: 90,
			unansweredUsd: 0.2,
			usd: 0.5,
		},
		{
			batch: true,
			calls: 1,
			cachedTokens: 60,
			audioTokens: 5,
			usd: 0,
			unpriced: 1,
			unpricedInputTokens: 100,
			unpricedCachedTokens: 60,
			unpricedCacheWriteTokens: 20,
			unpricedAudioTokens: 5,
		},
	]);
});

test("runs and jobs that have used a call, whatever came of it", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const { id: job, release } = store.beginJob({
		kind: "caption",
		key: "a".repeat(64),
	});
	const failed = { key: "probe", outcome: "error", error: FAILURE } as const;
	store.recordCall(sampleCall(failed), charge(job));
	expect(store.runsOfCall("probe")).toEqual([job]);
	store.recordCall(sampleCall(failed), charge(job));
	store.noteServed(run, [store.recordCall(sampleCall({ key: "probe" }))]);
	expect(store.runsOfCall("probe")).toEqual([run, job].sort());
	expect(store.runsOfCall("another")).toEqual([]);
	release();
});

test("a run's ledger goes with the run; its calls stay", async () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.recordCall(sampleCall(), charge(run));
	await store.removeRun(run);
	expect(store.readLedger(run)).toEqual([]);
	expect(store.findCall("key")).toBeDefined();
});

test("a charge to a run that is not there is refused, and so is its call", () => {
	const store = temporaryStore();
	expect(() => store.recordCall(sampleCall(), charge("0123456789ab"))).toThrow(
		StoreError,
	);
	expect(store.findCall("key")).toBeUndefined();
});

test("the mean reply is that of good replies of the same kind", () => {
	const store = temporaryStore();
	const of = {
		operation: "summarize",
		provider: "openai",
		baseUrl: "http://localhost:1/v1",
		model: "small",
	};
	expect(store.meanOutputTokens(of)).toBeNull();
	for (const outputTokens of [10, 20, null])
		store.recordCall(sampleCall({ outputTokens }));
	store.recordCall(
		sampleCall({ outcome: "truncated", outputTokens: 1000, error: FAILURE }),
	);
	store.recordCall(sampleCall({ model: "other", outputTokens: 1000 }));
	expect(store.meanOutputTokens(of)).toBe(15);
});
