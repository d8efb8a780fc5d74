/** Writes what a call is charged, to a run or to a job. */
import type { CallCharge } from "../types.ts";
import type { Connection } from "./connection.ts";
import { unknownRun } from "./run-names.ts";

/** Returns a function that writes one charge; it is called within a transaction. It throws StoreError `run_unknown`. */
export function chargeWriter(
	connection: Connection,
): (call: number, charge: CallCharge) => void {
	const { database } = connection;
	const exists = database.prepare(
		"SELECT 1 FROM runs WHERE id = @run UNION ALL SELECT 1 FROM jobs WHERE id = @run",
	);
	const insert = database.prepare(`
		INSERT INTO run_calls (run, call, sent, input_tokens, output_tokens, cached_tokens, cache_write_tokens, audio_tokens, estimated,
			usd, batch, unanswered, unanswered_tokens, unanswered_usd)
		VALUES (@run, @call, 1, @inputTokens, @outputTokens, @cachedTokens, @cacheWriteTokens, @audioTokens, @estimated,
			@usd, @batch, @unanswered, @unansweredTokens, @unansweredUsd)`);
	return (call, charge) => {
		const { run, unanswered, estimated, batch, usd } = charge;
		if (exists.get({ run }) === undefined) throw unknownRun(connection, run);
		insert.run({
			run,
			call,
			usd,
			inputTokens: charge.inputTokens,
			outputTokens: charge.outputTokens,
			cachedTokens: charge.cachedTokens ?? 0,
			cacheWriteTokens: charge.cacheWriteTokens ?? 0,
			audioTokens: charge.audioTokens ?? 0,
			estimated: estimated ? 1 : 0,
			batch: batch === true ? 1 : 0,
			unanswered: unanswered?.requests ?? 0,
			unansweredTokens: unanswered?.tokens ?? 0,
			unansweredUsd: unanswered === undefined ? 0 : unanswered.usd,
		});
	};
}
