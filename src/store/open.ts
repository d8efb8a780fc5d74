/** Opens a store: the directory, the database file, its settings and its version. */
import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../errors.ts";
import { makeDirectorySync } from "../shared/make-directory.ts";
import { systemReason } from "../shared/system-reason.ts";
import { batchMethods } from "./batches.ts";
import { cacheImportMethods } from "./cache-import.ts";
import { cachePruneMethods } from "./cache-prune.ts";
import { cacheStatsMethods } from "./cache-stats.ts";
import { callMethods } from "./calls.ts";
import { capabilityMethods } from "./capabilities.ts";
import {
	asStoreError,
	type Connection,
	connect,
	readOnlyError,
} from "./connection.ts";
import { descriptionMethods } from "./descriptions.ts";
import { embeddingMethods } from "./embeddings.ts";
import { evaluationMethods } from "./evaluations.ts";
import { jobMethods } from "./jobs.ts";
import { judgementMethods } from "./judgements.ts";
import { ledgerMethods } from "./ledger.ts";
import { checkVersion, migrate, STORE_VERSION } from "./migrations.ts";
import { modelCheckMethods } from "./model-checks.ts";
import { provenanceMethods } from "./provenance.ts";
import { callViewMethods } from "./read-calls.ts";
import { clipViewMethods } from "./read-clips.ts";
import { neuronViewMethods } from "./read-neurons.ts";
import { openCopy } from "./read-only-copy.ts";
import { runViewMethods } from "./read-runs.ts";
import { runMethods } from "./runs.ts";
import type { Store } from "./store.ts";
import { useWriteAheadLog } from "./write-ahead-log.ts";

export type OpenStoreOptions = {
	/** Made when it is not there (not with `readOnly`). */
	readonly directory: string;
} & (
	| {
			/** ISO time, for the time columns. */
			readonly now: () => string;
			readonly readOnly?: false;
	  }
	| { readonly readOnly: true }
);

/** Name of the database file in the directory of a store. */
const DATABASE_FILE = "audio-dissect.db";

/** How long a writer waits for another process, in milliseconds. */
const BUSY_TIMEOUT = 10_000;

/**
 * Opens the store in a directory, making or migrating it first. With `readOnly` nothing is made or changed, and writing is a StoreError; of
 * a store in a folder that cannot be written to, a copy of now is read.
 * StoreError: `store_unwritable`, `store_newer`, `store_corrupt`; with `readOnly` `store_missing`, `store_unreadable` and, for an older
 * store, `store_older`.
 *
 * @example
 * const store = openStore({ directory: ".audio-dissect", now: () => new Date().toISOString() });
 */
export function openStore(options: OpenStoreOptions): Store {
	const directory = resolve(options.directory);
	const file = join(directory, DATABASE_FILE);
	if (options.readOnly === true) checkThere(directory, file);
	else makeDirectory(directory);
	const readOnly = options.readOnly === true;
	const now = options.readOnly === true ? noTime : options.now;
	const use = (database: Database.Database): Store => {
		try {
			prepare(database, file, readOnly);
			const connection = connect({ database, directory, file, now });
			return {
				directory,
				close: () => close(database),
				...methods(connection),
			};
		} catch (error) {
			database.close();
			throw error;
		}
	};
	try {
		try {
			return use(openDatabase(file, readOnly));
		} catch (error) {
			if (!readOnly || !cannotWrite(error)) throw error;
			return use(openCopy(file));
		}
	} catch (error) {
		throw cannotWrite(error) && !readOnly
			? unwritable(file, error)
			: asStoreError(error, file);
	}
}

function methods(connection: Connection): Omit<Store, "directory" | "close"> {
	const calls = callMethods(connection);
	return {
		...calls,
		...batchMethods(connection, calls),
		...capabilityMethods(connection),
		...jobMethods(connection),
		...ledgerMethods(connection),
		...modelCheckMethods(connection),
		...cacheStatsMethods(connection),
		...cacheImportMethods(connection),
		...cachePruneMethods(connection),
		...embeddingMethods(connection),
		...judgementMethods(connection),
		...provenanceMethods(connection),
		...runMethods(connection),
		...descriptionMethods(connection),
		...evaluationMethods(connection),
		...runViewMethods(connection),
		...neuronViewMethods(connection),
		...callViewMethods(connection),
		...clipViewMethods(connection),
	};
}

/** Some writers ask for the time before they write. */
function noTime(): never {
	throw readOnlyError();
}

function checkThere(directory: string, file: string): void {
	if (existsSync(file)) return;
	throw new StoreError(`there is no store in ${directory}`, {
		code: "store_missing",
		hint: "`audio-dissect dissect` makes one; `store` in the config or --store says where.",
	});
}

function makeDirectory(directory: string): void {
	try {
		makeDirectorySync(directory);
	} catch (error) {
		throw unwritable(directory, error);
	}
}

function unwritable(path: string, cause: unknown): StoreError {
	const code = cause instanceof Error && "code" in cause ? cause.code : "";
	const reason =
		code === "EEXIST" || code === "ENOTDIR"
			? "it is a file, or lies in one"
			: systemReason(cause);
	return new StoreError(`the store ${path} cannot be written: ${reason}`, {
		code: "store_unwritable",
		hint: "Choose a directory you can write with `store` in the config.",
		cause,
	});
}

function openDatabase(file: string, readOnly: boolean): Database.Database {
	try {
		// SQLite opens a file without write permission all the same; better to know now than after an hour of recording.
		if (!readOnly && existsSync(file)) accessSync(file, constants.W_OK);
		return new Database(file, {
			readonly: readOnly,
			fileMustExist: readOnly,
			timeout: BUSY_TIMEOUT,
		});
	} catch (error) {
		if (readOnly) throw error;
		throw unwritable(file, error);
	}
}

function prepare(
	database: Database.Database,
	file: string,
	readOnly: boolean,
): void {
	// Before anything is changed: a file that is not ours, or newer than us, stays as it is.
	const version = checkVersion(database, file);
	database.pragma("foreign_keys = ON");
	if (readOnly) {
		if (version === STORE_VERSION) return;
		throw new StoreError(
			`store ${file} has version ${version}, expected ${STORE_VERSION}`,
			{
				code: "store_older",
				hint: "Open it for writing once (`audio-dissect dissect`) to bring it up to date.",
			},
		);
	}
	useWriteAheadLog(database, BUSY_TIMEOUT);
	// Every commit reaches the disk: a reply that was paid for survives a power loss. Measured: 0.2 ms a commit (0.04 with NORMAL), nothing beside a request.
	database.pragma("synchronous = FULL");
	if (version < STORE_VERSION) migrate(database, file);
}

function cannotWrite(error: unknown): boolean {
	return (
		error instanceof Database.SqliteError &&
		/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(error.code)
	);
}

function close(database: Database.Database): void {
	if (database.open) database.close();
}
