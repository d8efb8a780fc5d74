/** Joins identical work in flight: many callers, one exchange. */
import { InterruptedError, throwIfInterrupted } from "../errors.ts";
import { gracefulStopOf } from "../shared/graceful-stop.ts";
import { untilAborted } from "./until-aborted.ts";

export type Join<Result> = {
	/** Starts the work when no work with that key is under way, else waits for it. */
	joined(
		key: string,
		signal: AbortSignal | undefined,
		start: (signal: AbortSignal) => Promise<Result>,
	): Promise<Result>;
	/** Resolves when no work is under way, also none that its callers have left. */
	idle(): Promise<void>;
};

/**
 * A caller whose signal fires leaves with InterruptedError; the work itself is cancelled when its last caller has left. After a graceful
 * stop the last caller stays until the work has ended, and gets its result if there is one.
 */
export function createJoin<Result>(): Join<Result> {
	type Work = {
		readonly promise: Promise<Result>;
		readonly controller: AbortController;
		callers: number;
	};
	const underWay = new Map<string, Work>();
	const works = new Set<Promise<Result>>();
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
		works.add(work.promise);
		const forget = (): void => void works.delete(work.promise);
		work.promise.then(forget, forget);
		return work;
	};
	const joined: Join<Result>["joined"] = async (key, signal, start) => {
		throwIfInterrupted(signal);
		const work = underWay.get(key) ?? begin(key, start);
		work.callers += 1;
		try {
			return await untilAborted(work.promise, signal);
		} catch (error) {
			if (error instanceof InterruptedError && work.callers === 1) {
				if (underWay.get(key) === work) underWay.delete(key);
				work.controller.abort(signal?.reason);
				if (gracefulStopOf(signal) !== null) return await work.promise;
			}
			throw error;
		} finally {
			work.callers -= 1;
		}
	};
	return {
		joined,
		idle: async () => {
			while (works.size > 0) await Promise.allSettled(works);
		},
	};
}
