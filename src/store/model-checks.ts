/** What the quiz found about language models, and what its calls used. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import type { Connection } from "./connection.ts";
import { anyJson, jsonColumn, parseRow, toJson } from "./rows.ts";
import type { ModelCheckMethods } from "./store.ts";
import type { CallUsage } from "./views.ts";

export function modelCheckMethods(connection: Connection): ModelCheckMethods {
	const { database, now, read, write } = connection;
	const select = database.prepare(
		"SELECT result FROM model_checks WHERE key = ?",
	);
	const insert = database.prepare(
		"INSERT INTO model_checks (key, result, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const usage = database.prepare(`
		SELECT count(*) AS calls, iif(count(*) = count(input_tokens), sum(input_tokens), NULL) AS inputTokens,
			iif(count(*) = count(output_tokens), sum(output_tokens), NULL) AS outputTokens,
			coalesce(sum(milliseconds), 0) AS milliseconds
		FROM calls WHERE id IN (SELECT value FROM json_each(?))`);
	return {
		getModelCheck: (key) =>
			read((): Json | undefined => {
				const row = select.get(key);
				return row === undefined
					? undefined
					: parseRow(stored, row, "model_checks").result;
			}),
		putModelCheck: (key, result) =>
			write(() => {
				insert.run(key, toJson(result, "the result of a quiz"), now());
			}),
		usageOfCalls: (ids) =>
			read(() => parseRow(callUsage, usage.get(JSON.stringify(ids)), "calls")),
	};
}

const stored = z.object({ result: jsonColumn(anyJson) });

const callUsage: z.ZodType<CallUsage> = z.object({
	calls: z.number(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	milliseconds: z.number(),
});
