/** What a call's request is told when its signal fires: by the state of its requests, and by the kind of stop. */
import { describe, expect, it } from "vitest";
import { InterruptedError } from "../../src/errors.ts";
import { createBoundedFetch } from "../../src/llm/bounded-fetch.ts";
import { currentWire, finishInFlight } from "../../src/llm/in-flight.ts";
import { createJoin } from "../../src/llm/join.ts";
import {
	createGracefulStop,
	gracefulStopOf,
} from "../../src/shared/graceful-stop.ts";
import { createGate } from "../support/fake-llm-server.ts";
import { rejection } from "./helpers.ts";

/** A call that has come to where `before` has brought it and ends when `finish` is called; `request`: the signal of its request. */
function begun(before: (wire: ReturnType<typeof currentWire>) => void) {
	const work = new AbortController();
	const drop = new AbortController();
	const stop = createGracefulStop({ drop: drop.signal });
	const gate = createGate();
	let request = new AbortController().signal;
	let wire: ReturnType<typeof currentWire>;
	const result = finishInFlight(work.signal, async (signal) => {
		request = signal;
		wire = currentWire();
		before(wire);
		await gate.opened;
		return "reply";
	});
	return {
		work,
		drop,
		stop,
		result,
		finish: gate.open,
		request: () => request,
		wire: () => wire,
	};
}

describe("finishInFlight", () => {
	it("waits for what is on the wire, until it is told to drop it", async () => {
		const { work, drop, stop, result, finish, request } = begun((wire) =>
			wire?.sent(),
		);
		work.abort(stop);
		expect(request().aborted).toBe(false);
		expect(stop.waitedFor()).toBe(1);
		drop.abort();
		expect(request().aborted).toBe(true);
		expect(request().reason).toBe(stop);
		finish();
		expect(await result).toBe("reply");
		expect(stop.waitedFor()).toBe(0);
	});

	it.each([
		["with any other reason", (): void => undefined, false],
		["before anything is sent", (): void => undefined, true],
		[
			"between two tries",
			(wire: ReturnType<typeof currentWire>): void => {
				wire?.sent();
				wire?.ended("answered");
			},
			true,
		],
	] as const)("drops at once: %s", async (_, before, graceful) => {
		const { work, stop, result, finish, request } = begun((wire) => {
			if (!graceful) wire?.sent();
			before(wire);
		});
		work.abort(graceful ? stop : undefined);
		expect(request().aborted).toBe(true);
		expect(stop.waitedFor()).toBe(0);
		finish();
		await result;
	});

	it("once the answer is here it is read; after a lost connection nothing is tried again", async () => {
		const answered = begun((wire) => wire?.sent());
		answered.work.abort(answered.stop);
		answered.wire()?.ended("answered");
		expect(answered.request().aborted).toBe(false);
		expect(answered.wire()?.stopped()).toBe(true);
		expect(() => answered.wire()?.sent()).toThrow(InterruptedError);
		const lost = begun((wire) => wire?.sent());
		lost.work.abort(lost.stop);
		lost.wire()?.ended("lost");
		expect(lost.request().aborted).toBe(true);
		for (const { finish, result } of [answered, lost]) {
			finish();
			await result;
		}
	});

	it("a call whose signal had fired sends nothing", async () => {
		const request = await finishInFlight(
			AbortSignal.abort(),
			async (signal) => signal,
		);
		expect(request.aborted).toBe(true);
	});
});

describe("createBoundedFetch, for a call that was told to stop", () => {
	const stopped = async (status: number) => {
		const work = new AbortController();
		const fetched = createBoundedFetch({
			maxWaitSeconds: 60,
			fetch: async () => {
				work.abort(createGracefulStop({ drop: new AbortController().signal }));
				return new Response("{}", { status });
			},
		});
		return finishInFlight(work.signal, () => fetched("http://localhost/"));
	};

	it("a failure is not tried again, a reply is a reply", async () => {
		const failed = await stopped(500);
		expect(failed.headers.get("x-should-retry")).toBe("false");
		const answered = await stopped(200);
		expect(answered.headers.get("x-should-retry")).toBeNull();
	});
});

describe("createJoin", () => {
	it("after a graceful stop the last caller gets the result, the others leave", async () => {
		const { joined, idle } = createJoin<string>();
		const gate = createGate();
		const work = new AbortController();
		let shared: AbortSignal | undefined;
		const start = async (signal: AbortSignal): Promise<string> => {
			shared = signal;
			await gate.opened;
			return "reply";
		};
		const first = joined("key", work.signal, start);
		const second = joined("key", work.signal, start);
		work.abort(createGracefulStop({ drop: new AbortController().signal }));
		await rejection(first, InterruptedError);
		expect(gracefulStopOf(shared)).not.toBeNull();
		gate.open();
		expect(await second).toBe("reply");
		await idle();
	});

	it("is idle when work that was left has ended too", async () => {
		const { joined, idle } = createJoin<string>();
		const gate = createGate();
		const work = new AbortController();
		const left = joined("key", work.signal, async () => {
			await gate.opened;
			return "reply";
		});
		work.abort();
		await rejection(left, InterruptedError);
		let ended = false;
		const ending = idle().then(() => {
			ended = true;
		});
		await Promise.resolve();
		expect(ended).toBe(false);
		gate.open();
		await ending;
		expect(ended).toBe(true);
	});
});
