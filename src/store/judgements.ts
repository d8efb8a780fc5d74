/** Verdicts of the acoustic filter: each lemma is judged once per judge. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";
import type { JudgementMethods } from "./store.ts";

export function judgementMethods(connection: Connection): JudgementMethods {
	const { database, read, write } = connection;
	const select = database.prepare(`
		SELECT lemma, acoustic, call FROM judgements
		WHERE judge = ? AND lemma IN (SELECT value FROM json_each(?)) ORDER BY lemma`);
	const insert = database.prepare(
		"INSERT INTO judgements (judge, lemma, acoustic, call) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
	);
	return {
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
					insert.run(judge, lemma, acoustic ? 1 : 0, callId);
			}),
	};
}

const verdict = z.object({
	lemma: z.string(),
	acoustic: z.number(),
	call: z.number().nullable(),
});
