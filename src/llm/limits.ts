/** How fast a server may be asked: requests in flight, requests and tokens per minute; one limiter per server, shared by all models on it. */

import { createMinute } from "./limits-minute.ts";
import type { HttpResult, LimitSettings } from "./limits-settings.ts";
import { createSlots } from "./limits-slots.ts";
import { untilAborted } from "./until-aborted.ts";

/** Time, passed in: tests have one of their own. */
export type LimitClock = {
	/** Milliseconds of a clock that only goes forward. */
	now(): number;
	/** Calls back once after that many milliseconds; returns how to call it off. */
	after(milliseconds: number, callback: () => void): () => void;
};

export type Permit = {
	/** The request has ended; `tokens`: what it really used, null when the server did not say. Idempotent. */
	release(tokens: number | null): void;
	/** Nothing was sent after all. Idempotent. */
	cancel(): void;
};

/** Called with the result of one HTTP request; `retryAfterSeconds`: how long the server asks to wait, null when it does not say. */
type ReportStatus = (
	result: HttpResult,
	retryAfterSeconds: number | null,
) => void;

export type Limiter = {
	/** Resolves, first come first served, when one more request of at most `tokens` may be sent. Rejects with InterruptedError. */
	acquire(tokens: number, signal: AbortSignal): Promise<Permit>;
	/** The adapter's fetch calls it before each HTTP request (also the SDK's retries) and reports what came back. */
	sending(): ReportStatus;
	/** Requests that may be in flight now. */
	limit(): number;
	/** Most that may ever be in flight: how much work to keep ready. */
	most(): number;
};

/** Limiters by server. */
export type Limits = {
	/** The limiter of the server at `baseUrl`; the strictest settings given for it hold for all who share it. RangeError for settings out of range. */
	of(baseUrl: string, settings: LimitSettings): Limiter;
};

const systemClock: LimitClock = {
	now: () => performance.now(),
	after: (milliseconds, callback) => {
		const timer = setTimeout(callback, milliseconds);
		return () => clearTimeout(timer);
	},
};

/**
 * A registry of limiters, one per base URL. Models that share a server are given the same registry.
 *
 * @example
 * const limits = createLimits();
 * const strong = createLanguageModel({ ...server, model: "large", limits });
 * const cheap = createLanguageModel({ ...server, model: "small", limits });
 */
export function createLimits(
	options: { readonly clock?: LimitClock } = {},
): Limits {
	const clock = options.clock ?? systemClock;
	const limiters = new Map<string, ReturnType<typeof createLimiter>>();
	return {
		of: (baseUrl, settings) => {
			const known = limiters.get(baseUrl);
			if (known !== undefined) {
				known.tighten(settings);
				return known;
			}
			const limiter = createLimiter(settings, clock);
			limiters.set(baseUrl, limiter);
			return limiter;
		},
	};
}

type Waiting = {
	readonly tokens: number;
	readonly start: (permit: Permit) => void;
};

function createLimiter(
	settings: LimitSettings,
	clock: LimitClock,
): Limiter & { tighten(settings: LimitSettings): void } {
	const slots = createSlots(settings.concurrency);
	const minute = createMinute(settings);
	const waiting = new Set<Waiting>();
	/** The server asked not to be asked before. */
	let heldUntil = Number.NEGATIVE_INFINITY;
	let callOff: (() => void) | null = null;
	/** Calls that were let go and have not reached the adapter's fetch yet; a request beyond them is a retry. */
	let unsent = 0;

	const begin = ({ tokens, start }: Waiting): void => {
		const sentAt = clock.now();
		const entry = minute.add(sentAt, tokens);
		slots.take();
		unsent += 1;
		let open = true;
		start({
			release: (used) => {
				if (!open) return;
				open = false;
				if (used !== null) entry.tokens = used;
				slots.give(clock.now() - sentAt);
				pump();
			},
			cancel: () => {
				if (!open) return;
				open = false;
				// A request of another call may have been taken for this one's first.
				if (unsent > 0) unsent -= 1;
				minute.remove(entry);
				slots.give(null);
				pump();
			},
		});
	};

	/** Starts what may start now, and comes back when time alone will let the next one start. */
	const pump = (): void => {
		callOff?.();
		callOff = null;
		for (const next of waiting) {
			if (!slots.hasRoom()) return;
			const now = clock.now();
			const wait = Math.max(heldUntil - now, minute.wait(now, next.tokens));
			if (wait > 0) {
				callOff = clock.after(Math.ceil(wait), pump);
				return;
			}
			waiting.delete(next);
			begin(next);
		}
	};

	return {
		acquire: async (tokens, signal) => {
			const { promise, resolve } = withResolver<Permit>();
			const entry: Waiting = { tokens, start: resolve };
			waiting.add(entry);
			pump();
			try {
				return await untilAborted(promise, signal);
			} catch (error) {
				// Either it never started, or its permit comes to nobody.
				if (!waiting.delete(entry))
					void promise.then((permit) => permit.cancel());
				else pump();
				throw error;
			}
		},
		sending: () => {
			const report = slots.sending();
			if (unsent > 0) unsent -= 1;
			else minute.add(clock.now(), 0);
			return (result, retryAfterSeconds) => {
				report(result);
				if (
					retryAfterSeconds !== null &&
					typeof result === "number" &&
					result >= 400
				)
					heldUntil = Math.max(
						heldUntil,
						clock.now() + retryAfterSeconds * 1000,
					);
				pump();
			};
		},
		limit: slots.limit,
		most: slots.most,
		tighten: (other) => {
			slots.tighten(other.concurrency);
			minute.tighten(other);
		},
	};
}

function withResolver<T>(): {
	readonly promise: Promise<T>;
	readonly resolve: (value: T) => void;
} {
	let resolve: (value: T) => void = () => undefined;
	const promise = new Promise<T>((settle) => {
		resolve = settle;
	});
	return { promise, resolve };
}
