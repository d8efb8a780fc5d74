/** Limits: never more than allowed, halved by 429, grown again, Retry-After and per-minute limits kept; on a clock of their own. */
import { setMaxListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InterruptedError } from "../../src/errors.ts";
import {
	createLimits,
	type Limiter,
	type Permit,
} from "../../src/llm/limits.ts";
import type { LimitSettings } from "../../src/llm/limits-settings.ts";
import {
	type ManualClock,
	manualClock,
	settled,
} from "../support/manual-clock.ts";
import { rejection } from "./helpers.ts";

const never = new AbortController().signal;
setMaxListeners(0, never);

function limiterWith(settings: LimitSettings): {
	readonly limiter: Limiter;
	readonly clock: ManualClock;
} {
	const clock = manualClock();
	return { limiter: createLimits({ clock }).of("http://a", settings), clock };
}

/** Asks for `count` permits; `open` has those that were given and not yet answered. */
function queue(limiter: Limiter, count: number, tokens = 1) {
	const open: { permit: Permit; report: ReturnType<Limiter["sending"]> }[] = [];
	let started = 0;
	for (let index = 0; index < count; index += 1)
		void limiter.acquire(tokens, never).then((permit) => {
			started += 1;
			open.push({ permit, report: limiter.sending() });
		});
	return {
		open,
		started: () => started,
		/** Answers the oldest. */
		answer: async (
			status: number | "timeout" | "lost" = 200,
			retryAfter: number | null = null,
		) => {
			const first = open.shift();
			if (first === undefined) throw new Error("nothing is in flight");
			first.report(status, retryAfter);
			first.permit.release(null);
			await settled();
		},
	};
}

describe("requests in flight", () => {
	it("a number is never exceeded, and permits come in order", async () => {
		const { limiter } = limiterWith({ concurrency: 3 });
		const work = queue(limiter, 10);
		await settled();
		expect(work.started()).toBe(3);
		await work.answer();
		expect(work.started()).toBe(4);
		expect(limiter.limit()).toBe(3);
		expect(limiter.most()).toBe(3);
	});

	it("auto starts at 4, doubles while all is well, and ends at 64", async () => {
		const { limiter } = limiterWith({ concurrency: "auto" });
		const work = queue(limiter, 1000);
		await settled();
		const seen = [limiter.limit()];
		for (let reply = 0; reply < 300; reply += 1) {
			await work.answer();
			if (seen.at(-1) !== limiter.limit()) seen.push(limiter.limit());
			expect(work.open.length).toBe(limiter.limit());
		}
		expect(seen).toEqual([4, 8, 16, 32, 64]);
	});

	it("a 429 halves it once for all requests of before, then each window adds one", async () => {
		const { limiter } = limiterWith({ concurrency: 16 });
		const work = queue(limiter, 1000);
		await settled();
		await work.answer(429);
		await work.answer(429);
		await work.answer(529);
		expect(limiter.limit()).toBe(8);
		while (work.open.length > 8) await work.answer(200);
		const grown: number[] = [];
		for (let reply = 0; reply < 40; reply += 1) {
			await work.answer();
			if (grown.at(-1) !== limiter.limit()) grown.push(limiter.limit());
		}
		expect(grown).toEqual([8, 9, 10, 11]);
		await work.answer(429);
		expect(limiter.limit()).toBe(5);
	});

	it("one 429 in twenty of a window takes one off, a second halves it", async () => {
		const { limiter } = limiterWith({ concurrency: 32 });
		const work = queue(limiter, 1000);
		await settled();
		await work.answer(429);
		expect(limiter.limit()).toBe(31);
		// Two windows are enough to be where it was.
		for (let reply = 0; reply < 64; reply += 1) await work.answer();
		expect(limiter.limit()).toBe(32);
		await work.answer(429);
		await work.answer(429);
		expect(limiter.limit()).toBe(15);
	});

	it("never falls below 1", async () => {
		const { limiter } = limiterWith({ concurrency: 2 });
		const work = queue(limiter, 20);
		await settled();
		for (let reply = 0; reply < 10; reply += 1) await work.answer(429);
		expect(limiter.limit()).toBe(1);
		expect(work.open).toHaveLength(1);
	});

	it("a lost connection says nothing about load, a timeout does", async () => {
		const { limiter } = limiterWith({ concurrency: 8 });
		const work = queue(limiter, 100);
		await settled();
		await work.answer("lost");
		expect(limiter.limit()).toBe(8);
		await work.answer("timeout");
		expect(limiter.limit()).toBe(4);
	});

	it("auto does not grow where requests only wait for each other", async () => {
		const { limiter, clock } = limiterWith({ concurrency: "auto" });
		const work = queue(limiter, 400);
		await settled();
		// One at a time, a second each: with n in flight each takes n seconds.
		for (let reply = 0; reply < 200; reply += 1) {
			await clock.advance(1000);
			await work.answer();
		}
		expect(limiter.limit()).toBeLessThanOrEqual(8);
	});

	it("is shared by all who ask the same server, at its strictest", async () => {
		const limits = createLimits({ clock: manualClock() });
		const first = limits.of("http://a", { concurrency: 8 });
		const second = limits.of("http://a", { concurrency: 2 });
		expect(limits.of("http://b", { concurrency: 8 }).limit()).toBe(8);
		const [one, two] = [queue(first, 5), queue(second, 5)];
		await settled();
		expect(one.started() + two.started()).toBe(2);
	});

	it("who gives up waiting frees the way", async () => {
		const { limiter } = limiterWith({ concurrency: 1 });
		const work = queue(limiter, 1);
		await settled();
		const controller = new AbortController();
		const waiting = limiter.acquire(1, controller.signal);
		const next = queue(limiter, 1);
		controller.abort();
		await rejection(waiting, InterruptedError);
		await work.answer();
		expect(next.started()).toBe(1);
	});

	it.each([0, 1.5, Number.NaN])("refuses %s", (concurrency) => {
		expect(() => limiterWith({ concurrency })).toThrow(RangeError);
	});
});

describe("Retry-After", () => {
	it("holds back new requests until then, and only those", async () => {
		const { limiter, clock } = limiterWith({ concurrency: 4 });
		const work = queue(limiter, 20);
		await settled();
		await work.answer(429, 10);
		await work.answer();
		await work.answer();
		expect(work.started()).toBe(4);
		await clock.advance(9_999);
		expect(work.started()).toBe(4);
		await clock.advance(1);
		expect(work.started()).toBe(5);
	});

	it("of a reply that is no refusal is ignored", async () => {
		const { limiter } = limiterWith({ concurrency: 1 });
		const work = queue(limiter, 3);
		await settled();
		await work.answer(200, 100);
		expect(work.started()).toBe(2);
	});
});

describe("per minute", () => {
	it("property: no window of 60 s has more requests or tokens than allowed", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 1, max: 40 }), {
					minLength: 1,
					maxLength: 40,
				}),
				fc.integer({ min: 1, max: 10 }),
				fc.integer({ min: 40, max: 100 }),
				fc.integer({ min: 5_000, max: 90_000 }),
				async (calls, requestsPerMinute, tokensPerMinute, pause) => {
					const { limiter, clock } = limiterWith({
						concurrency: 100,
						requestsPerMinute,
						tokensPerMinute,
					});
					const sent: { at: number; tokens: number }[] = [];
					for (const tokens of calls)
						void limiter.acquire(tokens, never).then((permit) => {
							sent.push({ at: clock.now(), tokens });
							limiter.sending()(200, null);
							permit.release(tokens);
						});
					for (let turn = 0; sent.length < calls.length; turn += 1) {
						if (turn > 1_000) throw new Error("some were never sent");
						await clock.advance(pause);
					}
					for (const { at } of sent) {
						const window = sent.filter(
							(other) => other.at > at - 60_000 && other.at <= at,
						);
						expect(window.length).toBeLessThanOrEqual(requestsPerMinute);
						expect(
							window.reduce((sum, { tokens }) => sum + tokens, 0),
						).toBeLessThanOrEqual(tokensPerMinute);
					}
				},
			),
			{ numRuns: 25 },
		);
	});

	it("a call counts with what it used once that is known", async () => {
		const { limiter } = limiterWith({ concurrency: 9, tokensPerMinute: 100 });
		const first = await limiter.acquire(90, never);
		const work = queue(limiter, 1, 90);
		await settled();
		expect(work.started()).toBe(0);
		first.release(10);
		await settled();
		expect(work.started()).toBe(1);
	});

	it("a call that is larger than the limit goes alone", async () => {
		const { limiter, clock } = limiterWith({
			concurrency: 9,
			tokensPerMinute: 100,
		});
		const work = queue(limiter, 2, 500);
		await settled();
		expect(work.started()).toBe(1);
		await clock.advance(59_999);
		expect(work.started()).toBe(1);
		await clock.advance(1);
		expect(work.started()).toBe(2);
	});

	it("a call that was not sent after all counts for nothing, and a repeat of another call is still seen", async () => {
		const clock = manualClock();
		const limiter = createLimits({ clock }).of("http://a", {
			concurrency: 8,
			requestsPerMinute: 2,
		});
		const unsent = await limiter.acquire(1, never);
		unsent.cancel();
		unsent.cancel();
		const sent = await limiter.acquire(1, never);
		limiter.sending()(500, null);
		// The SDK repeats it: the second request of this minute.
		limiter.sending()(200, null);
		sent.release(1);
		let third = false;
		void limiter.acquire(1, never).then(() => {
			third = true;
		});
		await settled();
		expect(third).toBe(false);
	});

	it("what the SDK repeats counts as a request", async () => {
		const { limiter } = limiterWith({ concurrency: 9, requestsPerMinute: 3 });
		await limiter.acquire(1, never);
		limiter.sending();
		limiter.sending();
		const work = queue(limiter, 5);
		await settled();
		expect(work.started()).toBe(1);
	});
});
