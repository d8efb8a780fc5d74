/** What every file of the store works with: the open database, guarded so that SQLite's errors come out as StoreErrors. */
import Database from "better-sqlite3";
import { StoreError } from "../errors.ts";

export type Connection = {
	readonly database: Database.Database;
	/** Absolute directory of the store, and its database file. */
	readonly directory: string;
	readonly file: string;
	readonly now: () => string;
	/** Runs `work` in one transaction that takes the write lock first; throws and undoes all of it when `work` throws. */
	readonly write: <T>(work: () => T) => T;
	/** Runs `work`, which must only read. */
	readonly read: <T>(work: () => T) => T;
};

/** Wraps an open database. `file` is named in errors; the database may be a copy of it. */
export function connect(options: {
	readonly database: Database.Database;
	readonly directory: string;
	readonly file: string;
	readonly now: () => string;
}): Connection {
	const { database, directory, file, now } = options;
	const read = <T>(work: () => T): T => {
		try {
			return work();
		} catch (error) {
			throw asStoreError(error, file);
		}
	};
	return {
		database,
		directory,
		file,
		now,
		read,
		write: (work) => {
			if (database.readonly) throw readOnlyError();
			return read(() => database.transaction(work).immediate());
		},
	};
}

/** The error for writing to a store that was opened for reading. */
export function readOnlyError(): StoreError {
	return new StoreError("the store is open for reading only", {
		code: "store_read_only",
		hint: "Open it without `readOnly`, in a folder that may be written to.",
	});
}

/** What to say and do for each primary result code of SQLite (https://www.sqlite.org/rescode.html). */
const CAUSES: readonly {
	readonly prefix: string;
	readonly code: string;
	readonly says: string;
	readonly hint: string;
}[] = [
	{
		prefix: "SQLITE_BUSY",
		code: "store_busy",
		says: "another process has been writing to it for too long",
		hint: "Let the other audio-dissect finish, then run the same command again.",
	},
	{
		prefix: "SQLITE_FULL",
		code: "store_full",
		says: "the disk is full",
		hint: "Free some space, then run the same command again: what was committed is kept.",
	},
	{
		prefix: "SQLITE_READONLY",
		code: "store_read_only",
		says: "it cannot be written",
		hint: "Check the permissions of the directory and of the files in it.",
	},
	{
		prefix: "SQLITE_CORRUPT",
		code: "store_corrupt",
		says: "the database file is damaged",
		hint: "Restore it from a backup, or choose another `store` directory.",
	},
	{
		prefix: "SQLITE_NOTADB",
		code: "store_corrupt",
		says: "it is not an SQLite database",
		hint: "Choose another `store` directory, or move that file away.",
	},
	{
		prefix: "SQLITE_CANTOPEN",
		code: "store_unwritable",
		says: "it cannot be opened",
		hint: "Check that the directory and the files in it can be read and written by you.",
	},
	{
		prefix: "SQLITE_IOERR",
		code: "store_io",
		says: "reading or writing it failed",
		hint: "Check the disk (space, quota, network mounts), then run the same command again.",
	},
];

/** The StoreError for an error of SQLite; any other error as it is (a StoreError of our own, a programming error). */
export function asStoreError(error: unknown, file: string): unknown {
	if (!(error instanceof Database.SqliteError)) return error;
	const cause = CAUSES.find(({ prefix }) => error.code.startsWith(prefix));
	if (cause === undefined) return error;
	return new StoreError(
		`store ${file}: ${cause.says} (${error.code}: ${error.message})`,
		{
			code: cause.code,
			hint: cause.hint,
			cause: error,
			evidence: { sqliteCode: error.code },
		},
	);
}
