/** What the quiz found about language models, and what its calls used. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import type { Connection } from "./connection.ts";
import { WAY_OF_CALL } from "./migrations/ways.ts";
import { anyJson, jsonColumn, parseRow, toJson } from "./rows.ts";
import type { ModelCheckMethods } from "./store.ts";
import type { CallUsage } from "./views.ts";

export function modelCheckMethods(connection: Connection): ModelCheckMethods {
	const { database, now, read, write } = connection;
	const select = database.prepare(
		"SELECT result FROM model_checks WHERE key = ?",
	);
	const insert = database.prepare(
		"INSERT INTO model_checks (key, result, at, ways) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const usage = database.prepare(`
		SELECT count(*) AS calls, iif(count(*) = count(input_tokens), sum(input_tokens), NULL) AS inputTokens,
			iif(count(*) = count(output_tokens), sum(output_tokens), NULL) AS outputTokens,
			coalesce(sum((SELECT audio_tokens FROM run_calls WHERE call = calls.id AND sent = 1)), 0) AS audioTokens,
			coalesce(sum(milliseconds), 0) AS milliseconds
		FROM calls WHERE id IN (SELECT value FROM json_each(?))`);
	const ways = database.prepare(`
		SELECT ${WAY_OF_CALL} AS way, count(*) AS calls FROM calls
		WHERE id IN (SELECT value FROM json_each(?)) GROUP BY 1 ORDER BY 1`);
	return {
		getModelCheck: (key) =>
			read((): Json | undefined => {
				const row = select.get(key);
				return row === undefined
					? undefined
					: parseRow(stored, row, "model_checks").result;
			}),
		putModelCheck: (key, result, waysAsked) =>
			write(() => {
				insert.run(
					key,
					toJson(result, "the result of a quiz"),
					now(),
					toJson([...waysAsked], "the ways of a quiz"),
				);
			}),
		usageOfCalls: (ids) =>
			read(() => parseRow(callUsage, usage.get(JSON.stringify(ids)), "calls")),
		waysOfCalls: (ids) =>
			read(() =>
				Object.fromEntries(
					ways.all(JSON.stringify(ids)).map((row) => {
						const { way, calls } = parseRow(callWay, row, "calls");
						return [way, calls];
					}),
				),
			),
	};
}

const stored = z.object({ result: jsonColumn(anyJson) });

const callUsage: z.ZodType<CallUsage> = z.object({
	calls: z.number(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	audioTokens: z.number(),
	milliseconds: z.number(),
});

const callWay = z.object({ way: z.string(), calls: z.number() });
