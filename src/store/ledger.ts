/** The ledger: which run sent which call, what it was charged, and what it got for nothing. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";
import type { LedgerMethods } from "./store.ts";
import type { LedgerRow } from "./views.ts";

export function ledgerMethods(connection: Connection): LedgerMethods {
	const { database, read, write } = connection;
	const served = database.prepare(`
		INSERT INTO run_calls (run, call, sent, input_tokens, output_tokens, estimated, usd) VALUES (?, ?, 0, 0, 0, 0, 0)
		ON CONFLICT DO NOTHING`);
	const sum = database.prepare(`
		SELECT operation, provider, base_url AS baseUrl, model,
			sum(sent) AS calls, sum(sent = 0) AS served, sum(sent AND failed) AS failed, sum(estimated) AS estimated,
			sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens,
			coalesce(sum(usd), 0.0) AS usd, coalesce(sum(usd) FILTER (WHERE failed), 0.0) AS failedUsd,
			coalesce(sum(input_tokens) FILTER (WHERE usd IS NULL), 0) AS unpricedInputTokens,
			coalesce(sum(output_tokens) FILTER (WHERE usd IS NULL), 0) AS unpricedOutputTokens,
			sum(usd IS NULL) AS unpriced
		FROM (
			SELECT c.operation, c.provider, c.base_url, c.model, r.sent, r.estimated, r.input_tokens, r.output_tokens, r.usd,
				(c.outcome <> 'ok' OR EXISTS (SELECT 1 FROM call_rejections WHERE call = c.id)) AS failed
			FROM run_calls r JOIN calls c ON c.id = r.call WHERE r.run = ?)
		GROUP BY operation, provider, base_url, model ORDER BY operation, provider, base_url, model`);
	const mean = database
		.prepare(`
		SELECT avg(output_tokens) FROM calls
		WHERE operation = @operation AND provider = @provider AND base_url = @baseUrl AND model = @model AND outcome = 'ok'`)
		.pluck();
	return {
		meanOutputTokens: (of) =>
			read(() => z.number().nullable().parse(mean.get(of))),
		noteServed: (run, callIds) =>
			write(() => {
				for (const id of callIds) served.run(run, id);
			}),
		readLedger: (run) =>
			read(() => sum.all(run)).map((row) =>
				parseRow(ledgerRow, row, "run_calls"),
			),
	};
}

const ledgerRow: z.ZodType<LedgerRow> = z.object({
	operation: z.string(),
	provider: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	calls: z.number(),
	served: z.number(),
	failed: z.number(),
	estimated: z.number(),
	inputTokens: z.number(),
	outputTokens: z.number(),
	usd: z.number(),
	failedUsd: z.number(),
	unpriced: z.number(),
	unpricedInputTokens: z.number(),
	unpricedOutputTokens: z.number(),
});
