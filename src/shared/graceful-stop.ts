/** A reason for which a signal fires that lets what was paid for come to its end: nothing more is begun, and what is under way is waited for. */
import { setMaxListeners } from "node:events";

export type GracefulStop = {
	/** Fires when nothing is waited for any longer. */
	readonly drop: AbortSignal;
	/** One more is waited for; call what it returns when that has ended. */
	wait(): () => void;
	/** How many are waited for now. */
	waitedFor(): number;
};

const stops = new WeakSet<object>();

/**
 * What to abort a signal with, so that language-model calls in flight are answered and stored before the work ends with InterruptedError.
 * With any other reason they are dropped, and asked (and paid for) again by the next run.
 *
 * @example
 * const work = new AbortController();
 * const drop = new AbortController();
 * setTimeout(() => work.abort(createGracefulStop({ drop: drop.signal })), 60_000);
 * await dissect({ ...study, signal: work.signal });
 */
export function createGracefulStop(options: {
	readonly drop: AbortSignal;
}): GracefulStop {
	const { drop } = options;
	// Every call in flight listens to it; Node takes more than ten listeners for a leak.
	setMaxListeners(0, drop);
	let waitedFor = 0;
	const stop: GracefulStop = {
		drop,
		wait: () => {
			waitedFor += 1;
			return () => {
				waitedFor -= 1;
			};
		},
		waitedFor: () => waitedFor,
	};
	stops.add(stop);
	return stop;
}

/** The reason of a signal, when it is a graceful stop. */
export function gracefulStopOf(
	signal: AbortSignal | undefined,
): GracefulStop | null {
	const reason: unknown = signal?.reason;
	return typeof reason === "object" && reason !== null && stops.has(reason)
		? // Only `createGracefulStop` adds to the set.
			(reason as GracefulStop)
		: null;
}
