/** The `fetch` both SDKs use: a request ends with its last byte, and no server makes us wait longer than we said. */
import { currentWire } from "./in-flight.ts";
import type { Limiter } from "./limits.ts";

/**
 * What it changes, and why:
 * - the body is read before the response is handed over, so that the SDK's timeout and retries cover a stalled or cut body too
 *   (by themselves they end with the headers);
 * - a Retry-After longer than `maxWaitSeconds` is not waited for: the response goes back at once as not retryable
 *   (an SDK would sleep for hours, deaf to its AbortSignal, or overflow the timer and not wait at all);
 * - the limiter hears of every request and of what became of it, also of those the SDK repeats by itself;
 * - nothing is tried again for a call that was told to stop.
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
		const wire = currentWire();
		if ((await wire?.mayGo(init?.signal ?? never)) === false)
			// In the way of a server that is not to be asked again: the call knows why.
			return new Response("{}", {
				status: 409,
				headers: { "x-should-retry": "false" },
			});
		wire?.sent();
		const report = options.sending?.();
		let response: Response;
		let body: ArrayBuffer;
		try {
			response = await send(input, init);
			body = await response.arrayBuffer();
		} catch (error) {
			// The SDK ends a request that takes too long by its signal.
			report?.(init?.signal?.aborted === true ? "timeout" : "lost", null);
			wire?.ended(neverArrived(error) ? "unreached" : "lost");
			throw error;
		}
		const headers = new Headers(response.headers);
		const wait = retryAfterSeconds(headers);
		const tooLong = wait !== null && wait > options.maxWaitSeconds;
		wire?.ended("answered");
		if (!response.ok && (tooLong || wire?.stopped() === true))
			headers.set("x-should-retry", "false");
		report?.(response.status, tooLong ? null : wait);
		const bodiless = [101, 204, 205, 304].includes(response.status);
		return new Response(bodiless ? null : body, {
			status: response.status,
			statusText: response.statusText,
			headers,
		});
	};
}

const never = new AbortController().signal;

/** Without a connection no request is worked on, let alone billed. */
const UNREACHED: ReadonlySet<unknown> = new Set([
	"ECONNREFUSED",
	"ENOTFOUND",
	"EAI_AGAIN",
	"EHOSTUNREACH",
	"ENETUNREACH",
	"EADDRNOTAVAIL",
	"UND_ERR_CONNECT_TIMEOUT",
	"CERT_HAS_EXPIRED",
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"SELF_SIGNED_CERT_IN_CHAIN",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Whether a request that failed never had a connection. Several addresses were tried: none of them had. */
function neverArrived(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	if ("code" in error && UNREACHED.has(error.code)) return true;
	if (error instanceof AggregateError && error.errors.length > 0)
		return error.errors.every(neverArrived);
	return neverArrived(error.cause);
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
