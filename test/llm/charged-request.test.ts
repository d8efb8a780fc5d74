/** One request and its charge, where the answer never comes: it is stored at once, and only when something was sent. */
import { expect, test } from "vitest";
import { InterruptedError } from "../../src/errors.ts";
import { sendCharged } from "../../src/llm/charged-request.ts";
import { currentWire } from "../../src/llm/in-flight.ts";
import type { ProviderAnswer } from "../../src/llm/provider.ts";
import { rejection } from "./helpers.ts";

/** Runs a request whose `send` does this and is then interrupted. */
async function interrupted(send: () => void) {
	const stored: { answer: ProviderAnswer; now: boolean }[] = [];
	const released: unknown[] = [];
	await rejection(
		sendCharged({
			key: "k",
			worst: { input: 10, output: 5 },
			account: undefined,
			signal: new AbortController().signal,
			elapsed: () => 0,
			send: async () => {
				send();
				throw new InterruptedError();
			},
			store: (answer, { now }) => stored.push({ answer, now }),
			release: (used) => released.push(used),
		}),
		InterruptedError,
	);
	return { stored, released };
}

test("a request that is still on the wire when its caller leaves is one without a reply", async () => {
	const { stored, released } = await interrupted(() => currentWire()?.sent());
	expect(stored).toMatchObject([
		{ answer: { outcome: "error", failure: { code: "no_reply" } }, now: true },
	]);
	expect(released).toMatchObject([{ input: 10, output: 5 }]);
});

test.each([
	["nothing was sent", () => undefined],
	[
		"it was answered before",
		() => {
			currentWire()?.sent();
			currentWire()?.ended("answered");
		},
	],
	[
		"it never had a connection",
		() => {
			currentWire()?.sent();
			currentWire()?.ended("unreached");
		},
	],
])("none where %s", async (_, send) => {
	const { stored, released } = await interrupted(send);
	expect(stored).toEqual([]);
	expect(released).toEqual([null]);
});
