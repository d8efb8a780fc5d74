import { expect, test } from "vitest";
import { temporaryStore } from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

test("gives back the verdicts that are there, per judge", () => {
	const store = temporaryStore();
	const callId = store.recordCall(sampleCall());
	store.putJudgements("judge", [
		{ lemma: "loud", acoustic: true, callId },
		{ lemma: "green", acoustic: false, callId: null },
	]);
	expect(store.getJudgements("judge", ["loud", "green", "soft"])).toEqual(
		new Map([
			["green", { acoustic: false, callId: null }],
			["loud", { acoustic: true, callId }],
		]),
	);
	expect(store.getJudgements("other", ["loud"]).size).toBe(0);
});

test("a verdict that is there stays", () => {
	const store = temporaryStore();
	store.putJudgements("judge", [
		{ lemma: "loud", acoustic: true, callId: null },
	]);
	store.putJudgements("judge", [
		{ lemma: "loud", acoustic: false, callId: null },
	]);
	expect(store.getJudgements("judge", ["loud"]).get("loud")?.acoustic).toBe(
		true,
	);
});

test("is one transaction: an unknown call stores nothing", () => {
	const store = temporaryStore();
	expect(() =>
		store.putJudgements("judge", [
			{ lemma: "loud", acoustic: true, callId: null },
			{ lemma: "soft", acoustic: true, callId: 7 },
		]),
	).toThrow(/FOREIGN KEY/);
	expect(store.getJudgements("judge", ["loud", "soft"]).size).toBe(0);
});
