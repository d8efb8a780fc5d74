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
			calls: 3,
			served: 1,
			failed: 2,
			estimated: 1,
			inputTokens: 207,
			outputTokens: 23,
			usd: 0.75,
			failedUsd: 0.5,
			unpriced: 1,
			unpricedInputTokens: 7,
			unpricedOutputTokens: 3,
		},
	]);
});

test("a run's ledger goes with the run; its calls stay", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.recordCall(sampleCall(), charge(run));
	store.removeRun(run);
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
