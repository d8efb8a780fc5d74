/**
 * Lets process.exit wait for the run a session worker is in. Node stops worker threads when the process exits, and a thread that is stopped inside of
 * onnxruntime aborts the whole process (SIGABRT instead of the exit code).
 */

/** Shared between a session and its worker, one number each; 1 is yes. */
export type SessionState = Int32Array<SharedArrayBuffer>;

/** Slot: the session is closing, nothing new may start. */
const CLOSING = 0;
/** Slot: the worker is inside of onnxruntime. */
const BUSY = 1;
/** Milliseconds that an exit waits at most for one run. */
const LONGEST_WAIT = 60_000;

export function createSessionState(): SessionState {
	return new Int32Array(new SharedArrayBuffer(8));
}

/** Main thread: from here on the worker skips what it has not begun. */
export function markClosing(state: SessionState): void {
	Atomics.store(state, CLOSING, 1);
}

/** Worker: whether what it is at is still wanted. */
export function isClosing(state: SessionState): boolean {
	return Atomics.load(state, CLOSING) === 1;
}

/** Worker: runs `work` as busy; undefined, and nothing is run, when the session is closing. */
export async function whileBusy<T>(
	state: SessionState,
	work: () => Promise<T>,
): Promise<T | undefined> {
	// Busy first, then the look at closing: the exit does the two the other way round, so one of them sees the other.
	Atomics.store(state, BUSY, 1);
	try {
		return isClosing(state) ? undefined : await work();
	} finally {
		Atomics.store(state, BUSY, 0);
		Atomics.notify(state, BUSY);
	}
}

const guarded = new Set<SessionState>();

function waitForAll(): void {
	for (const state of guarded) markClosing(state);
	for (const state of guarded) Atomics.wait(state, BUSY, 1, LONGEST_WAIT);
}

/** Main thread: makes process.exit wait for this session until the returned function is called. */
export function guardExit(state: SessionState): () => void {
	if (guarded.size === 0) process.on("exit", waitForAll);
	guarded.add(state);
	return () => {
		guarded.delete(state);
		if (guarded.size === 0) process.off("exit", waitForAll);
	};
}
