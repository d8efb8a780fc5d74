/** A model that defers sends nothing: what the store has is served, the rest is handed over once per key. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CallDeferredError } from "../../src/errors.ts";
import type { DeferredCall } from "../../src/llm/ask.ts";
import { memoryCallStore } from "../../src/llm/calls.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { modelAt, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(async () => {
	await server.close();
});

test("a stored call is served, another is put aside once and leaves no row", async () => {
	const calls = memoryCallStore();
	await modelAt(server, "openai", calls).generate(request());
	const aside: DeferredCall[] = [];
	const model = modelAt(server, "openai", calls, {
		defer: (deferred) => aside.push(deferred),
	});
	expect(await model.generate(request())).toMatchObject({ cached: true });
	const other = request("1. rain\n2. rain");
	const first = await rejection(model.generate(other), CallDeferredError);
	await rejection(model.generate(other), CallDeferredError);
	expect(aside.map(({ key }) => key)).toEqual([first.evidence?.callKey]);
	expect(aside[0]?.call).toMatchObject({
		operation: "summarize",
		messages: other.messages,
	});
	expect(calls.records).toHaveLength(1);
	expect(server.requests).toHaveLength(1);
});
