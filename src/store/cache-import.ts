/** Calls from another store: inserted as further attempts, never in place of a reply that is served here. */
import type { CacheMethods, ImportedCall } from "./cache.ts";
import type { Connection } from "./connection.ts";
import { errorToJson, toJson } from "./rows.ts";

export function cacheImportMethods({
	database,
	write,
}: Connection): Pick<CacheMethods, "importCalls"> {
	const same = database
		.prepare(`
		SELECT id FROM calls WHERE key = @key AND at = @at AND outcome = @outcome AND reply IS @reply AND request_id IS @requestId
		ORDER BY id LIMIT 1`)
		.pluck();
	const served = database
		.prepare(`
		SELECT id FROM calls WHERE key = ? AND outcome = 'ok'
			AND NOT EXISTS (SELECT 1 FROM call_rejections WHERE call = calls.id)
		ORDER BY attempt DESC LIMIT 1`)
		.pluck();
	const insert = database.prepare(`
		INSERT INTO calls (key, attempt, at, operation, provider, base_url, model, request, sample_index, outcome, reply,
			finish_reason, request_id, http_status, input_tokens, output_tokens, milliseconds, error)
		SELECT @key, coalesce(max(attempt), 0) + 1, @at, @operation, @provider, @baseUrl, @model, @request, @sampleIndex, @outcome,
			@reply, @finishReason, @requestId, @httpStatus, @inputTokens, @outputTokens, @milliseconds, @error
		FROM calls WHERE key = @key`);
	const reject = database.prepare(
		"INSERT INTO call_rejections (call, reason, at) VALUES (?, ?, ?)",
	);
	return {
		importCalls: (calls) =>
			write(() =>
				calls.map(({ rejected, ...call }): ImportedCall => {
					const row = {
						...call,
						request: toJson(call.request, "the request of a call"),
						error: call.error === null ? null : errorToJson(call.error),
					};
					const known = same.get(row);
					if (typeof known === "number") return { id: known, is: "known" };
					const own = served.get(call.key);
					if (
						typeof own === "number" &&
						call.outcome === "ok" &&
						rejected === null
					)
						return { id: own, is: "not_needed" };
					const id = Number(insert.run(row).lastInsertRowid);
					if (rejected !== null) reject.run(id, rejected, call.at);
					return { id, is: "new" };
				}),
			),
	};
}
