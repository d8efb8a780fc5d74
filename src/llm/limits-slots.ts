/** How many requests may be in flight: grows while the server keeps up, halves when it says "too many". */
import type { HttpResult, LimitSettings } from "./limits-settings.ts";

/** Where `auto` starts: a local server that works on one request at a time has at most three waiting. */
const AUTO_START = 4;
/** Where `auto` ends. */
const AUTO_MOST = 64;
/** A window of replies this much slower on average than the fastest window: more requests would only wait at the server. */
const SLOWER = 1.5;
/** One "too many" in so many requests may have other reasons than the load. */
const OCCASIONAL = 20;

/** Statuses that say "too many": 429, and Anthropic's 529 (overloaded). */
const TOO_MANY: ReadonlySet<HttpResult> = new Set([429, 529, "timeout"]);

export type Slots = {
	hasRoom(): boolean;
	take(): void;
	/** A request that took `milliseconds` has ended; null: it was never sent. */
	give(milliseconds: number | null): void;
	/** An HTTP request goes out; the function returned is told how it ended. */
	sending(): (result: HttpResult) => void;
	limit(): number;
	most(): number;
	tighten(concurrency: LimitSettings["concurrency"]): void;
};

/**
 * Additive increase, multiplicative decrease. A window is as many successes (2xx) as the limit is wide, with all slots in use at some time:
 * - each window adds one, and doubles the limit until the first "too many" (429, 529, a timeout);
 * - "too many" halves it, once for all requests that were sent before it was halved; but as long as no more than one in twenty of a window
 *   hear it, each takes one off: a server that is full says so to many at once;
 * - with `auto`, a window whose requests took over 1.5 times as long as in the fastest one adds nothing.
 * A number is where it starts and where it ends. RangeError when it is not an integer from 1 up.
 */
export function createSlots(concurrency: LimitSettings["concurrency"]): Slots {
	let most = mostInFlight(concurrency);
	let limit = concurrency === "auto" ? AUTO_START : most;
	let adaptive = concurrency === "auto";
	let inFlight = 0;
	let met = false;
	/** Grows with every halving. */
	let epoch = 0;
	let successes = 0;
	let tooMany = 0;
	let wasFull = false;
	let ended = 0;
	let spent = 0;
	let fastest = Number.POSITIVE_INFINITY;

	const restart = (): void => {
		successes = 0;
		tooMany = 0;
		wasFull = inFlight >= limit;
		ended = 0;
		spent = 0;
	};
	const keepsUp = (): boolean => {
		if (ended === 0) return true;
		const mean = spent / ended;
		fastest = Math.min(fastest, mean);
		return !adaptive || mean <= SLOWER * fastest;
	};
	const success = (): void => {
		successes += 1;
		if (successes < limit) return;
		if (keepsUp() && wasFull)
			limit = Math.min(most, met ? limit + 1 : limit * 2);
		restart();
	};

	return {
		hasRoom: () => inFlight < limit,
		take: () => {
			inFlight += 1;
			if (inFlight >= limit) wasFull = true;
		},
		give: (milliseconds) => {
			inFlight -= 1;
			if (milliseconds === null) return;
			ended += 1;
			spent += milliseconds;
		},
		sending: () => {
			const sentIn = epoch;
			return (result) => {
				// What was sent before the limit was halved says nothing about the new one.
				if (sentIn !== epoch) return;
				if (typeof result === "number" && result >= 200 && result < 300)
					success();
				if (!TOO_MANY.has(result)) return;
				met = true;
				tooMany += 1;
				if (tooMany * OCCASIONAL <= limit) {
					limit -= 1;
					return;
				}
				epoch += 1;
				limit = Math.max(1, Math.floor(limit / 2));
				restart();
			};
		},
		limit: () => limit,
		most: () => most,
		tighten: (other) => {
			most = Math.min(most, mostInFlight(other));
			limit = Math.min(limit, most);
			adaptive &&= other === "auto";
		},
	};
}

/** Most requests that can ever be in flight. RangeError when it is not an integer from 1 up. */
export function mostInFlight(
	concurrency: LimitSettings["concurrency"],
): number {
	if (concurrency === "auto") return AUTO_MOST;
	if (!Number.isInteger(concurrency) || concurrency < 1)
		throw new RangeError(
			`Expected \`concurrency\` to be "auto" or an integer from 1 up, got \`${concurrency}\``,
		);
	return concurrency;
}
