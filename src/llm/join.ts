/** Joins identical work in flight: many callers, one exchange. */
import { InterruptedError, throwIfInterrupted } from "../errors.ts";
import { untilAborted } from "./until-aborted.ts";

/**
 * Returns `joined(key, signal, start)`: starts the work when no work with that key is under way, else waits for it.
 * A caller whose signal fires leaves with InterruptedError; the work itself is cancelled when its last caller has left.
 */
export function createJoin<Result>(): (
	key: string,
	signal: AbortSignal | undefined,
	start: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result> {
	type Work = {
		readonly promise: Promise<Result>;
		readonly controller: AbortController;
		callers: number;
	};
	const underWay = new Map<string, Work>();
	const begin = (
		key: string,
		start: (signal: AbortSignal) => Promise<Result>,
	): Work => {
		const controller = new AbortController();
		const work: Work = {
			controller,
			callers: 0,
			promise: start(controller.signal).finally(() => {
				if (underWay.get(key) === work) underWay.delete(key);
			}),
		};
		underWay.set(key, work);
		return work;
	};
	return async (key, signal, start) => {
		throwIfInterrupted(signal);
		const work = underWay.get(key) ?? begin(key, start);
		work.callers += 1;
		try {
			return await untilAborted(work.promise, signal);
		} catch (error) {
			if (error instanceof InterruptedError && work.callers === 1) {
				if (underWay.get(key) === work) underWay.delete(key);
				work.controller.abort(signal?.reason);
			}
			throw error;
		} finally {
			work.callers -= 1;
		}
	};
}
