import { expect, test } from "vitest";
import type { Json } from "../../src/shared/hash.ts";
import { startSampleRun, temporaryStore } from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

test("a result that is there stays", () => {
	const store = temporaryStore();
	expect(store.getModelCheck("key")).toBeUndefined();
	store.putModelCheck("key", { right: 3 }, ["schema"]);
	store.putModelCheck("key", { right: 4 }, ["schema"]);
	expect(store.getModelCheck("key")).toEqual({ right: 3 });
});

test("sums what calls used; a count that one of them lacks is null", () => {
	const store = temporaryStore();
	const put = (key: string, inputTokens: number | null) =>
		store.recordCall({
			...sampleCall(),
			key,
			inputTokens,
			outputTokens: 7,
			milliseconds: 100,
		});
	const ids = [put("a", 10), put("b", 20)];
	expect(store.usageOfCalls([...ids, 999])).toEqual({
		calls: 2,
		inputTokens: 30,
		outputTokens: 14,
		audioTokens: 0,
		milliseconds: 200,
	});
	expect(store.usageOfCalls([...ids, put("c", null)])).toMatchObject({
		calls: 3,
		inputTokens: null,
		outputTokens: 21,
	});
	expect(store.usageOfCalls([])).toMatchObject({ calls: 0, milliseconds: 0 });
	const run = startSampleRun(store);
	const heard = store.recordCall(sampleCall({ key: "heard" }), {
		run,
		inputTokens: 50,
		outputTokens: 7,
		audioTokens: 40,
		estimated: false,
		usd: null,
	});
	expect(store.usageOfCalls([...ids, heard]).audioTokens).toBe(40);
});

test("says how calls were asked, by what their requests hold", () => {
	const store = temporaryStore();
	const put = (key: string, request: Json) =>
		store.recordCall({ ...sampleCall(), key, request });
	const ids = [
		put("a", {}),
		put("b", { choose: "schema" }),
		put("c", { format: "text" }),
		put("d", { choose: "schema", format: "json" }),
		put("e", { choose: "top_logprobs" }),
		put("f", { choose: "log_probabilities" }),
	];
	expect(store.waysOfCalls([...ids, 999])).toEqual({
		json: 1,
		log_probabilities: 1,
		schema: 2,
		text: 1,
		top_logprobs: 1,
	});
	expect(store.waysOfCalls([])).toEqual({});
});
