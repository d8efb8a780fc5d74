/** The ledger of a run: what each call is charged, what was served from the store, and the budget that all models of a run share. */
import { ConfigError } from "../errors.ts";
import type { CallCharge } from "../types.ts";
import { type Budget, createPurse, type Spent } from "./budget.ts";
import {
	costOf,
	type PricedModel,
	type Prices,
	type Tokens,
} from "./prices.ts";

/** What a run has used of one model so far. */
export type LedgerSum = PricedModel & {
	readonly calls: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** US dollars of the calls whose price was known when they were sent. */
	readonly usd: number;
	readonly unpricedInputTokens: number;
	readonly unpricedOutputTokens: number;
};

/** What the ledger needs of a store; both are synchronous. */
export type LedgerStore = {
	readLedger(run: string): readonly LedgerSum[];
	/** The most that calls of the run in open batches can use; absent: there are none. */
	waitingInBatches?(run: string): Spent;
	/** Commits: replies of these calls were used by the run. */
	noteServed(run: string, callIds: readonly number[]): void;
};

/** Tokens of a call; `estimated` when the provider did not say. */
export type Used = Tokens & { readonly estimated: boolean };

/** Room for one call, taken before it is sent. */
export type Entry = {
	/** What to store with the call; undefined when no run has begun. Then `close`. */
	charge(used: Used): CallCharge | undefined;
	/** The call is stored and has used this; null: it was never sent. Idempotent. */
	close(used: Used | null): void;
};

/** The ledger as one model sees it. */
export type Account = {
	/**
	 * Waits until the worst case of the call fits into the budget beside what is spent and what is in flight.
	 * Throws BudgetReachedError, InterruptedError.
	 */
	enter(key: string, worst: Tokens, signal: AbortSignal): Promise<Entry>;
	/** Throws BudgetReachedError when the budget was reached before. */
	throwIfReached(key: string): void;
	/** The store had the reply. */
	served(callId: number): void;
};

export type Ledger = {
	/** Throws ConfigError `price_unknown` when the budget is in US dollars and the model has no known price. */
	account(model: PricedModel): Account;
	/** From now on calls are charged to this run; what it spent before, also in other processes, counts, and so does what its open batches can use. */
	begin(run: string): void;
	/** Writes down what was served so far. */
	flush(): void;
	/** Of the run, or of calls without one. */
	spent(): Spent;
};

/** Served calls kept in memory before they are written: one commit for each would cost more than reading the reply. */
const SERVED_BLOCK = 500;

/**
 * A ledger for the models of one study. Before `begin`, and without a store, calls count against the budget and are charged to no run.
 * RangeError for a budget below 0.
 */
export function createLedger(options: {
	readonly store: LedgerStore | null;
	readonly prices: Prices;
	readonly budget: Budget;
}): Ledger {
	const { store, prices, budget } = options;
	const purse = createPurse(budget);
	let run: string | null = null;
	let served: number[] = [];

	const flush = (): void => {
		const ids = served;
		served = [];
		if (run !== null && ids.length > 0) store?.noteServed(run, ids);
	};

	return {
		account: (model) => {
			const { price, reason } = prices.of(model);
			if (budget.usd !== null && price === null) throw unpriced(reason);
			const usdOf = (tokens: Tokens): number | null =>
				price === null ? null : costOf(price, tokens);
			const cost = (tokens: Tokens): Omit<Spent, "calls"> => ({
				tokens: tokens.input + tokens.output,
				usd: usdOf(tokens) ?? 0,
			});
			return {
				enter: async (key, worst, signal) => {
					const reservation = await purse.reserve(key, cost(worst), signal);
					return {
						charge: ({ input, output, estimated }) =>
							run === null
								? undefined
								: {
										run,
										inputTokens: input,
										outputTokens: output,
										estimated,
										usd: usdOf({ input, output }),
									},
						close: (used) =>
							reservation.settle(used === null ? null : cost(used)),
					};
				},
				throwIfReached: purse.throwIfReached,
				served: (callId) => {
					if (run === null) return;
					served.push(callId);
					if (served.length >= SERVED_BLOCK) flush();
				},
			};
		},
		begin: (id) => {
			flush();
			run = id;
			const sums = total(store?.readLedger(id) ?? [], prices);
			const waiting = store?.waitingInBatches?.(id);
			purse.open(waiting === undefined ? sums : plus(sums, waiting));
		},
		flush,
		spent: purse.spent,
	};
}

function plus(a: Spent, b: Spent): Spent {
	return {
		usd: a.usd + b.usd,
		tokens: a.tokens + b.tokens,
		calls: a.calls + b.calls,
	};
}

/** Spent by all models; calls without a price when they were sent count with the price of today. */
function total(sums: readonly LedgerSum[], prices: Prices): Spent {
	return sums.reduce<Spent>(
		(spent, sum) => ({
			calls: spent.calls + sum.calls,
			tokens: spent.tokens + sum.inputTokens + sum.outputTokens,
			usd: spent.usd + (usdOfSum(sum, prices) ?? sum.usd),
		}),
		{ calls: 0, tokens: 0, usd: 0 },
	);
}

/** US dollars of a ledger line, with the price of today where none was known; null when there is none today either. */
export function usdOfSum(sum: LedgerSum, prices: Prices): number | null {
	const unpriced: Tokens = {
		input: sum.unpricedInputTokens,
		output: sum.unpricedOutputTokens,
	};
	if (unpriced.input + unpriced.output === 0) return sum.usd;
	const { price } = prices.of(sum);
	return price === null ? null : sum.usd + costOf(price, unpriced);
}

function unpriced(reason: string): ConfigError {
	return new ConfigError(`budget.usd cannot be kept: ${reason}`, {
		code: "price_unknown",
		hint: "Name a price table that has the model (`prices: FILE`, see config/prices.yaml), or limit budget.tokens or budget.calls.",
	});
}
