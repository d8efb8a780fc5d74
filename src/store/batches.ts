/** Batches of calls: written before they are submitted, each result stored as a call exactly once. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { hashJson } from "../shared/hash.ts";
import type { BatchMethods, BatchResult, OpenBatch } from "../types.ts";
import type { Connection } from "./connection.ts";
import { takeLock } from "./locks.ts";
import { anyJson, errorRecord, jsonColumn, parseRow, toJson } from "./rows.ts";
import type { CallMethods } from "./store.ts";

/** Hex digits of a key in the name of a request; with the batch's id within the 64 characters that providers take. */
const KEY_DIGITS = 40;

export function batchMethods(
	connection: Connection,
	calls: Pick<CallMethods, "recordCall">,
): BatchMethods {
	const { database, directory, now, read, write } = connection;
	const isOpen = database.prepare(
		"SELECT 1 FROM batch_requests WHERE key = ? AND state = 'open'",
	);
	const count = database
		.prepare("SELECT coalesce(max(number), 0) FROM batches")
		.pluck();
	const insert = database.prepare(`
		INSERT INTO batches (id, run, provider, api, base_url, model, state, prepared_at)
		VALUES (@id, @run, @provider, @api, @baseUrl, @model, 'prepared', @at)`);
	const insertRequest = database.prepare(`
		INSERT INTO batch_requests (batch, custom_id, key, operation, request, sample_index, worst_input, worst_output, worst_usd, state)
		VALUES (@batch, @customId, @key, @operation, @request, @sampleIndex, @worstInput, @worstOutput, @worstUsd, 'open')`);
	const confirm = database.prepare(
		"UPDATE batches SET remote_id = @remoteId, status = @status, state = 'submitted' WHERE id = @id AND state <> 'ended'",
	);
	const end = database.prepare(
		"UPDATE batches SET status = @status, state = 'ended', ended_at = @at WHERE id = @id AND state <> 'ended'",
	);
	const closeRest = database.prepare(`
		UPDATE batch_requests SET state = @reason, request = NULL
		WHERE batch = (SELECT number FROM batches WHERE id = @id) AND state = 'open'`);
	const close = database.prepare(`
		UPDATE batch_requests SET state = @state, call = @call, request = NULL
		WHERE batch = (SELECT number FROM batches WHERE id = @id) AND custom_id = @customId AND state = 'open'`);
	const open = database.prepare(`
		SELECT id, run, provider, api, base_url AS baseUrl, model, remote_id AS remoteId, status, prepared_at AS preparedAt,
			(SELECT count(*) FROM batch_requests WHERE batch = number) AS requests,
			(SELECT count(*) FROM batch_requests WHERE batch = number AND state = 'open') AS open
		FROM batches WHERE state <> 'ended' ORDER BY number`);
	const request = database.prepare(`
		SELECT key, operation, request, sample_index AS sampleIndex, worst_input AS input, worst_output AS output, worst_usd AS worstUsd
		FROM batch_requests WHERE batch = (SELECT number FROM batches WHERE id = ?) AND custom_id = ? AND state = 'open'`);
	const hasRequest = database.prepare(
		"SELECT 1 FROM batch_requests WHERE batch = (SELECT number FROM batches WHERE id = ?) AND custom_id = ?",
	);
	const keepStray = database.prepare(`
		INSERT INTO batch_strays (batch, line, at) SELECT number, @line, @at FROM batches WHERE id = @id
		ON CONFLICT DO NOTHING`);
	const preparedAt = database
		.prepare("SELECT prepared_at FROM batches WHERE id = ?")
		.pluck();
	const remoteIds = database
		.prepare("SELECT remote_id FROM batches WHERE remote_id IS NOT NULL")
		.pluck();
	const standing = database.prepare(`
		SELECT r.state, r.call, c.error FROM batch_requests r LEFT JOIN calls c ON c.id = r.call
		WHERE r.key = ? ORDER BY r.batch DESC LIMIT 1`);
	const waiting = database.prepare(`
		SELECT count(*) AS calls, coalesce(sum(worst_input + worst_output), 0) AS tokens, coalesce(sum(worst_usd), 0.0) AS usd
		FROM batch_requests WHERE state IN ('open', 'lost') AND batch IN (SELECT number FROM batches WHERE run = ?)`);

	const store = (id: string, result: BatchResult, at: string): boolean => {
		const { customId } = result;
		if (request.get(id, customId) === undefined) return false;
		if ("unanswered" in result) {
			close.run({ id, customId, state: result.unanswered, call: null });
			return true;
		}
		const since = Date.parse(String(preparedAt.get(id)));
		const milliseconds = Math.max(0, Date.parse(at) - since);
		const call = calls.recordCall(
			{ ...result.record, milliseconds },
			result.charge,
		);
		close.run({ id, customId, state: "answered", call });
		return true;
	};

	return {
		prepareBatch: ({ run, server, requests }) =>
			write(() => {
				const fresh = requests.filter(
					({ key }) => isOpen.get(key) === undefined,
				);
				if (fresh.length === 0) return null;
				const at = now();
				// With its number, two batches of the same calls at the same time have names of their own.
				const id = hashJson({
					run,
					at,
					number: Number(count.get()) + 1,
					keys: fresh.map(({ key }) => key),
				}).slice(0, 16);
				const batch = Number(
					insert.run({ ...server, id, run, at }).lastInsertRowid,
				);
				return {
					id,
					requests: fresh.map(({ key, worst, ...rest }) => {
						const customId = `${id}-${key.slice(0, KEY_DIGITS)}`;
						insertRequest.run({
							...rest,
							batch,
							customId,
							key,
							request: toJson(rest.request, "the request of a call"),
							worstInput: worst.input,
							worstOutput: worst.output,
						});
						return { customId, key };
					}),
				};
			}),
		confirmBatch: (id, remote) =>
			write(() => {
				confirm.run({ id, ...remote });
			}),
		endBatch: (id, { status, rest }) =>
			write(() => {
				const closed = closeRest.run({ id, reason: rest }).changes;
				end.run({ id, status, at: now() });
				return closed;
			}),
		openBatches: () =>
			read(() => open.all()).map((row) => parseRow(openRow, row, "batches")),
		submittedBatches: () =>
			read(() => new Set(z.array(z.string()).parse(remoteIds.all()))),
		openBatchRequest: (id, customId) =>
			read(() => {
				const row = request.get(id, customId);
				if (row === undefined) return undefined;
				const { input, output, ...rest } = parseRow(
					requestRow,
					row,
					"batch_requests",
				);
				return { ...rest, worst: { input, output } };
			}),
		hasBatchRequest: (id, customId) =>
			read(() => hasRequest.get(id, customId) !== undefined),
		keepBatchStray: (id, line) =>
			write(() => keepStray.run({ id, line, at: now() }).changes > 0),
		storeBatchResults: (id, results) =>
			write(() => {
				const at = now();
				return results.filter((result) => store(id, result, at)).length;
			}),
		batchStanding: (key) =>
			read(() => {
				const row = standing.get(key);
				if (row === undefined) return null;
				const { state, call, error } = parseRow(
					standingRow,
					row,
					"batch_requests",
				);
				if (state === "open") return { state };
				if (state !== "answered") return { state: "unanswered", reason: state };
				// A call that was pruned says nothing any more.
				return call === null ? null : { state: "failed", callId: call, error };
			}),
		waitingInBatches: (run) =>
			read(() => parseRow(waitingRow, waiting.get(run), "batch_requests")),
		lockBatches: () => {
			const release = takeLock(directory, "batches");
			if (release !== undefined) return release;
			throw new StoreError(
				"another audio-dissect is working on the batches of this store",
				{
					code: "batches_locked",
					hint: "Wait until it has ended, then run the same command again.",
				},
			);
		},
	};
}

const openRow: z.ZodType<OpenBatch> = z.object({
	id: z.string(),
	run: z.string().nullable(),
	provider: z.string(),
	api: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	remoteId: z.string().nullable(),
	status: z.string().nullable(),
	preparedAt: z.string(),
	requests: z.number(),
	open: z.number(),
});

const requestRow = z.object({
	key: z.string(),
	operation: z.string(),
	request: jsonColumn(anyJson),
	sampleIndex: z.number(),
	input: z.number(),
	output: z.number(),
	worstUsd: z.number().nullable(),
});

const standingRow = z.object({
	state: z.enum([
		"open",
		"answered",
		"expired",
		"cancelled",
		"refused",
		"lost",
		"not_sent",
	]),
	call: z.number().nullable(),
	error: z
		.string()
		.nullable()
		.pipe(z.union([z.null(), jsonColumn(errorRecord)])),
});

const waitingRow = z.object({
	calls: z.number(),
	tokens: z.number(),
	usd: z.number(),
});
