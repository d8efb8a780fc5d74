import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { asStoreError, connect } from "../../src/store/connection.ts";
import { NOW, temporaryFolder } from "../support/temporary-store.ts";

function connection() {
	const directory = temporaryFolder();
	const file = join(directory, "test.db");
	const database = new Database(file, { timeout: 0 });
	database.exec("CREATE TABLE t (x TEXT) STRICT");
	return connect({ database, directory, file, now: () => NOW });
}

test("a full database is store_full, and the transaction leaves nothing", () => {
	const { database, file, write } = connection();
	database.pragma("max_page_count = 3");
	const insert = database.prepare("INSERT INTO t VALUES (?)");
	expect(() =>
		write(() => {
			insert.run("short");
			insert.run("x".repeat(20_000));
		}),
	).toThrow(
		expect.objectContaining({
			name: "StoreError",
			code: "store_full",
			message: `store ${file}: the disk is full (SQLITE_FULL: database or disk is full)`,
			evidence: { sqliteCode: "SQLITE_FULL" },
		}),
	);
	expect(database.prepare("SELECT count(*) FROM t").pluck().get()).toBe(0);
	database.close();
});

test("another writer that does not end is store_busy", () => {
	const { database, file, write } = connection();
	const other = new Database(file);
	other.exec("BEGIN IMMEDIATE");
	expect(() => write(() => 1)).toThrow(
		expect.objectContaining({ code: "store_busy" }),
	);
	other.exec("ROLLBACK");
	expect(write(() => 1)).toBe(1);
	other.close();
	database.close();
});

test.each([
	["SQLITE_IOERR_WRITE", "store_io"],
	["SQLITE_READONLY_DBMOVED", "store_read_only"],
	["SQLITE_CORRUPT_INDEX", "store_corrupt"],
	["SQLITE_CANTOPEN", "store_unwritable"],
])("%s is %s, with a hint and the cause", (sqliteCode, code) => {
	const cause = new Database.SqliteError("why", sqliteCode);
	expect(asStoreError(cause, "file")).toMatchObject({
		code,
		cause,
		hint: expect.stringMatching(/./),
	});
});

test("an error that says our own mistake stays what it is", () => {
	const constraint = new Database.SqliteError("why", "SQLITE_CONSTRAINT_CHECK");
	expect(asStoreError(constraint, "file")).toBe(constraint);
	const type = new TypeError("x");
	expect(asStoreError(type, "file")).toBe(type);
});
