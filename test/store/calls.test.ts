import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { CallStore } from "../../src/llm/calls.ts";
import type { CallMethods } from "../../src/store/store.ts";
import {
	NOW,
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";
import { FAILURE, sampleCall } from "./samples.ts";

test("is the CallStore the language model asks for", () => {
	expectTypeOf<CallMethods>().toExtend<CallStore>();
});

describe("findCall", () => {
	test("serves the newest good reply of a key", () => {
		const store = temporaryStore();
		expect(store.findCall("key")).toBeUndefined();
		store.recordCall(sampleCall({ reply: "old" }));
		const id = store.recordCall(sampleCall({ reply: "new" }));
		store.recordCall(sampleCall({ key: "other", reply: "other" }));
		expect(store.findCall("key")).toEqual({ id, reply: "new" });
	});

	test.each(["refused", "truncated", "filtered", "empty", "error"] as const)(
		"never serves a reply with outcome %s, nor lets it hide a good one",
		(outcome) => {
			const store = temporaryStore();
			store.recordCall(sampleCall({ outcome, reply: "bad" }));
			expect(store.findCall("key")).toBeUndefined();
			const id = store.recordCall(sampleCall({ reply: "good" }));
			store.recordCall(sampleCall({ outcome, reply: "bad" }));
			expect(store.findCall("key")).toEqual({ id, reply: "good" });
		},
	);

	test("does not serve a rejected reply; the one before it and the next one are served", () => {
		const store = temporaryStore();
		const first = store.recordCall(sampleCall({ reply: "first" }));
		const second = store.recordCall(sampleCall({ reply: "second" }));
		store.rejectCalls([second, second], "not the schema");
		store.rejectCalls([second], "said again");
		expect(store.findCall("key")?.id).toBe(first);
		store.rejectCalls([first], "not the schema");
		expect(store.findCall("key")).toBeUndefined();
		const third = store.recordCall(sampleCall({ reply: "third" }));
		expect(store.findCall("key")?.id).toBe(third);
	});
});

test("rejectCalls is one transaction: an unknown call rejects nothing", () => {
	const store = temporaryStore();
	const id = store.recordCall(sampleCall());
	expect(() => store.rejectCalls([id, 99], "why")).toThrow(
		expect.objectContaining({
			code: "call_unknown",
			message: "there is no call 99 in the store",
		}),
	);
	expect(store.findCall("key")?.id).toBe(id);
});

test("a good reply without text is refused by the database", () => {
	const store = temporaryStore();
	expect(() => store.recordCall(sampleCall({ reply: null }))).toThrow(
		/CHECK constraint/,
	);
});

test("calls are insert-only: the database refuses to change or delete one", () => {
	const store = temporaryStore();
	store.recordCall(sampleCall());
	const database = new Database(join(store.directory, "audio-dissect.db"));
	for (const statement of ["UPDATE calls SET reply = 'x'", "DELETE FROM calls"])
		expect(() => database.exec(statement)).toThrow("calls are insert-only");
	database.close();
});

test("evidence that JSON cannot say does not stop a paid call from being stored", () => {
	const store = temporaryStore();
	const circular: Record<string, unknown> = { value: Number.NaN };
	circular.self = circular;
	const bad = { outcome: "error", reply: null } as const;
	const first = store.recordCall(
		sampleCall({ ...bad, error: { ...FAILURE, evidence: circular } }),
	);
	const second = store.recordCall(
		sampleCall({
			...bad,
			error: { ...FAILURE, evidence: { value: Number.NaN, f: () => 1 } },
		}),
	);
	const run = startSampleRun(store);
	store.putNeurons(run, [sampleNeuron("first", 0)]);
	store.putDescriptions(run, [
		{
			layer: "first",
			unit: 0,
			module: "summarize",
			outcome: { status: "failed", error: { ...FAILURE, evidence: circular } },
			callIds: [first, second],
		},
	]);
	const [one, two] = [...store.runCalls(run)];
	expect(one?.error?.code).toBe("refused");
	expect(one?.error?.evidence?.notStored).toMatch(/circular/);
	expect(two?.error?.evidence).toEqual({ value: null });
	expect(store.readNeuron(run, "first", 0).summaries).toMatchObject({
		status: "failed",
		error: { code: "refused" },
	});
});

describe("runCalls", () => {
	function storeWithCalls() {
		const store = temporaryStore();
		const run = startSampleRun(store);
		store.putNeurons(run, [
			sampleNeuron("first", 0),
			sampleNeuron("first", 1),
			sampleNeuron("second", 0),
		]);
		return { store, run };
	}
	const summarize = (layer: string, unit: number, callIds: number[]) => ({
		layer,
		unit,
		module: "summarize" as const,
		outcome: { status: "failed" as const, error: FAILURE },
		callIds,
	});

	test("gives every field back, with attempt, time and rejection", () => {
		const { store, run } = storeWithCalls();
		const call = sampleCall({ error: FAILURE });
		store.recordCall(call);
		const id = store.recordCall(call);
		store.rejectCalls([id], "not the schema");
		store.putDescriptions(run, [summarize("first", 0, [id])]);
		expect([...store.runCalls(run)]).toEqual([
			{ ...call, id, attempt: 2, at: NOW, rejected: "not the schema" },
		]);
	});

	test("by run, layer and neuron, each call once, all attempts", () => {
		const { store, run } = storeWithCalls();
		const ids = [1, 2, 3, 4].map((key) =>
			store.recordCall(sampleCall({ key: String(key) })),
		);
		const [a = 0, b = 0, c = 0] = ids;
		store.putDescriptions(run, [
			summarize("first", 0, [b, a]),
			summarize("first", 1, [a]),
			summarize("second", 0, [c]),
		]);
		const found = (layer?: string, unit?: number) =>
			[...store.runCalls(run, layer, unit)].map(({ id }) => id);
		expect(found()).toEqual([a, b, c]);
		expect(found("first")).toEqual([a, b]);
		expect(found("first", 1)).toEqual([a]);
		expect(store.readNeuron(run, "first", 0).provenance[0]?.callIds).toEqual([
			b,
			a,
		]);
		expect(() => store.runCalls(run, "first", 3)).toThrow(
			expect.objectContaining({ code: "neuron_unknown" }),
		);
		expect(() => store.runCalls("nope")).toThrow(
			expect.objectContaining({ code: "run_unknown" }),
		);
	});

	test("comes in pages, and the store can be written in between", () => {
		const { store, run } = storeWithCalls();
		const ids = Array.from({ length: 250 }, (_, index) =>
			store.recordCall(sampleCall({ key: `key-${index}` })),
		);
		store.putDescriptions(run, [summarize("first", 0, ids)]);
		const seen: number[] = [];
		for (const { id } of store.runCalls(run)) {
			store.recordCall(sampleCall({ key: "meanwhile" }));
			seen.push(id);
		}
		expect(seen).toEqual(ids);
	});
});
