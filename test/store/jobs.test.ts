/** Jobs: one for each key, with a ledger of its own, worked on by one at a time. */
import { expect, test } from "vitest";
import { StoreError } from "../../src/errors.ts";
import { temporaryStore } from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

const key = "0123456789abcdef".repeat(4);

test("the same key is the same job, with what it was charged before", () => {
	const store = temporaryStore();
	const first = store.beginJob({ kind: "caption", key });
	expect(first.id).toBe("caption-0123456789ab");
	store.recordCall(sampleCall(), {
		run: first.id,
		inputTokens: 10,
		outputTokens: 1,
		estimated: false,
		usd: 0.5,
	});
	first.release();
	const again = store.beginJob({ kind: "caption", key });
	expect(again.id).toBe(first.id);
	expect(store.readLedger(again.id)).toMatchObject([{ calls: 1, usd: 0.5 }]);
	again.release();
});

test("is found by its id, or as the latest of its kind", () => {
	const store = temporaryStore();
	expect(store.findJob("caption")).toBeNull();
	store.beginJob({ kind: "caption", key }).release();
	store.beginJob({ kind: "llm-check", key }).release();
	const { id, release } = store.beginJob({
		kind: "caption",
		key: "f".repeat(64),
	});
	release();
	// Begun again, it is not newer than it was.
	store.beginJob({ kind: "caption", key }).release();
	expect(store.findJob("caption")?.id).toBe(id);
	expect(store.findJob("llm-check-0123456789ab")?.kind).toBe("llm-check");
	expect(store.listJobs().map(({ kind }) => kind)).toEqual([
		"caption",
		"llm-check",
		"caption",
	]);
	expect(store.findJob("0123456789ab")).toBeNull();
});

test("nobody else works on it", () => {
	const store = temporaryStore();
	const { release } = store.beginJob({ kind: "caption", key });
	expect(() => store.beginJob({ kind: "caption", key })).toThrow(
		expect.objectContaining({ constructor: StoreError, code: "job_locked" }),
	);
	store.beginJob({ kind: "llm-check", key }).release();
	release();
	store.beginJob({ kind: "caption", key }).release();
});
