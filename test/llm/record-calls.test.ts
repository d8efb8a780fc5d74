/** Replies that arrive together share a commit; each caller goes on only once it is done. */
import { expect, it } from "vitest";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import { createCallRecorder } from "../../src/llm/record-calls.ts";
import { sampleCall } from "../store/samples.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";

it("one commit for those of one turn, another for the next", async () => {
	const memory = memoryCallStore();
	const blocks: string[][] = [];
	const calls: CallStore = {
		...memory,
		recordCalls: (entries) => {
			blocks.push(entries.map(({ record }) => record.key));
			return entries.map(({ record }) => memory.recordCall(record));
		},
	};
	const record = createCallRecorder(calls);
	const put = (key: string) => record(sampleCall({ key }), undefined);
	expect(await Promise.all([put("a"), put("b")])).toEqual([1, 2]);
	expect(await put("c")).toBe(3);
	expect(blocks).toEqual([["a", "b"], ["c"]]);
});

it("a store without it records one by one; what the store throws reaches every caller", async () => {
	const memory = memoryCallStore();
	expect(
		await createCallRecorder(memory)(sampleCall({ key: "a" }), undefined),
	).toBe(1);
	const record = createCallRecorder({
		...memory,
		recordCall: () => {
			throw new Error("the disk is full");
		},
	});
	const outcomes = await Promise.allSettled([
		record(sampleCall(), undefined),
		record(sampleCall(), undefined),
	]);
	expect(outcomes.map(({ status }) => status)).toEqual([
		"rejected",
		"rejected",
	]);
});

it("a store commits all of a block with their charges, or none", () => {
	const store = temporaryStore();
	const run = startSampleRun(store);
	const charge = {
		run,
		inputTokens: 1,
		outputTokens: 1,
		estimated: false,
		usd: null,
	};
	const ids = store.recordCalls([
		{ record: sampleCall({ key: "a" }), charge },
		{ record: sampleCall({ key: "b" }), charge: undefined },
	]);
	expect(ids.map((_, index) => store.findCall("ab"[index] ?? "")?.id)).toEqual(
		ids,
	);
	expect(store.readLedger(run)).toMatchObject([{ calls: 1 }]);
	expect(() =>
		store.recordCalls([
			{ record: sampleCall({ key: "c" }) },
			{ record: sampleCall({ key: "d" }), charge: { ...charge, run: "none" } },
		]),
	).toThrow();
	expect(store.findCall("c")).toBeUndefined();
});
