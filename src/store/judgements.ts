/** Verdicts of the acoustic filter: each lemma is judged once per judge. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { WAY_OF_CALL } from "./migrations/ways.ts";
import { parseRow } from "./rows.ts";
import type { JudgementMethods } from "./store.ts";

export function judgementMethods(connection: Connection): JudgementMethods {
	const { database, read, write } = connection;
	const select = database.prepare(`
		SELECT lemma, acoustic, call FROM judgements
		WHERE judge = ? AND lemma IN (SELECT value FROM json_each(?)) ORDER BY lemma`);
	const insert = database.prepare(`
		INSERT INTO judgements (judge, lemma, acoustic, call, way)
		VALUES (?, ?, ?, ?, (SELECT ${WAY_OF_CALL} FROM calls WHERE id = ?)) ON CONFLICT DO NOTHING`);
	const judges = database
		.prepare(`
		SELECT j.judge FROM judgements j
		WHERE j.call IN (SELECT dc.call FROM run_layers l JOIN neurons n ON n.layer = l.id JOIN descriptions d ON d.neuron = n.id
			JOIN description_calls dc ON dc.description = d.id WHERE l.run = ? AND d.module = 'open-set-extraction')
		GROUP BY j.judge ORDER BY count(*) DESC, j.judge`)
		.pluck();
	return {
		judgesOfRun: (run) => read(() => judges.all(run).map(String)),
		getJudgements: (judge, lemmas) =>
			read(
				() =>
					new Map(
						select.all(judge, JSON.stringify(lemmas)).map((row) => {
							const { lemma, acoustic, call } = parseRow(
								verdict,
								row,
								"judgements",
							);
							return [lemma, { acoustic: acoustic === 1, callId: call }];
						}),
					),
			),
		putJudgements: (judge, entries) =>
			write(() => {
				for (const { lemma, acoustic, callId } of entries)
					insert.run(judge, lemma, acoustic ? 1 : 0, callId, callId);
			}),
	};
}

const verdict = z.object({
	lemma: z.string(),
	acoustic: z.number(),
	call: z.number().nullable(),
});
