/** What becomes of a call's request when its signal fires: one that is on the wire may end when the stop is a graceful one, and no further one is sent. */
import { AsyncLocalStorage } from "node:async_hooks";
import { InterruptedError } from "../errors.ts";
import { gracefulStopOf } from "../shared/graceful-stop.ts";

/** The HTTP requests of one call, as `fetch` reports them. */
type Wire = {
	/** Before a request goes out. False: after one that was lost there is no room for another. Throws InterruptedError. */
	mayGo(signal: AbortSignal): Promise<boolean>;
	/** A request goes out. Throws InterruptedError when none may any more. */
	sent(): void;
	/** It was answered, whatever the status, or its connection was lost; `unreached`: it never had one. */
	ended(how: "answered" | "lost" | "unreached"): void;
	/** The SDK is not to try again. */
	stopped(): boolean;
};

/** What is kept of the requests that got no reply: whoever answers may have worked on them. */
type Losses = {
	/** One was sent, and no reply to it will come. */
	lost(): void;
	/** Before the call is sent once more after that; throws when it may not be. */
	again(signal: AbortSignal): Promise<void>;
};

/** The SDKs hand nothing of ours on to their `fetch`, so that the call it belongs to is found in this way. */
const wires = new AsyncLocalStorage<Wire>();

/** Of the call whose request is being sent; undefined outside of `finishInFlight`. */
export function currentWire(): Wire | undefined {
	return wires.getStore();
}

/**
 * Runs `send` with a signal that fires with `signal`; but after a graceful stop, a request that is on the wire is waited for until the stop
 * says to drop it, and whatever its answer is, it is the call's. What is not on the wire (a pause between two tries) is dropped at once.
 * Throws what `losses.again` throws, in place of what `send` returns then.
 */
export async function finishInFlight<T>(
	signal: AbortSignal,
	send: (signal: AbortSignal) => Promise<T>,
	losses?: Losses,
): Promise<T> {
	const request = new AbortController();
	let onWire = false;
	let repeats = false;
	let refusal: { readonly error: unknown } | null = null;
	let left = false;
	let leave: () => void = () => undefined;
	const drop = (): void => request.abort(signal.reason);
	const stop = (): void => {
		const graceful = gracefulStopOf(signal);
		if (graceful === null || graceful.drop.aborted || !onWire) {
			drop();
			return;
		}
		const ended = graceful.wait();
		graceful.drop.addEventListener("abort", drop, { once: true });
		leave = () => {
			graceful.drop.removeEventListener("abort", drop);
			ended();
		};
	};
	const wire: Wire = {
		mayGo: async (wait) => {
			if (!repeats || signal.aborted) return true;
			try {
				await losses?.again(wait);
			} catch (error) {
				if (error instanceof InterruptedError) throw error;
				refusal = { error };
				return false;
			}
			repeats = false;
			return true;
		},
		sent: () => {
			if (signal.aborted) {
				drop();
				throw new InterruptedError(signal.reason);
			}
			onWire = true;
		},
		ended: (how) => {
			if (left) return;
			onWire = false;
			if (how === "lost") {
				repeats = true;
				losses?.lost();
			}
			if (signal.aborted && how !== "answered") drop();
		},
		stopped: () => signal.aborted,
	};
	if (signal.aborted) drop();
	else signal.addEventListener("abort", stop, { once: true });
	try {
		const answer = await wires.run(wire, () => send(request.signal));
		// Widened: the compiler does not see what the wire has done meanwhile.
		const refused = refusal as { readonly error: unknown } | null;
		if (refused !== null) throw refused.error;
		return answer;
	} finally {
		left = true;
		// Whoever asked has gone: nobody will hear of an answer.
		if (onWire) losses?.lost();
		signal.removeEventListener("abort", stop);
		leave();
	}
}
