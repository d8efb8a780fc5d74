/** The frame around the work on a run: its stages timed, how it ended stored, its lock given back. */
import { InterruptedError, throwIfInterrupted } from "../errors.ts";
import type { Ledger } from "../llm/ledger.ts";
import type { LayerStatuses, Store } from "../store/store.ts";
import type { ModuleName } from "../types.ts";
import { allSeconds, earlierSeconds } from "./timings.ts";

export type Stopwatch = {
	/** Seconds per stage so far, stages that failed included. */
	readonly seconds: Readonly<Record<string, number>>;
	/** Does the work of a stage. Throws InterruptedError in place of beginning it, and what `work` throws. */
	timed<T>(stage: string, work: () => Promise<T>): Promise<T>;
};

/** `clock`: monotonic milliseconds; default `performance.now`. */
export function createStopwatch({
	clock = () => performance.now(),
	signal,
}: {
	readonly clock?: (() => number) | undefined;
	readonly signal?: AbortSignal | undefined;
}): Stopwatch {
	const seconds: Record<string, number> = {};
	return {
		seconds,
		timed: async (stage, work) => {
			throwIfInterrupted(signal);
			const start = clock();
			try {
				return await work();
			} finally {
				seconds[stage] = (clock() - start) / 1000;
			}
		},
	};
}

/**
 * Does the work on a run and stores how it ended, with counts and times, also when it throws. `work` gives the number of neurons that wait for calls; the
 * run is complete when none waits and none failed in one of `modules`. Whatever happens, the ledger is flushed and `release` is called.
 */
export async function workOnRun(
	options: {
		readonly store: Store;
		/** Run id. */
		readonly run: string;
		readonly modules: readonly ModuleName[];
		readonly stopwatch: Stopwatch;
		/** Where calls are charged; absent: nowhere. */
		readonly ledger?: Ledger | undefined;
		/** Gives the run's lock back. */
		readonly release: () => void;
	},
	work: () => Promise<number>,
): Promise<{
	readonly complete: boolean;
	readonly layers: readonly LayerStatuses[];
}> {
	const { store, run, modules, stopwatch, ledger, release } = options;
	try {
		const before = earlierSeconds(store, run);
		const finish = (
			status: "complete" | "incomplete" | "interrupted",
			layers: readonly LayerStatuses[],
		): void => {
			ledger?.flush();
			store.finishRun(
				run,
				status,
				{ layers: [...layers] },
				allSeconds(before, stopwatch.seconds),
			);
		};
		try {
			// Under the run's lock: nobody else spends from its budget.
			ledger?.begin(run);
			const waiting = await work();
			const layers = store.countStatuses(run);
			const complete =
				waiting === 0 &&
				layers.every(({ modules: statuses }) =>
					modules.every((module) => statuses[module].failed === 0),
				);
			finish(complete ? "complete" : "incomplete", layers);
			return { complete, layers };
		} catch (error) {
			// The reason counts, also when the store can no longer say how it ended.
			try {
				finish(
					error instanceof InterruptedError ? "interrupted" : "incomplete",
					store.countStatuses(run),
				);
			} catch {}
			throw error;
		}
	} finally {
		release();
	}
}
