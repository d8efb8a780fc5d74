import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrate } from "../../src/store/migrations.ts";

const version = (database: Database.Database) =>
	database.pragma("user_version", { simple: true });
const tables = (database: Database.Database) =>
	database
		.prepare("SELECT name FROM sqlite_schema ORDER BY name")
		.pluck()
		.all();

test("runs the missing steps in order, and only those", () => {
	const database = new Database(":memory:");
	const one = "CREATE TABLE a (x TEXT) STRICT";
	migrate(database, "file", [one]);
	expect(version(database)).toBe(1);
	database.exec("INSERT INTO a VALUES ('kept')");
	migrate(database, "file", [
		one,
		"ALTER TABLE a ADD COLUMN y INTEGER",
		"UPDATE a SET y = 2",
	]);
	expect(version(database)).toBe(3);
	expect(database.prepare("SELECT * FROM a").all()).toEqual([
		{ x: "kept", y: 2 },
	]);
});

test("is one transaction: a step that fails leaves the database as it was", () => {
	const database = new Database(":memory:");
	migrate(database, "file", ["CREATE TABLE a (x TEXT) STRICT"]);
	expect(() =>
		migrate(database, "file", [
			"",
			"CREATE TABLE b (x TEXT) STRICT",
			"CREATE TABLE c (x NONSENSE) STRICT",
		]),
	).toThrow(/unknown datatype/);
	expect(version(database)).toBe(1);
	expect(tables(database)).toEqual(["a"]);
});

test("refuses a database that is newer than the steps", () => {
	const database = new Database(":memory:");
	migrate(database, "file", ["SELECT 1", "SELECT 1"]);
	expect(() => migrate(database, "the file", ["SELECT 1"])).toThrow(
		expect.objectContaining({
			code: "store_newer",
			message:
				"store the file has version 2, this audio-dissect knows versions up to 1",
		}),
	);
});
