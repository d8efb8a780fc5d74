import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	type CallKeyParts,
	type CallRecord,
	callKey,
	memoryCallStore,
} from "../../src/llm/calls.ts";

const parts = fc.record({
	provider: fc.constantFrom("openai", "anthropic"),
	baseUrl: fc.webUrl(),
	model: fc.string(),
	parameters: fc.record({
		temperature: fc.oneof(
			fc.constant(null),
			fc.double({ min: 0, max: 2, noNaN: true }),
		),
		maxOutputTokens: fc.nat(),
	}),
	operation: fc.string(),
	messages: fc.array(
		fc.record({
			role: fc.constantFrom(
				"system" as const,
				"user" as const,
				"assistant" as const,
			),
			content: fc.string({ unit: "binary" }),
		}),
	),
	schema: fc.record({ type: fc.constant("object"), title: fc.string() }),
	sampleIndex: fc.nat(),
}) satisfies fc.Arbitrary<CallKeyParts>;

describe("callKey", () => {
	test("is 64 hex digits, ignores key order and what is not part of it", () => {
		fc.assert(
			fc.property(parts, (call) => {
				const reversed = {
					timeoutSeconds: 3,
					...Object.fromEntries(Object.entries(call).reverse()),
					...call,
					messages: call.messages.map(({ role, content }) => ({
						content,
						role,
						id: "x",
					})),
					parameters: Object.fromEntries(
						Object.entries(call.parameters).reverse(),
					),
				};
				expect(callKey(call)).toMatch(/^[0-9a-f]{64}$/);
				expect(callKey(reversed)).toBe(callKey(call));
			}),
		);
	});

	test("changes with the way it is asked; the usual way is no part of it", () => {
		fc.assert(
			fc.property(parts, (call) => {
				const ranked = { options: ["a", "b"], neutral: null };
				const keys = [
					call,
					{ ...call, format: "json" as const },
					{ ...call, format: "text" as const },
					{ ...call, ranked, choose: "top_logprobs" as const },
					{ ...call, ranked, choose: "log_probabilities" as const },
					{ ...call, ranked: { ...ranked, options: ["b", "a"] } },
					{ ...call, ranked: { ...ranked, neutral: call.messages } },
				].map(callKey);
				expect(new Set(keys).size).toBe(keys.length);
				expect(callKey({ ...call, format: "schema", choose: "schema" })).toBe(
					keys[0],
				);
			}),
		);
	});

	test("changes with every part", () => {
		fc.assert(
			fc.property(parts, parts, (a, b) => {
				for (const name of Object.keys(a) as (keyof typeof a)[]) {
					const mixed = { ...a, [name]: b[name] };
					const same = JSON.stringify(a[name]) === JSON.stringify(b[name]);
					expect(callKey(mixed) === callKey(a)).toBe(same);
				}
			}),
		);
	});

	test("moving a text from one message to the next is another call", () => {
		const base = {
			provider: "openai",
			baseUrl: "u",
			model: "m",
			parameters: {},
			operation: "o",
			schema: {},
			sampleIndex: 0,
		};
		const user = (content: string) => ({ role: "user" as const, content });
		expect(callKey({ ...base, messages: [user("ab"), user("c")] })).not.toBe(
			callKey({ ...base, messages: [user("a"), user("bc")] }),
		);
	});
});

test("memoryCallStore serves the newest ok call that was not rejected", () => {
	const store = memoryCallStore();
	const record = (
		outcome: CallRecord["outcome"],
		reply: string,
	): CallRecord => ({
		key: "k",
		operation: "o",
		provider: "p",
		baseUrl: "u",
		model: "m",
		request: {},
		sampleIndex: 0,
		outcome,
		reply,
		finishReason: null,
		requestId: null,
		httpStatus: null,
		inputTokens: null,
		outputTokens: null,
		milliseconds: 0,
		error: null,
	});
	expect(store.findCall("k")).toBeUndefined();
	expect(store.recordCall(record("ok", "first"))).toBe(1);
	expect(store.recordCall(record("truncated", "cut"))).toBe(2);
	expect(store.findCall("k")).toEqual({ id: 1, reply: "first" });
	expect(store.recordCall(record("ok", "third"))).toBe(3);
	expect(store.findCall("k")).toEqual({ id: 3, reply: "third" });
	store.rejectCalls([3], "nonsense");
	expect(store.findCall("k")).toEqual({ id: 1, reply: "first" });
	store.rejectCalls([1, 3], "again");
	expect(store.findCall("k")).toBeUndefined();
	expect([...store.rejected]).toEqual([
		[3, "nonsense"],
		[1, "again"],
	]);
});
