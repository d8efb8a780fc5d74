import { expect, test } from "vitest";
import { temporaryStore } from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

test("a result that is there stays", () => {
	const store = temporaryStore();
	expect(store.getModelCheck("key")).toBeUndefined();
	store.putModelCheck("key", { right: 3 });
	store.putModelCheck("key", { right: 4 });
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
		milliseconds: 200,
	});
	expect(store.usageOfCalls([...ids, put("c", null)])).toMatchObject({
		calls: 3,
		inputTokens: null,
		outputTokens: 21,
	});
	expect(store.usageOfCalls([])).toMatchObject({ calls: 0, milliseconds: 0 });
});
