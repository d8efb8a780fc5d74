/** What was sent in the last 60 seconds, and how long to wait until more may be. */
import type { LimitSettings } from "./limits-settings.ts";

const MINUTE = 60_000;

type Sent = { readonly at: number; tokens: number };

type PerMinute = Pick<LimitSettings, "requestsPerMinute" | "tokensPerMinute">;

/**
 * Holds for every window of 60 s, not on average: requests and tokens in it never exceed the limits. A call that alone exceeds
 * `tokensPerMinute` is let go when nothing else was sent in that time. RangeError for a limit below 1.
 */
export function createMinute(settings: PerMinute): {
	/** Milliseconds from `now` until a request of `tokens` may be sent; 0: now. */
	wait(now: number, tokens: number): number;
	/** A request goes out; its `tokens` may be corrected once they are known. */
	add(now: number, tokens: number): { tokens: number };
	/** It did not go out after all. */
	remove(entry: { tokens: number }): void;
	tighten(settings: PerMinute): void;
} {
	let requests = limitOf("requestsPerMinute", settings.requestsPerMinute);
	let tokensAllowed = limitOf("tokensPerMinute", settings.tokensPerMinute);
	let sent: Sent[] = [];
	return {
		wait: (now, tokens) => {
			if (requests === null && tokensAllowed === null) return 0;
			const first = sent.findIndex(({ at }) => at + MINUTE > now);
			sent = first === -1 ? [] : sent.slice(first);
			let count = sent.length;
			let sum = sent.reduce((total, entry) => total + entry.tokens, 0);
			const fits = (): boolean =>
				(requests === null || count < requests) &&
				(tokensAllowed === null || sum === 0 || sum + tokens <= tokensAllowed);
			let wait = 0;
			for (const entry of sent) {
				if (fits()) break;
				count -= 1;
				sum -= entry.tokens;
				wait = entry.at + MINUTE - now;
			}
			return wait;
		},
		add: (now, tokens) => {
			const entry: Sent = { at: now, tokens };
			// Kept only when it can matter: without limits nothing would ever be dropped.
			if (requests !== null || tokensAllowed !== null) sent.push(entry);
			return entry;
		},
		remove: (entry) => {
			sent = sent.filter((one) => one !== entry);
		},
		tighten: (other) => {
			requests = stricter(
				requests,
				limitOf("requestsPerMinute", other.requestsPerMinute),
			);
			tokensAllowed = stricter(
				tokensAllowed,
				limitOf("tokensPerMinute", other.tokensPerMinute),
			);
		},
	};
}

function stricter(a: number | null, b: number | null): number | null {
	if (a === null || b === null) return a ?? b;
	return Math.min(a, b);
}

function limitOf(
	name: string,
	value: number | null | undefined,
): number | null {
	if (value === null || value === undefined) return null;
	if (!Number.isFinite(value) || value < 1)
		throw new RangeError(
			`Expected \`${name}\` to be a number from 1 up, got \`${value}\``,
		);
	return value;
}
