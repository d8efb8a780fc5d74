/** Evaluation results of runs: earlier ones are kept, the latest counts. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { anyJson, jsonColumn, parseRow, toJson } from "./rows.ts";
import { unknownRun } from "./run-names.ts";
import type { DescriptionMethods } from "./store.ts";

export function evaluationMethods(
	connection: Connection,
): Pick<DescriptionMethods, "putEvaluation" | "readEvaluations"> {
	const { database, now, read, write } = connection;
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const insert = database.prepare(
		"INSERT INTO evaluations (run, name, result, at) VALUES (?, ?, ?, ?)",
	);
	const select = database.prepare(`
		SELECT name, result FROM evaluations e
		WHERE run = ? AND id = (SELECT max(id) FROM evaluations WHERE run = e.run AND name = e.name) ORDER BY name`);
	const checkRun = (run: string): void => {
		if (runExists.get(run) === undefined) throw unknownRun(connection, run);
	};
	return {
		putEvaluation: (run, name, result) =>
			write(() => {
				checkRun(run);
				insert.run(run, name, toJson(result, `evaluation "${name}"`), now());
			}),
		readEvaluations: (run) =>
			read(() => {
				checkRun(run);
				return Object.fromEntries(
					select.all(run).map((row) => {
						const { name, result } = parseRow(
							evaluationRow,
							row,
							"evaluations",
						);
						return [name, result];
					}),
				);
			}),
	};
}

const evaluationRow = z.object({
	name: z.string(),
	result: jsonColumn(anyJson),
});
