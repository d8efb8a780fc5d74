/** Switches a database to a write-ahead log: readers and a writer do not wait for each other. */
import Database from "better-sqlite3";

/** Milliseconds between two tries. */
const PAUSE = 20;

/**
 * The switch needs the file alone for a moment, and SQLite's own waiting does not cover it: two processes that make the same store
 * together would fail with SQLITE_BUSY. So it is tried again, for at most `timeout` milliseconds (the thread sleeps in between).
 */
export function useWriteAheadLog(
	database: Database.Database,
	timeout: number,
): void {
	const sleeper = new Int32Array(new SharedArrayBuffer(4));
	for (let waited = 0; ; waited += PAUSE) {
		try {
			database.pragma("journal_mode = WAL");
			return;
		} catch (error) {
			const busy =
				error instanceof Database.SqliteError &&
				error.code.startsWith("SQLITE_BUSY");
			if (!busy || waited >= timeout) throw error;
			Atomics.wait(sleeper, 0, 0, PAUSE);
		}
	}
}
