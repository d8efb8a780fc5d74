/** Lets go of a promise when a signal fires. */
import { InterruptedError } from "../errors.ts";

/**
 * Settles as `promise` does, or rejects with InterruptedError as soon as the signal fires.
 * Needed where the promise itself may notice late: the openai SDK sleeps between retries without looking at its signal.
 */
export async function untilAborted<T>(
	promise: Promise<T>,
	signal: AbortSignal | undefined,
): Promise<T> {
	if (signal === undefined) return promise;
	let stop: (() => void) | undefined;
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(new InterruptedError(signal.reason));
		if (signal.aborted) stop();
		else signal.addEventListener("abort", stop, { once: true });
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		if (stop !== undefined) signal.removeEventListener("abort", stop);
	}
}
