/** The `fetch` both SDKs use: a request ends with its last byte, and no server makes us wait longer than we said. */

/**
 * What it changes, and why:
 * - the body is read before the response is handed over, so that the SDK's timeout and retries cover a stalled or cut body too
 *   (by themselves they end with the headers);
 * - a Retry-After longer than `maxWaitSeconds` is not waited for: the response goes back at once as not retryable
 *   (an SDK would sleep for hours, deaf to its AbortSignal, or overflow the timer and not wait at all).
 */
export function createBoundedFetch(options: {
	/** Longest Retry-After that is honoured, seconds. */
	readonly maxWaitSeconds: number;
	readonly fetch?: typeof globalThis.fetch;
}): typeof globalThis.fetch {
	const send = options.fetch ?? globalThis.fetch;
	return async (input, init) => {
		const response = await send(input, init);
		const body = await response.arrayBuffer();
		const headers = new Headers(response.headers);
		const wait = retryAfterSeconds(headers);
		if (!response.ok && wait !== null && wait > options.maxWaitSeconds)
			headers.set("x-should-retry", "false");
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
