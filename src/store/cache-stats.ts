/** What the cache holds, as counts and as streams. */
import { statSync } from "node:fs";
import { z } from "zod";
import type { CacheMethods } from "./cache.ts";
import { CALL_COLUMNS, callRow } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { fromBytes } from "./embeddings.ts";
import { parseRow } from "./rows.ts";
import type { CallView } from "./views.ts";

/** Rows read at a time: a few megabytes. */
const PAGE = 200;

/** Bytes of what a call holds; `c` is the row. */
export const CALL_BYTES =
	"octet_length(c.request) + coalesce(octet_length(c.reply), 0) + coalesce(octet_length(c.error), 0)";

export function cacheStatsMethods({
	database,
	file,
	read,
}: Connection): Pick<
	CacheMethods,
	| "cacheStats"
	| "allCalls"
	| "allJudgements"
	| "allCapabilities"
	| "allEmbeddings"
> {
	const tallies = database.prepare(`
		SELECT c.operation, c.provider, c.base_url AS baseUrl, c.model, c.outcome, count(*) AS calls,
			count(r.call) AS rejected, sum(c.input_tokens) AS inputTokens, sum(c.output_tokens) AS outputTokens,
			sum(${CALL_BYTES}) AS bytes
		FROM calls c LEFT JOIN call_rejections r ON r.call = c.id
		GROUP BY c.operation, c.provider, c.base_url, c.model, c.outcome
		ORDER BY c.operation, c.provider, c.base_url, c.model, c.outcome = 'ok' DESC, c.outcome`);
	const embedders = database.prepare(
		"SELECT embedder, count(*) AS vectors, sum(length(vector)) AS bytes FROM embeddings GROUP BY embedder ORDER BY embedder",
	);
	const judgements = database
		.prepare("SELECT count(*) FROM judgements")
		.pluck();
	const callsPage = database.prepare(
		`SELECT ${CALL_COLUMNS} FROM calls c WHERE c.id > ? ORDER BY c.id LIMIT ${PAGE}`,
	);
	const judgementsPage = database.prepare(`
		SELECT judge, lemma, acoustic, call FROM judgements WHERE call IS NOT NULL AND (judge, lemma) > (?, ?)
		ORDER BY judge, lemma LIMIT ${PAGE}`);
	const capabilities = database.prepare(`
		SELECT provider, api, base_url AS baseUrl, model, capability, value FROM capabilities
		ORDER BY provider, api, base_url, model, capability`);
	const embeddingsPage = database.prepare(`
		SELECT embedder, text_hash AS textHash, vector FROM embeddings WHERE (embedder, text_hash) > (?, ?)
		ORDER BY embedder, text_hash LIMIT ${PAGE}`);
	return {
		cacheStats: () =>
			read(() => ({
				calls: tallies.all().map((row) => parseRow(tallyRow, row, "calls")),
				embeddings: embedders
					.all()
					.map((row) => parseRow(embedderRow, row, "embeddings")),
				judgements: Number(judgements.get()),
				fileBytes: sizeOf(file) + sizeOf(`${file}-wal`),
			})),
		allCalls: () =>
			pages<CallView>({
				first: [0],
				page: (after) =>
					read(() =>
						callsPage
							.all(...after)
							.map((row) => parseRow(callRow, row, "calls")),
					),
				next: ({ id }) => [id],
			}),
		allJudgements: () =>
			pages({
				first: ["", ""],
				page: (after) =>
					read(() =>
						judgementsPage.all(...after).map((row) => {
							const { acoustic, call, ...name } = parseRow(
								judgementRow,
								row,
								"judgements",
							);
							return { ...name, acoustic: acoustic === 1, callId: call };
						}),
					),
				next: ({ judge, lemma }) => [judge, lemma],
			}),
		allCapabilities: () =>
			read(() =>
				capabilities
					.all()
					.map((row) => parseRow(capabilityRow, row, "capabilities")),
			),
		allEmbeddings: () =>
			pages({
				first: ["", ""],
				page: (after) =>
					read(() =>
						embeddingsPage.all(...after).map((row) => {
							const { vector, ...name } = parseRow(
								embeddingRow,
								row,
								"embeddings",
							);
							return { ...name, vector: fromBytes(vector) };
						}),
					),
				next: ({ embedder, textHash }) => [embedder, textHash],
			}),
	};
}

/** Sorts the rows; of the last row that was read. */
type PageKey = readonly (string | number)[];

/** Rows a page at a time, so that the store can be written in between. */
function* pages<Row>(options: {
	readonly first: PageKey;
	readonly page: (after: PageKey) => readonly Row[];
	readonly next: (last: Row) => PageKey;
}): Generator<Row> {
	let after = options.first;
	for (;;) {
		const rows = options.page(after);
		yield* rows;
		const last = rows.at(-1);
		if (last === undefined || rows.length < PAGE) return;
		after = options.next(last);
	}
}

function sizeOf(file: string): number {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

const tallyRow = z.object({
	operation: z.string(),
	provider: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	outcome: z.enum(["ok", "refused", "truncated", "filtered", "empty", "error"]),
	calls: z.number(),
	rejected: z.number(),
	inputTokens: z.number().nullable(),
	outputTokens: z.number().nullable(),
	bytes: z.number(),
});

const embedderRow = z.object({
	embedder: z.string(),
	vectors: z.number(),
	bytes: z.number(),
});

const judgementRow = z.object({
	judge: z.string(),
	lemma: z.string(),
	acoustic: z.number(),
	call: z.number(),
});

const capabilityRow = z.object({
	provider: z.string(),
	api: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	capability: z.string(),
	value: z.string(),
});

const embeddingRow = z.object({
	embedder: z.string(),
	textHash: z.string(),
	vector: z.instanceof(Uint8Array),
});
