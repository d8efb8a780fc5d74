/** A hard limit on what may be spent: nothing is sent whose worst case would exceed it. */
import { BudgetReachedError } from "../errors.ts";
import { untilAborted } from "./until-aborted.ts";

/** Null: no limit. */
export type Budget = {
	/** US dollars. */
	readonly usd: number | null;
	/** Input and output together. */
	readonly tokens: number | null;
	/** Calls sent, whatever comes of them. */
	readonly calls: number | null;
};

export type Spent = {
	readonly usd: number;
	readonly tokens: number;
	readonly calls: number;
};

/** What is set aside for a call that has been sent. */
export type Reservation = {
	/** The request has ended and has cost this; null: it was never sent. Idempotent. */
	settle(cost: Omit<Spent, "calls"> | null): void;
};

export type Purse = {
	/**
	 * Sets the worst case of a call aside, or waits while only calls in flight stand in the way: most of them cost less than was set aside.
	 * Throws BudgetReachedError once it does not fit beside what is spent, and for every later call; InterruptedError when the signal fires.
	 */
	reserve(
		key: string,
		worst: Omit<Spent, "calls">,
		signal: AbortSignal,
		options?: {
			/** The same call once more, after a request that got no reply: it is not counted a second time. */
			readonly again?: boolean;
		},
	): Promise<Reservation>;
	/** Throws BudgetReachedError for the call with that key when the end was reached. */
	throwIfReached(key: string): void;
	spent(): Spent;
	/** Starts anew from what was spent before. */
	open(spent: Spent): void;
};

const NAMES = ["usd", "tokens", "calls"] as const;

/** Sums of dollars are off in their last bits. */
const ROUNDING: Spent = { usd: 1e-9, tokens: 0, calls: 0 };

type Waiting = {
	readonly worst: Spent;
	readonly done: () => void;
	state: "waiting" | "admitted" | "refused";
};

const NOTHING: Spent = { usd: 0, tokens: 0, calls: 0 };

/** Throws RangeError for a limit below 0. */
export function createPurse(budget: Budget): Purse {
	for (const name of NAMES) {
		const limit = budget[name];
		if (limit !== null && !(limit >= 0))
			throw new RangeError(
				`Expected \`budget.${name}\` to be a number from 0 up, got \`${limit}\``,
			);
	}
	let spent = NOTHING;
	let reserved = NOTHING;
	let inFlight = 0;
	let reached = false;
	const waiting = new Set<Waiting>();

	const fits = (worst: Spent): boolean =>
		NAMES.every((name) => {
			const limit = budget[name];
			const needed = spent[name] + reserved[name] + worst[name];
			return limit === null || needed <= limit + ROUNDING[name];
		});

	/** Lets those in who fit, in order; when none is in flight and the first does not fit, that is the end for all. */
	const admit = (): void => {
		for (const next of waiting) {
			if (!reached && !fits(next.worst)) {
				if (inFlight > 0) return;
				reached = true;
			}
			waiting.delete(next);
			if (!reached) {
				reserved = add(reserved, next.worst, 1);
				inFlight += 1;
			}
			next.state = reached ? "refused" : "admitted";
			next.done();
		}
	};

	const throwIfReached = (key: string): void => {
		if (reached) throw new BudgetReachedError(key, { limit: budget, spent });
	};

	const release = (worst: Spent, cost: Omit<Spent, "calls"> | null): void => {
		inFlight -= 1;
		// Exactly nothing when nothing is in flight: sums of dollars leave crumbs.
		reserved = inFlight === 0 ? NOTHING : add(reserved, worst, -1);
		if (cost !== null) spent = add(spent, { ...cost, calls: worst.calls }, 1);
		admit();
	};

	return {
		reserve: async (key, cost, signal, { again = false } = {}) => {
			throwIfReached(key);
			const worst: Spent = { ...cost, calls: again ? 0 : 1 };
			let done: () => void = () => undefined;
			const settled = new Promise<void>((resolve) => {
				done = resolve;
			});
			const entry: Waiting = { worst, done, state: "waiting" };
			waiting.add(entry);
			admit();
			try {
				await untilAborted(settled, signal);
			} catch (error) {
				waiting.delete(entry);
				if (entry.state === "admitted") release(worst, null);
				throw error;
			}
			if (entry.state === "refused") throwIfReached(key);
			let open = true;
			return {
				settle: (spentOnIt) => {
					if (open) release(worst, spentOnIt);
					open = false;
				},
			};
		},
		throwIfReached,
		spent: () => spent,
		open: (before) => {
			spent = before;
			reached = false;
		},
	};
}

function add(a: Spent, b: Spent, sign: 1 | -1): Spent {
	return {
		usd: a.usd + sign * b.usd,
		tokens: a.tokens + sign * b.tokens,
		calls: a.calls + sign * b.calls,
	};
}
