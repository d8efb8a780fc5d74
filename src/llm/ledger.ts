/** The ledger of a run: what each call is charged, what was served from the store, and the budget that all models of a run share. */
import type { CallCharge } from "../types.ts";
import {
	type Budget,
	createPurse,
	type Reservation,
	type Spent,
} from "./budget.ts";
import { audioUnknown, unpriced } from "./ledger-errors.ts";
import {
	type LedgerSum,
	largest,
	minus,
	plus,
	spentOn,
	total,
} from "./ledger-sums.ts";
import {
	costOf,
	dearest,
	type PricedModel,
	type Prices,
	type Tokens,
} from "./prices.ts";

/** What the ledger needs of a store; all are synchronous. */
export type LedgerStore = {
	readLedger(run: string): readonly LedgerSum[];
	/** The most that calls of the run in open batches can use, or in batches whose results are lost; absent: there are none. */
	waitingInBatches?(run: string): Spent;
	/** Runs and jobs that have used calls with this key, whatever came of them; absent: not known. */
	runsOfCall?(key: string): readonly string[];
	/** Commits: replies of these calls were used by the run. */
	noteServed(run: string, callIds: readonly number[]): void;
	/** Commits: what these calls, which are stored already, are charged. */
	chargeCalls?(
		entries: readonly { readonly call: number; readonly charge: CallCharge }[],
	): void;
};

/** Tokens of a call; `estimated` when the provider did not say. */
export type Used = Tokens & { readonly estimated: boolean };

/** Room for one call, taken before it is sent. */
type Entry = {
	/** A request of the call was sent and ended without a reply: it may have cost the most it can. */
	lost(): void;
	/** Before the call is sent once more after that: waits for room as `enter` does, and throws as it does. */
	again(signal: AbortSignal): Promise<void>;
	/** What to store with the call; undefined when no run has begun. Then `close`. */
	charge(used: Used): CallCharge | undefined;
	/** The call is stored and has used this; null: its last request was never sent. Idempotent. `call`: its id. */
	close(used: Used | null, call?: number): void;
};

/** The ledger as one model sees it. */
export type Account = {
	/** Input tokens of a second of sound; null: not known. */
	readonly audioTokensPerSecond: number | null;
	/** Throws ConfigError `price_unknown`, `audio_tokens_unknown` when the budget cannot be kept with sounds: what they take or cost is not known. */
	expectAudio(): void;
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
	/**
	 * From now on calls are charged to this run (or job), and so are those that were sent before. What it spent earlier, also in other
	 * processes, counts, and so does what its open batches can use.
	 */
	begin(run: string): void;
	/**
	 * Before a run has begun, for calls that begin with the one of this key: it may be a run or job that has asked it before, so until the
	 * function returned is called, the most that any of those has spent counts as spent.
	 */
	suppose(key: string): () => void;
	/** Writes down what was served so far. */
	flush(): void;
	/** At the end: calls that were sent, and no run has begun for, are charged to the job that `job` makes. */
	end(job: () => string): void;
	/** Of the run, or of calls without one. */
	spent(): Spent;
};

/** Served calls kept in memory before they are written: one commit for each would cost more than reading the reply. */
const SERVED_BLOCK = 500;

const NOTHING: Spent = { usd: 0, tokens: 0, calls: 0 };

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
	/** Calls of before a run had begun: what was asked to find out what a server can do. */
	let early: {
		readonly call: number;
		readonly charge: Omit<CallCharge, "run">;
	}[] = [];

	const limited = Object.values(budget).some((limit) => limit !== null);
	/** With what its open batches can use. */
	const spentBy = (id: string): Spent =>
		plus(
			total(store?.readLedger(id) ?? [], prices),
			store?.waitingInBatches?.(id) ?? NOTHING,
		);

	const flush = (): void => {
		if (run === null) return;
		const ids = served;
		served = [];
		if (ids.length > 0) store?.noteServed(run, ids);
	};

	const begin: Ledger["begin"] = (id) => {
		flush();
		const before = early;
		early = [];
		run = id;
		store?.chargeCalls?.(
			before.map(({ call, charge }) => ({
				call,
				charge: { run: id, ...charge },
			})),
		);
		const unwritten = store?.chargeCalls === undefined ? before : [];
		purse.open(
			unwritten.map(({ charge }) => spentOn(charge)).reduce(plus, spentBy(id)),
		);
	};

	return {
		account: (model) => {
			const { price, reason } = prices.of(model);
			if (budget.usd !== null && price === null) throw unpriced(reason);
			const usdOf = (tokens: Tokens): number | null =>
				price === null ? null : costOf(price, tokens);
			const worstUsd = (tokens: Tokens): number | null =>
				price === null ? null : costOf(price, dearest(price, tokens));
			const tokensOf = ({ input, output }: Tokens): number => input + output;
			const audioTokensPerSecond = price?.audioTokensPerSecond ?? null;
			return {
				audioTokensPerSecond,
				expectAudio: () => {
					const second = { input: 1, output: 0, audio: 1 };
					const usd = usdOf(second);
					if (budget.usd !== null && usd === null)
						throw unpriced(
							`no price for sound sent to ${model.model} at ${model.baseUrl} (audioInput) in prices.yaml`,
						);
					const matters =
						budget.tokens !== null || (budget.usd !== null && usd !== 0);
					if (matters && audioTokensPerSecond === null)
						throw audioUnknown(model);
				},
				enter: async (key, worst, signal) => {
					const most = {
						tokens: tokensOf(worst),
						usd: worstUsd(worst) ?? 0,
					};
					let reservation: Reservation = await purse.reserve(key, most, signal);
					let unanswered = 0;
					const charge = (used: Used): Omit<CallCharge, "run"> => {
						const usd = usdOf(used);
						const most = worstUsd(worst);
						const lost = (one: number): number => unanswered * one;
						return {
							inputTokens: used.input + lost(worst.input),
							outputTokens: used.output + lost(worst.output),
							cachedTokens: used.cached ?? 0,
							cacheWriteTokens: used.cacheWrite ?? 0,
							audioTokens: (used.audio ?? 0) + lost(worst.audio ?? 0),
							estimated: used.estimated || unanswered > 0,
							usd: usd === null || most === null ? null : usd + lost(most),
							unanswered:
								unanswered === 0
									? undefined
									: {
											requests: unanswered,
											tokens: lost(tokensOf(worst)),
											usd: most === null ? null : lost(most),
										},
						};
					};
					return {
						lost: () => {
							unanswered += 1;
							reservation.settle(most);
						},
						again: async (again) => {
							reservation = await purse.reserve(key, most, again, {
								again: true,
							});
						},
						charge: (used) =>
							run === null ? undefined : { run, ...charge(used) },
						close: (used, call) => {
							reservation.settle(
								used === null
									? null
									: { tokens: tokensOf(used), usd: usdOf(used) ?? 0 },
							);
							if (run === null && call !== undefined && used !== null)
								early.push({ call, charge: charge(used) });
						},
					};
				},
				throwIfReached: purse.throwIfReached,
				served: (callId) => {
					served.push(callId);
					if (served.length >= SERVED_BLOCK) flush();
				},
			};
		},
		begin,
		suppose: (key) => {
			if (run !== null || !limited) return () => undefined;
			const most = (store?.runsOfCall?.(key) ?? [])
				.map(spentBy)
				.reduce(largest, NOTHING);
			purse.open(plus(purse.spent(), most));
			return () => {
				if (run === null) purse.open(minus(purse.spent(), most));
			};
		},
		flush,
		end: (job) => {
			if (early.length > 0 && store?.chargeCalls !== undefined) begin(job());
		},
		spent: purse.spent,
	};
}
