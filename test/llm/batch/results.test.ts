/** Results that are not as they should be, for every API: lines of other shapes, names nobody knows, the same twice, files and batches that are gone. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../../support/fake-llm-server.ts";
import { batchStudy } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

const APIS = ["openai", "responses", "anthropic"] as const;

/** `count` requests in one batch that the provider has. */
async function submitted(asked: (typeof APIS)[number], count: number) {
	const study = batchStudy(server, asked);
	const { aside } = await study.ask("submit", count);
	await study.submit(aside);
	return {
		...study,
		aside,
		call: (index: number) => study.store.batchStanding(aside[index]?.key ?? ""),
	};
}

describe.each(APIS)("%s", (asked) => {
	test("a line of another shape is its request's failed call, with the line as evidence, and is paid for", async () => {
		const { ask, fetch, store, run, call } = await submitted(asked, 3);
		server.batch.setState(() => ({
			status: "ended",
			line: (index) => (index === 1 ? "odd" : "answered"),
		}));
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 2, failed: 1, unanswered: {}, strays: 0 },
		]);
		expect(call(1)).toMatchObject({
			state: "failed",
			error: {
				code: "reply_invalid",
				evidence: { text: expect.stringContaining("something new") },
			},
		});
		const [sum] = store.readLedger(run);
		expect(sum).toMatchObject({ calls: 3 });
		// A poll does not ask it again, the user does.
		const polled = await ask("poll", 3);
		expect(polled.outcomes[1]).toBe("reply_invalid");
		expect(polled.aside).toEqual([]);
		expect((await ask("submit", 3)).aside).toHaveLength(1);
	});

	test("lines of no request, of a batch that is not ours and of no JSON are kept, and nothing is made of them", async () => {
		const { ask, fetch, store, run } = await submitted(asked, 2);
		const other =
			asked === "anthropic"
				? { custom_id: "f".repeat(57), result: { type: "expired" } }
				: {
						custom_id: "f".repeat(57),
						response: { status_code: 200, request_id: null, body: {} },
					};
		const extra = [JSON.stringify(other), '{"id": 7}', "<html>", '"a"'];
		server.batch.setState(() => ({ status: "ended", extra }));
		const [batch] = store.openBatches();
		expect(await fetch()).toMatchObject([
			{
				state: "ended",
				answered: 2,
				failed: 0,
				strays: 4,
				stray: expect.stringContaining("fff"),
			},
		]);
		expect(store.readLedger(run)).toMatchObject([{ calls: 2 }]);
		expect((await ask("poll", 2)).aside).toEqual([]);
		for (const line of extra)
			expect(store.keepBatchStray(batch?.id ?? "", line)).toBe(false);
	});

	test("the same result twice is one call; one that says something else is kept", async () => {
		const { fetch, store, run, aside } = await submitted(asked, 2);
		const [batch] = store.openBatches();
		const name = `${batch?.id}-${aside[0]?.key.slice(0, 40)}`;
		const second = JSON.stringify(
			asked === "anthropic"
				? { custom_id: name, result: { type: "canceled" } }
				: {
						custom_id: name,
						response: null,
						error: { code: "batch_cancelled", message: "no" },
					},
		);
		server.batch.setState(() => ({
			status: "ended",
			extra: [second, second],
		}));
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 2, unanswered: {}, strays: 1, stray: second },
		]);
		expect(store.readLedger(run)).toMatchObject([{ calls: 2 }]);
	});

	test("a file that ends between two lines is fetched again before a request counts as lost", async () => {
		const { fetch, store, run } = await submitted(asked, 8);
		let downloads = 0;
		server.batch.setState((batch) => {
			downloads = batch.downloads;
			return {
				status: "ended",
				download: downloads <= 1 ? "cut-between" : "whole",
			};
		});
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 8, unanswered: {} },
		]);
		expect(downloads).toBeGreaterThan(1);
		expect(store.readLedger(run)).toMatchObject([{ calls: 8 }]);
		expect(server.batch.batches).toHaveLength(1);
	});

	test("a connection that breaks is taken up again in the same poll", async () => {
		const { fetch, store, run } = await submitted(asked, 9);
		server.batch.setState(({ downloads }) => ({
			status: "ended",
			download: downloads <= 1 ? "cut" : "whole",
		}));
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 9, unanswered: {}, problem: null },
		]);
		expect(store.readLedger(run)).toMatchObject([{ calls: 9 }]);
	});

	test("a batch that expired has what was answered in time", async () => {
		const { ask, fetch, store, run } = await submitted(asked, 4);
		server.batch.setState(() => ({
			status: "expired",
			line: (index) => (index < 2 ? "answered" : "expired"),
		}));
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 2, unanswered: { expired: 2 } },
		]);
		// What expired is not billed.
		expect(store.readLedger(run)).toMatchObject([{ calls: 2 }]);
		expect((await ask("poll", 4)).aside).toEqual([]);
		expect((await ask("submit", 4)).aside).toHaveLength(2);
	});

	test("a batch that is being cancelled is waited for; then it has what was answered before", async () => {
		const { fetch } = await submitted(asked, 3);
		server.batch.setState(() => ({ status: "cancelling" }));
		expect(await fetch()).toMatchObject([{ state: "waiting" }]);
		server.batch.setState(() => ({
			status: "cancelled",
			line: (index) => (index === 0 ? "answered" : "cancelled"),
		}));
		expect(await fetch()).toMatchObject([
			{ state: "ended", answered: 1, unanswered: { cancelled: 2 } },
		]);
	});

	test("a request that timed out at the provider fails as one does online", async () => {
		const { ask, fetch } = await submitted(asked, 2);
		server.batch.setState(() => ({
			status: "ended",
			line: (index) => (index === 0 ? "timeout" : "answered"),
		}));
		expect(await fetch()).toMatchObject([{ answered: 1, failed: 1 }]);
		expect((await ask("poll", 2)).outcomes[0]).toBe("timeout");
	});

	test.each([
		["the batch", { status: "unknown" }],
		["its results", { status: "ended", download: "gone" }],
	] as const)(
		"%s is gone: said by the poll, waited for, and submitted again only on demand",
		async (_, state) => {
			const { ask, fetch, submit, store, run } = await submitted(asked, 3);
			server.batch.setState(() => state);
			for (let polls = 0; polls < 2; polls += 1) {
				expect(await fetch()).toMatchObject([
					{
						state: "problem",
						problem: {
							code: "batch_gone",
							hint: expect.stringContaining("may have been paid for"),
						},
					},
				]);
				expect((await ask("poll", 3)).aside).toEqual([]);
			}
			// It was there all the time, for another key.
			server.batch.setState(() => ({ status: "in_progress" }));
			expect(await fetch()).toMatchObject([{ state: "waiting" }]);
			server.batch.setState(() => state);
			// Nobody was told this time: what is submitted now leaves it alone.
			expect(await fetch(false)).toMatchObject([{ state: "waiting" }]);
			expect((await ask("submit", 3)).aside).toEqual([]);
			await fetch();
			expect(await fetch(false)).toMatchObject([
				{ state: "ended", status: "gone", unanswered: { lost: 3 } },
			]);
			expect(store.openBatches()).toEqual([]);
			expect((await ask("poll", 3)).aside).toEqual([]);
			const { aside } = await ask("submit", 3);
			expect(aside).toHaveLength(3);
			// What was lost may have been paid for: it counts with the most it can have cost.
			expect(store.waitingInBatches(run).calls).toBe(3);
			const budget = { usd: null, tokens: null, calls: 5 };
			expect(await submit(aside, budget)).toMatchObject({
				batches: [{ requests: 2 }],
				beyondBudget: 1,
			});
		},
	);

	test("a batch that was given up for gone, and is there again, is fetched and not submitted", async () => {
		const { ask, fetch } = await submitted(asked, 2);
		server.batch.setState(() => ({ status: "unknown" }));
		await fetch();
		server.batch.setState(() => ({ status: "ended" }));
		expect(await fetch(false)).toMatchObject([{ state: "ended", answered: 2 }]);
		expect((await ask("submit", 2)).aside).toEqual([]);
	});
});

describe("OpenAI", () => {
	test.each(["validating", "finalizing"] as const)(
		"%s is waited for",
		async (status) => {
			const { fetch } = await submitted("openai", 1);
			server.batch.setState(() => ({ status }));
			expect(await fetch()).toMatchObject([{ state: "waiting", status }]);
		},
	);

	test("a batch that failed its validation says which lines, and was paid for with nothing", async () => {
		const { ask, fetch, store, run } = await submitted("openai", 2);
		const errors = Array.from({ length: 7 }, (_, line) => ({
			code: "invalid_json_line",
			message: "This line is not valid.",
			param: null,
			line: line + 1,
		}));
		server.batch.setState(() => ({ status: "failed", errors }));
		const [report] = await fetch();
		expect(report?.problem?.message).toContain(
			"This line is not valid. (line 1); This line is not valid. (line 2)",
		);
		expect(report?.problem?.message).toMatch(/\(line 5\); and 2 more$/);
		expect(store.readLedger(run)).toEqual([]);
		expect((await ask("submit", 2)).aside).toHaveLength(2);
	});

	test("a file with an empty name is none", async () => {
		const { fetch } = await submitted("openai", 2);
		server.batch.setState(() => ({ status: "ended", emptyNames: true }));
		expect(await fetch()).toMatchObject([{ state: "ended", answered: 2 }]);
	});
});

test("a provider that cannot be reached leaves everything open", async () => {
	const { fetch, store } = await submitted("openai", 1);
	await server.close();
	const reports = await fetch();
	expect(reports).toMatchObject([
		{ state: "problem", problem: { code: "connection_failed" } },
	]);
	expect(store.openBatches()).toHaveLength(1);
	server = await startFakeLlmServer();
});
