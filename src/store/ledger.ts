/** The ledger: which run sent which call, what it was charged, and what it got for nothing. */
import { z } from "zod";
import { chargeWriter } from "./charges.ts";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";
import type { LedgerMethods } from "./store.ts";
import type { LedgerRow } from "./views.ts";

export function ledgerMethods(connection: Connection): LedgerMethods {
	const { database, read, write } = connection;
	const served = database.prepare(`
		INSERT INTO run_calls (run, call, sent, input_tokens, output_tokens, estimated, usd) VALUES (?, ?, 0, 0, 0, 0, 0)
		ON CONFLICT DO NOTHING`);
	const charge = chargeWriter(connection);
	const sum = database.prepare(`
		SELECT operation, provider, base_url AS baseUrl, model, batch,
			sum(sent) AS calls, sum(sent = 0) AS served, sum(sent AND failed) AS failed, sum(estimated) AS estimated,
			sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(cached_tokens) AS cachedTokens,
			sum(audio_tokens) AS audioTokens,
			coalesce(sum(usd), 0.0) AS usd, coalesce(sum(usd) FILTER (WHERE failed), 0.0) AS failedUsd,
			sum(unanswered) AS unanswered, sum(unanswered_tokens) AS unansweredTokens,
			coalesce(sum(unanswered_usd), 0.0) AS unansweredUsd,
			${UNPRICED.map(([column, name]) => `coalesce(sum(${column}) FILTER (WHERE usd IS NULL), 0) AS ${name}`).join(", ")},
			sum(usd IS NULL) AS unpriced
		FROM (
			SELECT c.operation, c.provider, c.base_url, c.model, r.*,
				(c.outcome <> 'ok' OR EXISTS (SELECT 1 FROM call_rejections WHERE call = c.id)) AS failed
			FROM run_calls r JOIN calls c ON c.id = r.call WHERE r.run = ?)
		GROUP BY operation, provider, base_url, model, batch ORDER BY operation, provider, base_url, model, batch`);
	const mean = database
		.prepare(`
		SELECT avg(output_tokens) FROM calls
		WHERE operation = @operation AND provider = @provider AND base_url = @baseUrl AND model = @model AND outcome = 'ok'`)
		.pluck();
	const users = database
		.prepare(
			"SELECT DISTINCT r.run FROM calls c JOIN run_calls r ON r.call = c.id WHERE c.key = ? ORDER BY r.run",
		)
		.pluck();
	return {
		chargeCalls: (entries) => {
			if (entries.length === 0) return;
			write(() => {
				for (const { call, charge: charged } of entries) charge(call, charged);
			});
		},
		meanOutputTokens: (of) =>
			read(() => z.number().nullable().parse(mean.get(of))),
		noteServed: (run, callIds) =>
			write(() => {
				for (const id of callIds) served.run(run, id);
			}),
		runsOfCall: (key) => read(() => users.all(key).map(String)),
		readLedger: (run) =>
			read(() => sum.all(run)).map((row) =>
				parseRow(ledgerRow, row, "run_calls"),
			),
	};
}

/** Columns of `run_calls` that make a price, and what they are called when it was not known. */
const UNPRICED = [
	["input_tokens", "unpricedInputTokens"],
	["output_tokens", "unpricedOutputTokens"],
	["cached_tokens", "unpricedCachedTokens"],
	["cache_write_tokens", "unpricedCacheWriteTokens"],
	["audio_tokens", "unpricedAudioTokens"],
] as const;

const ledgerRow: z.ZodType<LedgerRow> = z.object({
	operation: z.string(),
	provider: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	batch: z.number().transform((value) => value === 1),
	calls: z.number(),
	served: z.number(),
	failed: z.number(),
	estimated: z.number(),
	inputTokens: z.number(),
	outputTokens: z.number(),
	usd: z.number(),
	failedUsd: z.number(),
	cachedTokens: z.number(),
	audioTokens: z.number(),
	unanswered: z.number(),
	unansweredTokens: z.number(),
	unansweredUsd: z.number(),
	unpriced: z.number(),
	unpricedInputTokens: z.number(),
	unpricedOutputTokens: z.number(),
	unpricedCachedTokens: z.number(),
	unpricedCacheWriteTokens: z.number(),
	unpricedAudioTokens: z.number(),
});
