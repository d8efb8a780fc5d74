/**
 * One worker per run. The lock is an exclusive transaction on a small SQLite file of its own, so the operating system holds it:
 * it is free the moment its process ends, however it ends, and a process id that is used again cannot hold it by mistake.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { asStoreError } from "./connection.ts";

/** Locks of this process. A connection that nobody refers to is closed by the garbage collector, and its lock with it. */
const held = new Set<Database.Database>();

/** Takes the lock of a run; undefined when another worker (of this process too) has it. The result releases it, once. */
export function takeLock(
	directory: string,
	run: string,
): (() => void) | undefined {
	const folder = join(directory, "locks");
	const file = join(folder, `${run}.lock`);
	let lock: Database.Database | undefined;
	try {
		mkdirSync(folder, { recursive: true });
		lock = new Database(file, { timeout: 0 });
		lock.exec("BEGIN EXCLUSIVE");
	} catch (error) {
		lock?.close();
		if (error instanceof Database.SqliteError && error.code === "SQLITE_BUSY")
			return undefined;
		throw asStoreError(error, file);
	}
	const taken = lock;
	held.add(taken);
	return () => {
		held.delete(taken);
		taken.close();
	};
}
