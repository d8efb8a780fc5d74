/** Batches against the fake server, for every API: results request by request, lost submissions, cut downloads, budgets and limits. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
	InterruptedError,
	LanguageModelError,
	StoreError,
} from "../../../src/errors.ts";
import { createGracefulStop } from "../../../src/shared/graceful-stop.ts";
import {
	createGate,
	type FakeBehaviour,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../../support/fake-llm-server.ts";
import { rejection } from "../helpers.ts";
import { batchStudy } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(async () => {
	await server.close();
});

const ANSWERS = (count: number) =>
	Array.from({ length: count }, (_, index) =>
		expect.stringContaining(index >= 0 ? "rain" : ""),
	);

describe.each(["openai", "responses", "anthropic"] as const)("%s", (asked) => {
	test("bodies are those of online requests", async () => {
		const { ask, submit } = batchStudy(server, asked);
		await submit((await ask("submit", 1)).aside);
		const online = batchStudy(server, asked);
		const { modelAt, request } = await import("../helpers.ts");
		const { textOf } = await import("./helpers.ts");
		await modelAt(server, asked, online.store).generate(request(textOf(0)));
		expect(server.batch.batches[0]?.lines[0]?.body).toEqual(
			server.requests[0]?.body,
		);
	});

	test("every result counts for its own request, in whatever order", async () => {
		const { ask, submit, fetch, store, run } = batchStudy(server, asked);
		const scripted: FakeBehaviour[] = [
			{ kind: "reply" },
			{ kind: "refused" },
			{ kind: "truncated", text: '{"sentences":["cu' },
			{ kind: "status", status: 400, code: "invalid_request_error" },
			{ kind: "empty" },
		];
		server.setScript(({ index }) => scripted[index] ?? { kind: "reply" });
		const fates = ["expired", "cancelled", "missing"] as const;
		server.batch.setState(() => ({
			status: "ended",
			line: (index) => fates[index - scripted.length] ?? "answered",
		}));
		const first = await ask("submit", 8);
		expect(first.aside).toHaveLength(8);
		await submit(first.aside);
		expect(await fetch()).toMatchObject([
			{
				state: "ended",
				requests: 8,
				answered: 1,
				failed: 4,
				unanswered: { expired: 1, cancelled: 1, lost: 1 },
			},
		]);
		const polled = await ask("poll", 8);
		expect(polled.outcomes).toEqual([
			"The sound has a clear rain in it.",
			"reply_refused",
			"reply_truncated",
			"bad_request",
			"reply_empty",
			"waits",
			"waits",
			"waits",
		]);
		// A poll pays for no failure again; a new submission asks all of them.
		expect(polled.aside).toHaveLength(0);
		expect((await ask("submit", 8)).aside).toHaveLength(7);
		const [sum] = store.readLedger(run);
		expect(sum).toMatchObject({ calls: 5, failed: 4 });
		const { inputTokens = 0, outputTokens = 0 } = sum ?? {};
		expect(sum?.usd).toBeCloseTo(
			(0.5 * (inputTokens + 10 * outputTokens)) / 1e6,
			12,
		);
		expect(store.openBatches()).toEqual([]);
	});

	test("what waits in a batch is asked neither again nor online", async () => {
		const { ask, submit } = batchStudy(server, asked);
		await submit((await ask("submit", 3)).aside);
		for (const mode of ["submit", "poll", "online"] as const)
			expect(await ask(mode, 3)).toEqual({
				outcomes: ["waits", "waits", "waits"],
				aside: [],
			});
		expect(server.requests).toHaveLength(0);
	});

	test("a submission whose answer is lost is found again, not repeated", async () => {
		const { ask, submit, fetch } = batchStudy(server, asked);
		const other = batchStudy(server, asked);
		for (let batches = 0; batches < 3; batches += 1)
			await other.submit(
				(await other.ask("submit", 3 + 3 * batches)).aside.slice(0, 3),
			);
		server.batch.setSubmission(() => "lose");
		server.batch.setState(() => ({ status: "in_progress" }));
		const { aside } = await ask("submit", 3);
		const error = await rejection(submit(aside), LanguageModelError);
		expect(error.code).toBe("batch_unconfirmed");
		expect(server.batch.batches).toHaveLength(4);
		expect(await fetch(false)).toMatchObject([
			{
				state: "waiting",
				remoteId: asked === "anthropic" ? null : "batch_3",
			},
		]);
		expect((await ask("submit", 3)).aside).toEqual([]);
		server.batch.setState(() => ({ status: "ended" }));
		expect(await fetch()).toMatchObject([{ state: "ended", answered: 3 }]);
		expect((await ask("poll", 3)).outcomes).toEqual(ANSWERS(3));
	});

	test("a graceful stop lets the submission that is on its way end, and begins no other", async () => {
		const { ask, submit, store } = batchStudy(server, asked, {
			limits: { requests: 2, bytes: 1e6 },
		});
		const reached = createGate();
		const gate = createGate();
		server.batch.setSubmission(async () => {
			reached.open();
			await gate.opened;
			return "take" as const;
		});
		server.batch.setState(() => ({ status: "in_progress" }));
		const work = new AbortController();
		const drop = new AbortController();
		const { aside } = await ask("submit", 4);
		const submitting = submit(aside, undefined, work.signal);
		await reached.opened;
		work.abort(createGracefulStop({ drop: drop.signal }));
		gate.open();
		await rejection(submitting, InterruptedError);
		expect(server.batch.batches).toHaveLength(1);
		expect(store.openBatches()).toMatchObject([
			{ remoteId: server.batch.batches[0]?.id, requests: 2 },
		]);
	});

	test("a submission that never arrived is made again", async () => {
		const { ask, submit, fetch } = batchStudy(server, asked);
		server.batch.setSubmission((count) => (count === 0 ? "drop" : "take"));
		const { aside } = await ask("submit", 2);
		const error = await rejection(submit(aside), LanguageModelError);
		expect(error.code).toBe("batch_unconfirmed");
		expect(await fetch()).toMatchObject([{ state: "not_sent" }]);
		const again = await ask("poll", 2);
		expect(again.aside).toHaveLength(2);
		await submit(again.aside);
		expect(await fetch()).toMatchObject([{ state: "ended", answered: 2 }]);
		expect(server.batch.duplicates()).toBe(0);
	});

	test("a server that lists no batches does not say that one never arrived: nothing is submitted again before it is given up", async () => {
		const { ask, submit, fetch, store, run } = batchStudy(server, asked);
		server.batch.setSubmission(() => "lose");
		const { aside } = await ask("submit", 2);
		await rejection(submit(aside), LanguageModelError);
		server.batch.setListing(false);
		const unknown = [
			{
				state: "problem",
				problem: {
					code: "batch_unknown",
					message: expect.stringContaining("HTTP 404"),
					hint: expect.stringContaining("may have been paid for"),
				},
			},
		];
		// Whoever submits was not told yet.
		expect(await fetch(false)).toMatchObject(unknown);
		expect((await ask("submit", 2)).aside).toEqual([]);
		expect(await fetch()).toMatchObject(unknown);
		expect((await ask("poll", 2)).aside).toEqual([]);
		expect(store.openBatches()).toMatchObject([{ remoteId: null, open: 2 }]);
		expect(await fetch(false)).toMatchObject([
			{ state: "ended", unanswered: { lost: 2 } },
		]);
		expect((await ask("submit", 2)).aside).toHaveLength(2);
		expect(store.waitingInBatches(run).calls).toBe(2);
		expect(server.batch.batches).toHaveLength(1);
	});

	test("a list that is there again is believed", async () => {
		const { ask, submit, fetch } = batchStudy(server, asked);
		server.batch.setSubmission(() => "lose");
		await rejection(submit((await ask("submit", 2)).aside), LanguageModelError);
		server.batch.setListing(false);
		await fetch();
		server.batch.setListing(true);
		expect(await fetch(false)).toMatchObject([{ state: "ended", answered: 2 }]);
		expect((await ask("submit", 2)).aside).toEqual([]);
	});

	test("a submission that is refused says why, and leaves nothing open", async () => {
		const { ask, submit, store } = batchStudy(server, asked);
		server.batch.setSubmission(() => "refuse");
		const { aside } = await ask("submit", 2);
		const error = await rejection(submit(aside), LanguageModelError);
		expect(error.code).toBe("bad_request");
		expect(error.message).toContain("scripted refusal");
		expect(store.openBatches()).toEqual([]);
		expect((await ask("poll", 2)).aside).toHaveLength(2);
	});

	test.each(["cut", "cut-line"] as const)(
		"a download that is cut (%s) is gone on with",
		async (download) => {
			const { ask, submit, fetch, store, run } = batchStudy(server, asked);
			await submit((await ask("submit", 9)).aside);
			server.batch.setState(() => ({ status: "ended", download }));
			const [report] = await fetch();
			expect(report).toMatchObject({
				state: "problem",
				problem: { code: "batch_results_cut" },
			});
			const first = report?.answered ?? 0;
			expect(first).toBeGreaterThan(0);
			expect(first).toBeLessThan(9);
			expect(store.openBatches()).toMatchObject([{ open: 9 - first }]);
			server.batch.setState(() => ({ status: "ended" }));
			expect(await fetch()).toMatchObject([
				{ state: "ended", answered: 9 - first, failed: 0, unanswered: {} },
			]);
			expect(store.readLedger(run)).toMatchObject([{ calls: 9 }]);
			expect((await ask("poll", 9)).outcomes).toEqual(ANSWERS(9));
		},
	);

	test("limits of the provider split it: requests, then bytes", async () => {
		for (const [limits, sizes] of [
			[{ requests: 2, bytes: 1e6 }, [2, 2, 1]],
			[{ requests: 100, bytes: 1700 }, null],
		] as const) {
			const { ask, submit } = batchStudy(server, asked, { limits });
			const before = server.batch.batches.length;
			const { batches } = await submit((await ask("submit", 5)).aside);
			const sent = server.batch.batches.slice(before);
			expect(batches.map(({ requests }) => requests)).toEqual(
				sent.map(({ lines }) => lines.length),
			);
			if (sizes !== null)
				expect(sent.map(({ lines }) => lines.length)).toEqual(sizes);
			for (const { lines } of sent)
				if (sizes === null)
					expect(JSON.stringify(lines).length).toBeLessThan(limits.bytes);
			expect(sent.length).toBeGreaterThan(1);
		}
	});

	test("no more is submitted than the budget has room for", async () => {
		const { ask, submit, fetch, store, run } = batchStudy(server, asked);
		const budget = { usd: null, tokens: null, calls: 3 };
		const { aside } = await ask("submit", 5);
		expect(await submit(aside, budget)).toMatchObject({
			batches: [{ requests: 3 }],
			beyondBudget: 2,
		});
		const rest = await ask("submit", 5);
		expect(await submit(rest.aside, budget)).toMatchObject({
			batches: [],
			beyondBudget: 2,
		});
		// The worst case of one call, at the price of a batch.
		const { input = 0, output = 0 } = aside[0]?.worst ?? {};
		const one = (0.5 * (input + 10 * output)) / 1e6;
		expect(store.waitingInBatches(run).usd).toBeCloseTo(3 * one, 9);
		await fetch();
		expect(store.waitingInBatches(run).calls).toBe(0);
		const usd = {
			usd: (store.readLedger(run)[0]?.usd ?? 0) + one * 1.5,
			tokens: null,
			calls: null,
		};
		expect(await submit(rest.aside, usd)).toMatchObject({
			batches: [{ requests: 1 }],
		});
	});
});

test("a batch that OpenAI refuses as a whole is paid for with nothing, and submitted again on demand only", async () => {
	const { ask, submit, fetch, store, run } = batchStudy(server, "openai");
	await submit((await ask("submit", 2)).aside);
	server.batch.setState(() => ({ status: "failed" }));
	expect(await fetch()).toMatchObject([
		{
			state: "problem",
			unanswered: { refused: 2 },
			problem: {
				code: "batch_refused",
				message: expect.stringContaining("the model has no batches"),
			},
		},
	]);
	expect(store.readLedger(run)).toEqual([]);
	expect((await ask("poll", 2)).aside).toEqual([]);
	expect((await ask("submit", 2)).aside).toHaveLength(2);
});

test("one process at a time works on the batches of a store", () => {
	const { store } = batchStudy(server, "openai");
	const release = store.lockBatches();
	expect(() => store.lockBatches()).toThrow(StoreError);
	release();
	store.lockBatches()();
});

test("a result that comes twice is one call", async () => {
	const { ask, submit, store, fetch } = batchStudy(server, "openai");
	const { aside } = await ask("submit", 1);
	await submit(aside);
	const [batch] = store.openBatches();
	await fetch();
	const name = `${batch?.id}-${aside[0]?.key.slice(0, 40)}`;
	expect(
		store.storeBatchResults(batch?.id ?? "", [
			{ customId: name, unanswered: "expired" },
		]),
	).toBe(0);
	expect((await ask("poll", 1)).outcomes).toEqual(ANSWERS(1));
});
