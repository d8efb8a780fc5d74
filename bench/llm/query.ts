/** What the benches share: how wide they ask, and one number of a store. */
import { join } from "node:path";
import Database from "better-sqlite3";

/** Requests in flight. */
export const WIDTH = 64;

/** Seconds to find every call of a store by its key and to parse its reply. */
export function readEveryCall(config: string): number {
	const database = new Database(
		join(config, "..", "store", "audio-dissect.db"),
		{ readonly: true },
	);
	try {
		const keys = database
			.prepare("SELECT DISTINCT key FROM calls")
			.pluck()
			.all();
		const find = database
			.prepare(
				"SELECT reply FROM calls WHERE key = ? ORDER BY attempt DESC LIMIT 1",
			)
			.pluck();
		const start = performance.now();
		for (const key of keys) JSON.parse(String(find.get(key)));
		return (performance.now() - start) / 1000;
	} finally {
		database.close();
	}
}

/** One number of the store beside `config`. */
export function query(config: string, sql: string): number {
	const database = new Database(
		join(config, "..", "store", "audio-dissect.db"),
		{ readonly: true },
	);
	try {
		return Number(database.prepare(sql).pluck().get());
	} finally {
		database.close();
	}
}
