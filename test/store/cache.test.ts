import { statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { PruneRule, Store } from "../../src/store/store.ts";
import {
	NOW,
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";
import { FAILURE, sampleCall } from "./samples.ts";

const ALL: PruneRule = { failed: false, before: null, operations: null };
const keysOf = (store: Store) => [...store.allCalls()].map(({ key }) => key);

/** A store with a run that has one described neuron. */
function storeWithRun(): { store: Store; run: string; linked: number } {
	const store = temporaryStore();
	const linked = store.recordCall(sampleCall({ key: "linked" }));
	const run = startSampleRun(store);
	store.putNeurons(run, [sampleNeuron("first", 0)]);
	store.putDescriptions(run, [
		{
			layer: "first",
			unit: 0,
			module: "summarize",
			outcome: { status: "failed", error: FAILURE },
			callIds: [linked],
		},
	]);
	return { store, run, linked };
}

describe("cacheStats", () => {
	test("of an empty store", () => {
		expect(temporaryStore().cacheStats()).toMatchObject({
			calls: [],
			embeddings: [],
			judgements: 0,
		});
	});

	test("counts calls by operation, model and outcome, tokens that were reported, and bytes", () => {
		const store = temporaryStore();
		store.recordCall(sampleCall({ key: "a", inputTokens: 10 }));
		const id = store.recordCall(sampleCall({ key: "b", inputTokens: null }));
		store.rejectCalls([id], "invalid twice");
		store.recordCall(
			sampleCall({
				key: "c",
				outcome: "error",
				reply: null,
				inputTokens: null,
				error: FAILURE,
			}),
		);
		store.recordCall(sampleCall({ key: "d", operation: "caption" }));
		store.putEmbeddings("encoder", [
			{ textHash: "x", vector: new Float32Array([1, 2, 3]) },
		]);
		store.putJudgements("judge", [
			{ lemma: "loud", acoustic: true, callId: id },
		]);
		const { calls, ...rest } = store.cacheStats();
		const requestBytes = JSON.stringify(sampleCall().request).length;
		const replyBytes = sampleCall().reply?.length ?? 0;
		expect(
			calls.map(({ operation, outcome, ...counts }) => [
				`${operation} ${outcome}`,
				counts,
			]),
		).toEqual([
			["caption ok", expect.objectContaining({ calls: 1, inputTokens: 12 })],
			[
				"summarize ok",
				{
					provider: "openai",
					baseUrl: "http://localhost:1/v1",
					model: "small",
					calls: 2,
					rejected: 1,
					inputTokens: 10,
					outputTokens: null,
					bytes: 2 * (requestBytes + replyBytes),
				},
			],
			[
				"summarize error",
				expect.objectContaining({ calls: 1, rejected: 0, inputTokens: null }),
			],
		]);
		expect(rest).toEqual({
			embeddings: [{ embedder: "encoder", vectors: 1, bytes: 12 }],
			judgements: 1,
			fileBytes: expect.any(Number),
		});
		expect(rest.fileBytes).toBeGreaterThanOrEqual(
			statSync(join(store.directory, "audio-dissect.db")).size,
		);
	});
});

describe("streams", () => {
	test("give everything back, over several pages, and the store can be written in between", () => {
		const store = temporaryStore();
		const keys = Array.from({ length: 401 }, (_, index) => `key-${index}`);
		for (const key of keys) store.recordCall(sampleCall({ key }));
		const hashes = keys.map((key) => `${key}-hash`).sort();
		store.putEmbeddings(
			"encoder",
			hashes.map((textHash, index) => ({
				textHash,
				vector: new Float32Array([index]),
			})),
		);
		store.putJudgements(
			"judge",
			keys.map((lemma, index) => ({
				lemma,
				acoustic: index % 2 === 0,
				callId: index === 0 ? null : index,
			})),
		);
		const seen: string[] = [];
		for (const { key } of store.allCalls()) {
			if (seen.length === 0) store.rejectCalls([1], "meanwhile");
			seen.push(key);
		}
		expect(seen).toEqual(keys);
		expect([...store.allEmbeddings()].map(({ vector }) => vector[0])).toEqual(
			hashes.map((_, index) => index),
		);
		const judgements = [...store.allJudgements()];
		expect(judgements).toHaveLength(400);
		expect(judgements.find(({ lemma }) => lemma === "key-3")).toEqual({
			judge: "judge",
			lemma: "key-3",
			acoustic: false,
			callId: 3,
		});
	});
});

describe("importCalls", () => {
	const elsewhere = (changes = {}) => ({
		...sampleCall(),
		at: "2020-01-01T00:00:00.000Z",
		rejected: null,
		...changes,
	});

	test("keeps every field, and a second time changes nothing", () => {
		const store = temporaryStore();
		const calls = [
			elsewhere({ key: "a" }),
			elsewhere({ key: "b", rejected: "invalid twice" }),
			elsewhere({ key: "c", outcome: "error", reply: null, error: FAILURE }),
		];
		expect(store.importCalls(calls).map(({ is }) => is)).toEqual([
			"new",
			"new",
			"new",
		]);
		const stored = [...store.allCalls()];
		expect(stored.map(({ id: _, attempt: __, ...call }) => call)).toEqual(
			calls,
		);
		expect(store.importCalls(calls)).toEqual(
			stored.map(({ id }) => ({ id, is: "known" })),
		);
		expect([...store.allCalls()]).toEqual(stored);
		expect(store.findCall("a")?.reply).toBe(sampleCall().reply);
		expect(store.findCall("b")).toBeUndefined();
	});

	test("never takes the place of a good reply that is here", () => {
		const store = temporaryStore();
		const own = store.recordCall(sampleCall({ reply: "own" }));
		expect(store.importCalls([elsewhere({ reply: "other" })])).toEqual([
			{ id: own, is: "not_needed" },
		]);
		expect(store.findCall("key")).toEqual({ id: own, reply: "own" });
		// Evidence of a failure does no harm.
		expect(
			store.importCalls([elsewhere({ outcome: "refused", reply: "no" })]),
		).toMatchObject([{ is: "new" }]);
		expect(store.findCall("key")?.reply).toBe("own");
		store.rejectCalls([own], "useless");
		expect(store.importCalls([elsewhere({ reply: "other" })])).toMatchObject([
			{ is: "new" },
		]);
		expect(store.findCall("key")?.reply).toBe("other");
	});

	test("is one transaction", () => {
		const store = temporaryStore();
		expect(() =>
			store.importCalls([elsewhere(), elsewhere({ key: "" })]),
		).toThrow(/CHECK/);
		expect(keysOf(store)).toEqual([]);
	});
});

describe("pruneCalls", () => {
	test("leaves what a description or a ledger has, takes the rest with its verdicts and rejections", () => {
		const { store, run, linked } = storeWithRun();
		const loose = store.recordCall(sampleCall({ key: "loose" }));
		store.rejectCalls([loose], "invalid");
		store.recordCall(sampleCall({ key: "charged" }), {
			run,
			inputTokens: 1,
			outputTokens: 1,
			estimated: false,
			usd: null,
		});
		store.recordCall(sampleCall({ key: "a caption", operation: "caption" }));
		store.putJudgements("judge", [
			{ lemma: "loud", acoustic: true, callId: loose },
			{ lemma: "soft", acoustic: true, callId: linked },
		]);
		store.finishRun(run, "complete", {}, {});
		const expected = { calls: 1, judgements: 1, bytes: expect.any(Number) };
		expect(store.countPrunable(ALL)).toEqual(expected);
		expect(keysOf(store)).toHaveLength(4);
		expect(store.pruneCalls(ALL)).toEqual(expected);
		expect(keysOf(store)).toEqual(["linked", "charged", "a caption"]);
		expect([...store.getJudgements("judge", ["loud", "soft"]).keys()]).toEqual([
			"soft",
		]);
		expect(store.pruneCalls(ALL)).toEqual({
			calls: 0,
			judgements: 0,
			bytes: 0,
		});
	});

	test("the calls of a run can be pruned when the run is forgotten", async () => {
		const { store, run } = storeWithRun();
		await store.removeRun(run);
		expect(store.pruneCalls(ALL).calls).toBe(1);
	});

	test("only those that are never served, older ones, of some operations", () => {
		const store = temporaryStore();
		store.recordCall(sampleCall({ key: "good" }));
		store.recordCall(sampleCall({ key: "bad", outcome: "refused" }));
		const rejected = store.recordCall(sampleCall({ key: "rejected" }));
		store.rejectCalls([rejected], "invalid");
		store.recordCall(
			sampleCall({ key: "words", operation: "acoustic-filter" }),
		);
		store.importCalls([
			{
				...sampleCall({ key: "old" }),
				at: "2020-01-01T00:00:00.000Z",
				rejected: null,
			},
		]);
		expect(store.countPrunable({ ...ALL, failed: true }).calls).toBe(2);
		expect(store.countPrunable({ ...ALL, before: NOW }).calls).toBe(1);
		const words = ["acoustic-filter"];
		expect(store.countPrunable({ ...ALL, operations: words }).calls).toBe(1);
		store.pruneCalls({ ...ALL, failed: true });
		expect(keysOf(store)).toEqual(["good", "words", "old"]);
		store.pruneCalls({ ...ALL, before: NOW });
		expect(keysOf(store)).toEqual(["good", "words"]);
	});

	test("not while a run is being worked on, but when it was only killed", () => {
		const { store, run } = storeWithRun();
		store.recordCall(sampleCall({ key: "loose" }));
		const release = store.lockRun(run, { pid: 1 });
		expect(() => store.pruneCalls(ALL)).toThrow(
			expect.objectContaining({ code: "run_locked" }),
		);
		expect(keysOf(store)).toEqual(["linked", "loose"]);
		release();
		store.pruneCalls(ALL);
		expect(keysOf(store)).toEqual(["linked"]);
	});

	test("is the only way: deleting by hand is still refused", () => {
		const store = temporaryStore();
		store.recordCall(sampleCall());
		store.pruneCalls({ ...ALL, failed: true });
		const database = new Database(join(store.directory, "audio-dissect.db"));
		expect(() => database.exec("DELETE FROM calls")).toThrow(
			"calls are insert-only",
		);
		database.close();
	});
});
