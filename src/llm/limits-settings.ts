/** What a limiter is told: the limits of a server, and what became of each request. */

export type LimitSettings = {
	/** Requests in flight, at least 1; `auto` starts at 4 and finds out, up to 64. */
	readonly concurrency: number | "auto";
	/** Requests sent in any 60 s, at least 1; null: no limit. */
	readonly requestsPerMinute?: number | null | undefined;
	/** Input and output tokens in any 60 s, at least 1; null: no limit. A call that is larger than that goes alone. */
	readonly tokensPerMinute?: number | null | undefined;
};

/** What became of one HTTP request: its status, or that it timed out or lost its connection. */
export type HttpResult = number | "timeout" | "lost";
