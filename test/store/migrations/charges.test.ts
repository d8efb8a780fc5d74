/** The step that lets jobs be charged: what runs were charged before stays, and so does that it goes with its run. */
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { batches } from "../../../src/store/migrations/batches.ts";
import { charges } from "../../../src/store/migrations/charges.ts";
import { runCalls } from "../../../src/store/migrations/run-calls.ts";

test("keeps every charge, and knows which were of batches", () => {
	const database = new Database(":memory:");
	database.pragma("foreign_keys = ON");
	database.exec(`
		CREATE TABLE runs (id TEXT PRIMARY KEY) STRICT;
		CREATE TABLE calls (id INTEGER PRIMARY KEY) STRICT;
		${runCalls} ${batches}
		INSERT INTO runs VALUES ('r'), ('other');
		INSERT INTO calls VALUES (1), (2), (3);
		INSERT INTO batches (id, provider, api, base_url, model, state, prepared_at) VALUES ('b', 'p', 'a', 'u', 'm', 'ended', 't');
		INSERT INTO batch_requests (batch, custom_id, key, operation, sample_index, worst_input, worst_output, state, call)
			VALUES (1, 'c', 'k', 'o', 0, 1, 1, 'answered', 2);
		INSERT INTO run_calls VALUES ('r', 1, 1, 10, 2, 0, 0.5), ('r', 2, 1, 20, 4, 1, NULL), ('other', 2, 0, 0, 0, 0, 0);
	`);
	database.exec(charges);
	const rows = () =>
		database
			.prepare(
				"SELECT run, call, input_tokens, output_tokens, estimated, usd, batch, unanswered FROM run_calls ORDER BY run, call",
			)
			.raw()
			.all();
	expect(rows()).toEqual([
		["other", 2, 0, 0, 0, 0, 0, 0],
		["r", 1, 10, 2, 0, 0.5, 0, 0],
		["r", 2, 20, 4, 1, null, 1, 0],
	]);
	expect(() =>
		database.exec(
			"INSERT INTO run_calls (run, call, sent, input_tokens, output_tokens, estimated) VALUES ('r', 99, 1, 0, 0, 0)",
		),
	).toThrow(/FOREIGN KEY/);
	database.exec("DELETE FROM runs WHERE id = 'r'");
	expect(rows()).toHaveLength(1);
});
