/** Language model calls: insert-only, the newest good reply of a key is served again. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { CallCharge, CallRecord } from "../types.ts";
import { chargeWriter } from "./charges.ts";
import type { Connection } from "./connection.ts";
import {
	anyJson,
	errorRecord,
	errorToJson,
	jsonColumn,
	parseRow,
	toJson,
} from "./rows.ts";
import type { CallMethods } from "./store.ts";
import type { CallView } from "./views.ts";

export function callMethods(connection: Connection): CallMethods {
	const { database, now, read, write } = connection;
	const find = database.prepare(`
		SELECT id, reply FROM calls WHERE key = ? AND outcome = 'ok'
			AND NOT EXISTS (SELECT 1 FROM call_rejections WHERE call = calls.id)
		ORDER BY attempt DESC LIMIT 1`);
	const findNewest = database.prepare(
		"SELECT id, outcome, reply, error FROM calls WHERE key = ? ORDER BY attempt DESC LIMIT 1",
	);
	const insert = database.prepare(`
		INSERT INTO calls (key, attempt, at, operation, provider, base_url, model, request, sample_index, outcome, reply,
			finish_reason, request_id, http_status, input_tokens, output_tokens, milliseconds, error)
		SELECT @key, coalesce(max(attempt), 0) + 1, @at, @operation, @provider, @baseUrl, @model, @request, @sampleIndex, @outcome,
			@reply, @finishReason, @requestId, @httpStatus, @inputTokens, @outputTokens, @milliseconds, @error
		FROM calls WHERE key = @key`);
	const charge = chargeWriter(connection);
	const exists = database.prepare("SELECT 1 FROM calls WHERE id = ?");
	const reject = database.prepare(
		"INSERT INTO call_rejections (call, reason, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const put = (record: CallRecord, charged: CallCharge | undefined): number => {
		const { request, error, ...plain } = record;
		const row = {
			...plain,
			request: toJson(request, "the request of a call"),
			error: error === null ? null : errorToJson(error),
			at: now(),
		};
		const call = Number(insert.run(row).lastInsertRowid);
		if (charged !== undefined) charge(call, charged);
		return call;
	};
	return {
		findCall: (key) =>
			read(() => {
				const row = find.get(key);
				return row === undefined ? undefined : parseRow(found, row, "calls");
			}),
		findRecorded: (key) =>
			read(() => {
				const row = findNewest.get(key);
				return row === undefined ? undefined : parseRow(recorded, row, "calls");
			}),
		recordCall: (record, charged) => write(() => put(record, charged)),
		recordCalls: (entries) =>
			write(() =>
				entries.map(({ record, charge: charged }) => put(record, charged)),
			),
		rejectCalls: (ids, reason) =>
			write(() => {
				for (const id of ids) {
					if (exists.get(id) === undefined)
						throw new StoreError(`there is no call ${id} in the store`, {
							code: "call_unknown",
							hint: "`audio-dissect runs calls` lists those of a run.",
						});
					reject.run(id, reason, now());
				}
			}),
	};
}

const found = z.object({ id: z.number(), reply: z.string() });

/** Columns of `calls` (alias c) that make a CallView. */
export const CALL_COLUMNS = `c.id, c.key, c.attempt, c.at, c.operation, c.provider, c.base_url AS baseUrl, c.model, c.request,
	c.sample_index AS sampleIndex, c.outcome, c.reply, c.finish_reason AS finishReason, c.request_id AS requestId,
	c.http_status AS httpStatus, c.input_tokens AS inputTokens, c.output_tokens AS outputTokens, c.milliseconds, c.error,
	(SELECT reason FROM call_rejections WHERE call = c.id) AS rejected`;

const outcome = z.enum([
	"ok",
	"refused",
	"truncated",
	"filtered",
	"empty",
	"error",
]);

const error = z
	.string()
	.nullable()
	.pipe(z.union([z.null(), jsonColumn(errorRecord)]));

const recorded = z.object({
	id: z.number(),
	outcome,
	reply: z.string().nullable(),
	error,
});

export const callRow: z.ZodType<CallView> = z.object({
	id: z.number(),
	key: z.string(),
	attempt: z.number(),
	at: z.string(),
	operation: z.string(),
	provider: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	request: jsonColumn(anyJson),
	sampleIndex: z.number(),
	outcome,
	reply: z.string().nullable(),
	finishReason: z.string().nullable(),
	requestId: z.string().nullable(),
	httpStatus: z.number().nullable(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	milliseconds: z.number(),
	error,
	rejected: z.string().nullable(),
});
