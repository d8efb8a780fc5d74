import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { modelChecks } from "../../src/store/migrations/model-checks.ts";
import { tables } from "../../src/store/migrations/tables.ts";
import { ways } from "../../src/store/migrations/ways.ts";
import { migrate } from "../../src/store/migrations.ts";
import { temporaryStore } from "../support/temporary-store.ts";
import { sampleCall } from "./samples.ts";

test("verdicts that are there are told how they were asked, by their calls", () => {
	const database = new Database(":memory:");
	migrate(database, "file", [tables, modelChecks]);
	const call = database.prepare(`
		INSERT INTO calls (id, key, attempt, at, operation, provider, base_url, model, request, sample_index, outcome, reply, milliseconds)
		VALUES (?, ?, 1, '', 'acoustic-filter', 'p', 'u', 'm', ?, 0, 'ok', 'x', 0)`);
	call.run(1, "a", '{"messages":[]}');
	call.run(2, "b", '{"choose":"log_probabilities"}');
	const judgement = database.prepare(
		"INSERT INTO judgements (judge, lemma, acoustic, call) VALUES ('j', ?, 1, ?)",
	);
	judgement.run("loud", 1);
	judgement.run("low", 2);
	judgement.run("soft", null);
	database.exec(
		"INSERT INTO model_checks (key, result, at) VALUES ('k', '{}', '')",
	);
	migrate(database, "file", [tables, modelChecks, ways]);
	expect(
		database.prepare("SELECT lemma, way FROM judgements ORDER BY 1").all(),
	).toEqual([
		{ lemma: "loud", way: "schema" },
		{ lemma: "low", way: "log_probabilities" },
		{ lemma: "soft", way: null },
	]);
	expect(
		database.prepare("SELECT ways FROM model_checks").pluck().get(),
	).toBeNull();
});

test("new verdicts and results of the quiz are stored with it", () => {
	const store = temporaryStore();
	const callId = store.recordCall({
		...sampleCall(),
		request: { format: "json" },
	});
	store.putJudgements("judge", [
		{ lemma: "loud", acoustic: true, callId },
		{ lemma: "soft", acoustic: true, callId: null },
	]);
	store.putModelCheck("key", {}, ["schema", "top_logprobs"]);
	const database = new Database(`${store.directory}/audio-dissect.db`, {
		readonly: true,
	});
	expect(
		database.prepare("SELECT lemma, way FROM judgements ORDER BY 1").all(),
	).toEqual([
		{ lemma: "loud", way: "json" },
		{ lemma: "soft", way: null },
	]);
	expect(database.prepare("SELECT ways FROM model_checks").pluck().get()).toBe(
		'["schema","top_logprobs"]',
	);
	database.close();
});
