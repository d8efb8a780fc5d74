/** Bounded concurrency over a list of any length: never more than `limit` tasks are started and unfinished. */
import { setTimeout as after } from "node:timers/promises";

/** Longest time without a turn for timers and signals, milliseconds: tasks that wait for nothing would else leave them none, and Ctrl-C unheard. */
const TURN = 50;

/**
 * Calls `task` for every item, at most `limit` (1 and up) at a time, in order of the iterable.
 * The first rejection stops the start of further items and is thrown once the started ones have settled. Signals and timers are heard between tasks.
 */
export async function forEachLimited<T>(
	items: Iterable<T> | AsyncIterable<T>,
	limit: number,
	task: (item: T) => Promise<void>,
): Promise<void> {
	const running = new Set<Promise<void>>();
	let failure: { readonly error: unknown } | undefined;
	let turn = performance.now();
	for await (const item of items) {
		if (failure !== undefined) break;
		const started: Promise<void> = task(item)
			.catch((error: unknown) => {
				failure ??= { error };
			})
			.finally(() => running.delete(started));
		running.add(started);
		if (running.size >= limit) await Promise.race(running);
		if (performance.now() - turn < TURN) continue;
		// Not an immediate: those that a signal's handler leaves come before this.
		await after(0);
		turn = performance.now();
	}
	await Promise.all(running);
	if (failure !== undefined) throw failure.error;
}

/** Consecutive slices of at most `size` items. */
export function* chunksOf<T>(
	items: readonly T[],
	size: number,
): Generator<readonly T[]> {
	for (let start = 0; start < items.length; start += size)
		yield items.slice(start, start + size);
}
