import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
	InterruptedError,
	LanguageModelError,
	StoreError,
} from "../../src/errors.ts";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import {
	createGate,
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, rejection, request, summary } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(async () => {
	await server.close();
});

const good = '{"sentences": ["A bell rings."]}';

describe("the cache", () => {
	test("serves a stored reply to any later model with the same identity, without a request", async () => {
		const calls = memoryCallStore();
		const first = await modelAt(server, "openai", calls).generate(request());
		await server.close();
		const later = modelAt(server, "openai", calls, {
			concurrency: 1,
			timeoutSeconds: 1,
			maxRetries: 5,
			apiKey: null,
		});
		expect(await later.generate(request())).toEqual({ ...first, cached: true });
	});

	test("another model, parameter, operation, message, schema or sample is another call", async () => {
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls);
		await model.generate(request());
		await modelAt(server, "openai", calls, { model: "other" }).generate(
			request(),
		);
		for (const temperature of [null, 0.5])
			await modelAt(server, "openai", calls, {
				parameters: { temperature, maxOutputTokens: 256 },
			}).generate(request());
		await modelAt(server, "openai", calls, {
			parameters: { temperature: 0, maxOutputTokens: 256, seed: 1 },
		}).generate(request());
		await model.generate({ ...request(), operation: "other" });
		await model.generate(request("1. x\n2. x"));
		await model.generate({ ...request(), sampleIndex: 1 });
		await model.generate({
			...request(),
			schema: {
				name: "summary",
				zod: z.object({ sentences: z.array(z.string()).max(9) }),
			},
		});
		expect(server.requests).toHaveLength(9);
		expect(new Set(calls.records.map(({ key }) => key)).size).toBe(9);
	});

	test("replies are stored raw: a stricter schema checks old ones for free", async () => {
		const calls = memoryCallStore();
		const text = '{ "sentences" : [ "a" ] , "more": 1 }';
		server.setScript(() => ({ kind: "reply", text }));
		const model = modelAt(server, "openai", calls);
		expect((await model.generate(request())).value).toEqual({
			sentences: ["a"],
		});
		expect(calls.records[0]?.reply).toBe(text);
	});

	test("a stored call has the request, the reply and the usage", async () => {
		const calls = memoryCallStore();
		let clock = 0;
		const elapsed = () => {
			clock += 40;
			return clock;
		};
		await modelAt(server, "openai", calls, { elapsed }).generate(
			request("1. a"),
		);
		expect(calls.records).toEqual([
			{
				key: expect.stringMatching(/^[0-9a-f]{64}$/),
				operation: "summarize",
				provider: "openai",
				baseUrl: server.openAiUrl,
				model: "test-model",
				request: {
					messages: request("1. a").messages,
					schema: {
						type: "object",
						properties: {
							sentences: { type: "array", items: { type: "string" } },
						},
						required: ["sentences"],
					},
					parameters: { temperature: 0, maxOutputTokens: 256 },
				},
				sampleIndex: 0,
				outcome: "ok",
				reply: '{"sentences":[]}',
				finishReason: "stop",
				requestId: "req-0",
				httpStatus: 200,
				inputTokens: 25,
				outputTokens: 16,
				milliseconds: 40,
				error: null,
			},
		]);
	});

	test("a store that cannot commit is the caller's error: the reply is not used", async () => {
		const failing: CallStore = {
			...memoryCallStore(),
			recordCall: () => {
				throw new StoreError("disk full", { code: "store_unwritable" });
			},
		};
		const model = modelAt(server, "openai", failing);
		const error = await rejection(model.generate(request()), StoreError);
		expect(error.code).toBe("store_unwritable");
	});
});

describe("an invalid reply", () => {
	test.each([
		[
			"cut in mid-JSON but reported as complete",
			'{"sentences": ["A be',
			"it is not valid JSON",
		],
		["prose", "Sure, here you are: yes", "it is not valid JSON"],
		[
			"of another shape",
			'{"sentences": "A bell"}',
			"it does not fit the schema (at sentences: Invalid input: expected array, received string)",
		],
		[
			"null",
			"null",
			"it does not fit the schema (Invalid input: expected object, received null)",
		],
	])(
		"%s is asked again once, with what was wrong",
		async (_, invalid, problem) => {
			server.setScript(({ index }) => ({
				kind: "reply",
				text: index === 0 ? invalid : good,
			}));
			const calls = memoryCallStore();
			const model = modelAt(server, "openai", calls);
			const answer = await model.generate(request());
			expect(answer).toEqual({
				value: { sentences: ["A bell rings."] },
				callIds: [1, 2],
				cached: false,
			});
			expect(server.requests[1]?.messages).toEqual([
				...request().messages,
				{ role: "assistant", content: invalid },
				{
					role: "user",
					content: `That reply cannot be used: ${problem}. Answer the request again. Reply with one JSON object that fits the schema and nothing else.`,
				},
			]);
			// Both are served from then on.
			expect(await model.generate(request())).toEqual({
				...answer,
				cached: true,
			});
			expect(server.requests).toHaveLength(2);
		},
	);

	test("twice: an error with both calls, neither of which is served again", async () => {
		server.setScript(({ index }) => ({
			kind: "reply",
			text: `nonsense ${index}`,
		}));
		const calls = memoryCallStore();
		const model = modelAt(server, "anthropic", calls);
		const error = await rejection(
			model.generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("reply_invalid");
		expect(error.message).toBe(
			'two replies of anthropic model "test-model" to a summarize request are invalid: expected JSON that fits the schema "summary"; of the second, it is not valid JSON',
		);
		expect(error.hint).toContain("asks again");
		expect(error.evidence).toMatchObject({
			callIds: [1, 2],
			callKey: calls.records[0]?.key,
			text: "nonsense 1",
		});
		expect([...calls.rejected.keys()]).toEqual([1, 2]);
		server.setScript(() => ({ kind: "reply", text: good }));
		expect(await model.generate(request())).toMatchObject({
			callIds: [3],
			cached: false,
		});
	});

	test("a process that ends between the two tries: the first reply is served, only the second is asked", async () => {
		server.setScript(({ index }) =>
			index === 0 ? { kind: "reply", text: "nonsense" } : { kind: "drop" },
		);
		const calls = memoryCallStore();
		const error = await rejection(
			modelAt(server, "openai", calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("connection_failed");
		expect(error.evidence).toMatchObject({ callIds: [1, 2] });
		expect(calls.rejected.size).toBe(0);
		server.setScript(() => ({ kind: "reply", text: good }));
		const answer = await modelAt(server, "openai", calls).generate(request());
		expect(answer).toMatchObject({ callIds: [1, 3], cached: false });
		expect(server.requests).toHaveLength(3);
	});

	test("a second try that is cut: the first reply is not served again either", async () => {
		server.setScript(({ index }) =>
			index === 0
				? { kind: "reply", text: "nonsense" }
				: { kind: "truncated", text: "{" },
		);
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls);
		const error = await rejection(
			model.generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("reply_truncated");
		expect([...calls.rejected]).toEqual([
			[
				1,
				"invalid (it is not valid JSON), and the second try ended as reply_truncated",
			],
		]);
	});

	test("choose never takes a word because it occurs in the reply", async () => {
		server.setScript(() => ({
			kind: "reply",
			text: '{"choice": "yes, it is not"}',
		}));
		const model = modelAt(server, "openai");
		const error = await rejection(
			model.choose({ operation: "x", messages: [], options: ["yes", "no"] }),
			LanguageModelError,
		);
		expect(error.code).toBe("reply_invalid");
		expect(server.requests).toHaveLength(2);
	});
});

describe("many calls at once", () => {
	test("identical ones are joined; different ones run at most `concurrency` at a time", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { concurrency: 3 });
		const texts = Array.from(
			{ length: 40 },
			(_, index) => `1. text ${index % 8}`,
		);
		const answers = texts.map((text) => model.generate(request(text)));
		await server.arrived(3);
		gate.open();
		const settled = await Promise.all(answers);
		expect(server.requests).toHaveLength(8);
		expect(server.maxInFlight()).toBe(3);
		expect(calls.records).toHaveLength(8);
		expect(new Set(settled.map(({ callIds }) => callIds[0])).size).toBe(8);
		expect(settled[0]).toEqual(settled[8]);
	});

	test("a joined failure reaches everyone and is asked again afterwards", async () => {
		server.setScript(({ index }) =>
			index === 0 ? { kind: "status", status: 500 } : { kind: "reply" },
		);
		const model = modelAt(server, "openai");
		const pair = await Promise.allSettled([
			model.generate(request()),
			model.generate(request()),
		]);
		expect(pair.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		expect(server.requests).toHaveLength(1);
		expect(await model.generate(request())).toMatchObject({ cached: false });
	});
});

describe("interrupting", () => {
	test("cancels what is in flight, drops what is queued, and records neither", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const calls = memoryCallStore();
		const model = modelAt(server, "anthropic", calls, { concurrency: 2 });
		const controller = new AbortController();
		const pending = Array.from({ length: 6 }, (_, index) =>
			model.generate(request(`1. ${index}`), { signal: controller.signal }),
		);
		const outcomes = Promise.allSettled(pending);
		await server.arrived(2);
		controller.abort(new Error("Ctrl-C"));
		for (const outcome of await outcomes) {
			expect(outcome.status).toBe("rejected");
			if (outcome.status === "rejected")
				expect(outcome.reason).toBeInstanceOf(InterruptedError);
		}
		gate.open();
		expect(server.requests).toHaveLength(2);
		expect(calls.records).toHaveLength(0);
		// The model is as good as new.
		expect(await model.generate(request("1. 0"))).toMatchObject({
			cached: false,
		});
	});

	test("before the start asks nothing", async () => {
		const model = modelAt(server, "openai");
		await rejection(
			model.generate(request(), { signal: AbortSignal.abort() }),
			InterruptedError,
		);
		expect(server.requests).toHaveLength(0);
	});

	test("one of two joined callers leaves the other's call alone", async () => {
		const gate = createGate();
		server.setScript(async () => {
			await gate.opened;
			return { kind: "reply" };
		});
		const model = modelAt(server, "openai");
		const controller = new AbortController();
		const leaves = model.generate(request(), { signal: controller.signal });
		const stays = model.generate(request(), {
			signal: new AbortController().signal,
		});
		await server.arrived(1);
		controller.abort();
		await rejection(leaves, InterruptedError);
		gate.open();
		expect(await stays).toMatchObject({ cached: false });
		expect(server.requests).toHaveLength(1);
	});
});

describe("failing fast", () => {
	const ask = (count: number, model: ReturnType<typeof modelAt>) =>
		Promise.allSettled(
			Array.from({ length: count }, (_, index) =>
				model.generate(request(`1. ${index}`)),
			),
		);

	test("a wrong key: as many requests and rows as were in flight, then the same error for all", async () => {
		await server.close();
		server = await startFakeLlmServer({ apiKey: "the-right-key" });
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { concurrency: 4 });
		const outcomes = await ask(300, model);
		expect(server.requests.length).toBeLessThanOrEqual(4);
		expect(calls.records).toHaveLength(server.requests.length);
		const errors = outcomes.map((outcome) =>
			outcome.status === "rejected" ? outcome.reason : null,
		);
		expect(new Set(errors.map((error) => error?.code))).toEqual(
			new Set(["auth_failed"]),
		);
		expect(new Set(errors.map((error) => error?.message)).size).toBe(1);
		expect(errors[0]?.hint).toBe(
			"Check the key in the environment variable OPENAI_API_KEY.",
		);
		expect(errors.at(-1)?.evidence).toMatchObject({ sent: false, callIds: [] });
		// What the store has is still served, and a new model asks again.
		const right = modelAt(server, "openai", calls, { apiKey: "the-right-key" });
		await right.generate(request("1. 7"));
		expect(await model.generate(request("1. 7"))).toMatchObject({
			cached: true,
		});
	});

	test("the hint names the variable the config names", async () => {
		server.setScript(() => ({ kind: "status", status: 401 }));
		const model = modelAt(server, "anthropic", memoryCallStore(), {
			apiKeyEnv: "LAB_KEY",
		});
		const error = await rejection(
			model.generate(request()),
			LanguageModelError,
		);
		expect(error.hint).toContain("environment variable LAB_KEY");
	});

	test.each([403, 404])(
		"HTTP %i: only when nothing was answered before",
		async (status) => {
			server.setScript(() => ({ kind: "status", status }));
			const unknown = modelAt(server, "openai", memoryCallStore(), {
				concurrency: 1,
			});
			await ask(5, unknown);
			expect(server.requests).toHaveLength(1);
			server.setScript(({ index }) =>
				index === 1 ? { kind: "reply" } : { kind: "status", status },
			);
			const known = modelAt(server, "openai", memoryCallStore(), {
				concurrency: 1,
			});
			await ask(5, known);
			expect(server.requests).toHaveLength(6);
		},
	);

	test("a used-up quota at once; any other 429 never", async () => {
		server.setScript(() => ({ kind: "status", status: 429 }));
		await ask(
			5,
			modelAt(server, "openai", memoryCallStore(), { concurrency: 1 }),
		);
		expect(server.requests).toHaveLength(5);
		server.setScript(() => ({
			kind: "status",
			status: 429,
			code: "insufficient_quota",
		}));
		await ask(
			5,
			modelAt(server, "openai", memoryCallStore(), { concurrency: 1 }),
		);
		expect(server.requests).toHaveLength(6);
	});

	test("no server: after ten lost calls in a row; an answer in between starts the count again", async () => {
		server.setScript(({ index }) =>
			index === 9 ? { kind: "reply" } : { kind: "drop" },
		);
		const calls = memoryCallStore();
		const model = modelAt(server, "openai", calls, { concurrency: 1 });
		const outcomes = await ask(50, model);
		expect(server.requests).toHaveLength(20);
		expect(calls.records).toHaveLength(20);
		const last = outcomes.at(-1);
		expect(last?.status === "rejected" && last.reason.code).toBe(
			"connection_failed",
		);
	});
});

test("schema: what is checked is what is sent", async () => {
	const model = modelAt(server, "openai");
	await model.generate(request());
	expect(server.requests[0]?.schema).toMatchObject({
		...z.toJSONSchema(summary.zod),
		$schema: expect.anything(),
		additionalProperties: false,
	});
});
