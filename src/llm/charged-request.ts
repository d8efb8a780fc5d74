/** One request of a model: room in the budget first, then sent, then stored with what it is charged, and only then used. */
import { InterruptedError } from "../errors.ts";
import type { CallCharge } from "../types.ts";
import { finishInFlight } from "./in-flight.ts";
import type { Account, Used } from "./ledger.ts";
import type { Tokens } from "./prices.ts";
import { type ProviderAnswer, unknownUsage } from "./provider.ts";
import { usedBy } from "./token-estimate.ts";

export type ChargedRequest<Answer extends ProviderAnswer> = {
	/** Of the call. */
	readonly key: string;
	/** What it can use at most. */
	readonly worst: Tokens;
	readonly account: Account | undefined;
	readonly signal: AbortSignal;
	/** Milliseconds of a clock that only goes forward. */
	readonly elapsed: () => number;
	readonly send: (signal: AbortSignal) => Promise<Answer>;
	/** Called as soon as there is an answer. */
	readonly note?: ((answer: Answer) => void) | undefined;
	/** Stores the answer with its charge and returns the call's id. `now`: before it returns, because the process is about to end. */
	readonly store: (
		answer: Answer | ProviderAnswer,
		stored: {
			readonly milliseconds: number;
			readonly charge: CallCharge | undefined;
			readonly now: boolean;
		},
	) => Promise<number> | number;
	/** Called in the end: with what was used, null when nothing was sent. */
	readonly release?: ((used: Used | null) => void) | undefined;
};

/**
 * Throws BudgetReachedError and InterruptedError, also when requests were sent that got no reply: those are stored as a call that failed,
 * and charged with the most they can have cost. Throws what `send` and `store` throw.
 */
export async function sendCharged<Answer extends ProviderAnswer>(
	request: ChargedRequest<Answer>,
): Promise<{ readonly answer: Answer; readonly id: number }> {
	const { key, worst, account, signal, elapsed } = request;
	let used: Used | null = null;
	let stored: number | undefined;
	let unanswered = 0;
	const entry = await account
		?.enter(key, worst, signal)
		.catch((error: unknown) => {
			request.release?.(null);
			throw error;
		});
	const started = elapsed();
	const store = async (
		answer: Answer | ProviderAnswer,
		now: boolean,
	): Promise<number> => {
		used = usedBy(answer, worst);
		stored = await request.store(answer, {
			milliseconds: Math.round(elapsed() - started),
			charge: entry?.charge(used),
			now,
		});
		return stored;
	};
	try {
		const answer = await finishInFlight(signal, request.send, {
			lost: () => {
				unanswered += 1;
				entry?.lost();
			},
			again: async (wait) => {
				await entry?.again(wait);
			},
		}).catch(async (error: unknown) => {
			if (unanswered > 0) await store(noReply(error), true);
			throw error;
		});
		request.note?.(answer);
		return { answer, id: await store(answer, false) };
	} finally {
		entry?.close(used, stored);
		// Only now: what a killed process has to ask again is never more than what may be in flight.
		request.release?.(
			used === null ? null : withUnanswered(used, worst, unanswered),
		);
	}
}

function withUnanswered(used: Used, worst: Tokens, requests: number): Used {
	return {
		...used,
		input: used.input + requests * worst.input,
		output: used.output + requests * worst.output,
	};
}

/** What is stored of a call whose request was on its way when it was given up. */
function noReply(error: unknown): ProviderAnswer {
	const interrupted = error instanceof InterruptedError;
	return {
		outcome: "error",
		text: null,
		finishReason: null,
		requestId: null,
		httpStatus: null,
		usage: unknownUsage,
		failure: {
			code: "no_reply",
			message: interrupted
				? "the call was interrupted while its request was on the way"
				: "the request got no reply and was not repeated",
			hint: "The same command asks again.",
			reach: "this_call",
		},
	};
}
