/** Sums of a ledger, with the price of today for what had none when it was sent. */
import type { CallCharge } from "../types.ts";
import type { Spent } from "./budget.ts";
import {
	type PricedModel,
	type Prices,
	priced,
	type Tokens,
} from "./prices.ts";

/** What a run has used of one model so far, in batches or online. */
export type LedgerSum = PricedModel & {
	/** Sent in batches. Absent: no. */
	readonly batch?: boolean | undefined;
	readonly calls: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** US dollars of the calls whose price was known when they were sent. */
	readonly usd: number;
	/** Tokens of the other calls, and what of their input has prices of its own (absent: none). */
	readonly unpricedInputTokens: number;
	readonly unpricedOutputTokens: number;
	readonly unpricedCachedTokens?: number | undefined;
	readonly unpricedCacheWriteTokens?: number | undefined;
	readonly unpricedAudioTokens?: number | undefined;
};

/** On one call. */
export function spentOn(charge: Omit<CallCharge, "run">): Spent {
	return {
		usd: charge.usd ?? 0,
		tokens: charge.inputTokens + charge.outputTokens,
		calls: 1,
	};
}

/** Of both. */
export function plus(a: Spent, b: Spent): Spent {
	return {
		usd: a.usd + b.usd,
		tokens: a.tokens + b.tokens,
		calls: a.calls + b.calls,
	};
}

export function minus(a: Spent, b: Spent): Spent {
	return plus(a, { usd: -b.usd, tokens: -b.tokens, calls: -b.calls });
}

/** Of each the larger. */
export function largest(a: Spent, b: Spent): Spent {
	return {
		usd: Math.max(a.usd, b.usd),
		tokens: Math.max(a.tokens, b.tokens),
		calls: Math.max(a.calls, b.calls),
	};
}

/** Spent by all models. */
export function total(sums: readonly LedgerSum[], prices: Prices): Spent {
	return sums.reduce<Spent>(
		(spent, sum) => ({
			calls: spent.calls + sum.calls,
			tokens: spent.tokens + sum.inputTokens + sum.outputTokens,
			usd: spent.usd + (usdOfSum(sum, prices).usd ?? sum.usd),
		}),
		{ calls: 0, tokens: 0, usd: 0 },
	);
}

/** US dollars of a ledger line; null when there is no price today either, and why. */
export function usdOfSum(
	sum: LedgerSum,
	prices: Prices,
): { readonly usd: number | null; readonly reason: string | null } {
	const unpriced: Tokens = {
		input: sum.unpricedInputTokens,
		output: sum.unpricedOutputTokens,
		cached: sum.unpricedCachedTokens,
		cacheWrite: sum.unpricedCacheWriteTokens,
		audio: sum.unpricedAudioTokens,
	};
	if (unpriced.input + unpriced.output === 0)
		return { usd: sum.usd, reason: null };
	const { usd, reason } = priced(prices.of(sum), sum, unpriced, {
		batch: sum.batch === true,
	});
	return usd === null ? { usd, reason } : { usd: sum.usd + usd, reason: null };
}
