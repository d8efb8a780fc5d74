/** The `fetch` both SDKs use: a request ends with its last byte, and no server makes us wait longer than we said. */
import type { Limiter } from "./limits.ts";

/**
 * What it changes, and why:
 * - the body is read before the response is handed over, so that the SDK's timeout and retries cover a stalled or cut body too
 *   (by themselves they end with the headers);
 * - a Retry-After longer than `maxWaitSeconds` is not waited for: the response goes back at once as not retryable
 *   (an SDK would sleep for hours, deaf to its AbortSignal, or overflow the timer and not wait at all);
 * - the limiter hears of every request and of what became of it, also of those the SDK repeats by itself.
 */
export function createBoundedFetch(options: {
	/** Longest Retry-After that is honoured, seconds. */
	readonly maxWaitSeconds: number;
	/** Of the limiter of this server. */
	readonly sending?: Limiter["sending"] | undefined;
	readonly fetch?: typeof globalThis.fetch;
}): typeof globalThis.fetch {
	const send = options.fetch ?? globalThis.fetch;
	return async (input, init) => {
		const report = options.sending?.();
		let response: Response;
		let body: ArrayBuffer;
		try {
			response = await send(input, init);
			body = await response.arrayBuffer();
		} catch (error) {
			// The SDK ends a request that takes too long by its signal.
			report?.(init?.signal?.aborted === true ? "timeout" : "lost", null);
			throw error;
		}
		const headers = new Headers(response.headers);
		const wait = retryAfterSeconds(headers);
		const tooLong = wait !== null && wait > options.maxWaitSeconds;
		if (!response.ok && tooLong) headers.set("x-should-retry", "false");
		report?.(response.status, tooLong ? null : wait);
		const bodiless = [101, 204, 205, 304].includes(response.status);
		return new Response(bodiless ? null : body, {
			status: response.status,
			statusText: response.statusText,
			headers,
		});
	};
}

/** Seconds a response asks us to wait, from `retry-after-ms` or `Retry-After` (seconds, or a date measured against the response's own `Date`); null when it does not say, or not legibly. */
export function retryAfterSeconds(headers: Headers): number | null {
	const inMilliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
	if (Number.isFinite(inMilliseconds)) return inMilliseconds / 1000;
	const value = headers.get("retry-after");
	if (value === null) return null;
	const seconds = Number(value);
	if (Number.isFinite(seconds)) return seconds;
	const wait = Date.parse(value) - Date.parse(headers.get("date") ?? "");
	return Number.isFinite(wait) ? wait / 1000 : null;
}
