/** A replay ends as the recorded calls ended: with the same reply, or with the same failure and the same evidence. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LanguageModelError } from "../../src/errors.ts";
import { type CallStore, memoryCallStore } from "../../src/llm/calls.ts";
import { createReplayModel } from "../../src/llm/create.ts";
import { endsEveryCall } from "../../src/llm/ends-every-call.ts";
import type { FakeBehaviour } from "../support/fake-llm-protocols.ts";
import {
	type FakeLlmServer,
	startFakeLlmServer,
} from "../support/fake-llm-server.ts";
import { temporaryStore } from "../support/temporary-store.ts";
import { modelAt, rejection, request } from "./helpers.ts";

let server: FakeLlmServer;
beforeEach(async () => {
	server = await startFakeLlmServer();
});
afterEach(() => server.close());

const replayOf = (calls: CallStore) =>
	createReplayModel({
		provider: "openai",
		model: "test-model",
		baseUrl: server.openAiUrl,
		parameters: { temperature: 0, maxOutputTokens: 256 },
		calls,
	});

const stores: Readonly<Record<string, () => CallStore>> = {
	"in memory": memoryCallStore,
	"in SQLite": temporaryStore,
};

const failures: Readonly<Record<string, readonly FakeBehaviour[]>> = {
	reply_refused: [{ kind: "refused", text: "I cannot." }],
	reply_truncated: [{ kind: "truncated", text: '{"sentences":["A be' }],
	reply_filtered: [{ kind: "filtered" }],
	reply_empty: [{ kind: "empty" }],
	bad_request: [{ kind: "status", status: 400 }],
	server_error: [{ kind: "status", status: 500 }],
	auth_failed: [{ kind: "status", status: 401 }],
	connection_failed: [{ kind: "drop" }],
	"reply_invalid, of two replies": [
		{ kind: "reply", text: "no JSON" },
		{ kind: "reply", text: '{"sentences":[1]}' },
	],
	"server_error, after an invalid reply": [
		{ kind: "reply", text: "no JSON" },
		{ kind: "status", status: 503 },
	],
	"reply_refused, after an invalid reply": [
		{ kind: "reply", text: "no JSON" },
		{ kind: "refused" },
	],
};

describe.each(Object.keys(stores))("recorded %s", (name) => {
	test.each(Object.keys(failures))("%s", async (what) => {
		const behaviours = failures[what] ?? [];
		server.setScript(({ index }) => behaviours[index] ?? { kind: "reply" });
		const calls = (stores[name] ?? memoryCallStore)();
		const live = await rejection(
			modelAt(server, "openai", calls).generate(request()),
			LanguageModelError,
		);
		expect(live.code).toBe(what.replace(/,.*/, ""));
		const sent = server.requests.length;
		for (let times = 0; times < 2; times += 1) {
			const error = await rejection(
				replayOf(calls).generate(request()),
				LanguageModelError,
			);
			const { code, message, hint, evidence } = error;
			expect({ code, message, hint }).toEqual({
				code: live.code,
				message: live.message,
				hint: live.hint,
			});
			expect(evidence).toMatchObject({
				callIds: live.evidence?.callIds,
				callKey: live.evidence?.callKey,
			});
			expect(evidence?.problems).toEqual(live.evidence?.problems);
			// The next neuron's call may have been answered.
			expect(endsEveryCall(error)).toBe(false);
		}
		expect(server.requests).toHaveLength(sent);
	});

	test("what failed and was answered later is answered", async () => {
		server.setScript(({ index }) => ({
			kind: index === 0 ? "refused" : "reply",
		}));
		const calls = (stores[name] ?? memoryCallStore)();
		const model = modelAt(server, "openai", calls);
		await rejection(model.generate(request()), LanguageModelError);
		const { value, callIds } = await model.generate(request());
		expect(await replayOf(calls).generate(request())).toEqual({
			value,
			callIds,
			cached: true,
		});
	});

	test("only what was never asked is a miss, and ends the run", async () => {
		const calls = (stores[name] ?? memoryCallStore)();
		const error = await rejection(
			replayOf(calls).generate(request()),
			LanguageModelError,
		);
		expect(error.code).toBe("replay_miss");
		expect(endsEveryCall(error)).toBe(true);
	});
});
