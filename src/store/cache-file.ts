/** The cache as a file: JSON lines, gzip when the name ends in `.gz`. The first line says what it is, the last one that it is whole. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { z } from "zod";
import { throwIfInterrupted } from "../errors.ts";
import { writeAtomically } from "../shared/files.ts";
import { canonicalJson, type Json } from "../shared/hash.ts";
import type { LongOptions } from "../types.ts";
import { anyJson, errorRecord } from "./rows.ts";
import type { Store } from "./store.ts";

/** Of the format. */
const VERSION = 1;

const call = z.strictObject({
	id: z.int(),
	key: z.string().min(1),
	at: z.iso.datetime(),
	operation: z.string(),
	provider: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	request: anyJson,
	sampleIndex: z.int(),
	outcome: z.enum(["ok", "refused", "truncated", "filtered", "empty", "error"]),
	reply: z.string().nullable(),
	finishReason: z.string().nullable(),
	requestId: z.string().nullable(),
	httpStatus: z.int().nullable(),
	inputTokens: z.int().nullable(),
	outputTokens: z.int().nullable(),
	milliseconds: z.number(),
	error: errorRecord.nullable(),
	rejected: z.string().nullable(),
});

const judgement = z.strictObject({
	judge: z.string(),
	lemma: z.string(),
	acoustic: z.boolean(),
	/** Of a call of this file. */
	callId: z.int(),
});

/** float32, little-endian, base64. */
const embedding = z.strictObject({
	embedder: z.string(),
	textHash: z.string(),
	vector: z.base64().min(1),
});

/** What was found out about a server: how calls were asked, and are replayed, depends on it. */
const capability = z.strictObject({
	provider: z.string(),
	api: z.string(),
	baseUrl: z.string(),
	model: z.string(),
	capability: z.string(),
	value: z.string(),
});

const fileCounts = z.strictObject({
	calls: z.int(),
	judgements: z.int(),
	embeddings: z.int(),
});
export type FileCounts = z.infer<typeof fileCounts>;

export const headerLine = z.strictObject({ audioDissectCache: z.int() });
export const KNOWN_VERSION = VERSION;

/** A line after the first. */
export const cacheLine = z.union([
	z.strictObject({ call }),
	z.strictObject({ judgement }),
	z.strictObject({ capability }),
	z.strictObject({ embedding }),
	z.strictObject({ end: fileCounts }),
]);

/**
 * Writes every call, with its outcome and whether it was rejected, the verdicts of the acoustic filter, what was found out about servers, and with `embeddings` the vectors;
 * atomically. The same store gives the same bytes. Throws InterruptedError.
 */
export async function exportCache(
	options: LongOptions & {
		readonly store: Store;
		readonly file: string;
		readonly embeddings: boolean;
	},
): Promise<FileCounts> {
	const { file } = options;
	const counts = { calls: 0, judgements: 0, embeddings: 0 };
	await writeAtomically(file, async (handle) => {
		const pieces = Readable.from(inPieces(linesOf(options, counts)));
		const write = async (source: AsyncIterable<string | Buffer>) => {
			for await (const piece of source) await handle.writeFile(piece);
		};
		if (file.endsWith(".gz")) await pipeline(pieces, createGzip(), write);
		else await pipeline(pieces, write);
	});
	return counts;
}

/** Characters written at a time. */
const PIECE = 65_536;

function* inPieces(lines: Iterable<string>): Generator<string> {
	let piece = "";
	for (const line of lines) {
		piece += line;
		if (piece.length < PIECE) continue;
		yield piece;
		piece = "";
	}
	if (piece !== "") yield piece;
}

function* linesOf(
	options: Parameters<typeof exportCache>[0],
	counts: { calls: number; judgements: number; embeddings: number },
): Generator<string> {
	const { store, embeddings, signal, onProgress } = options;
	const line = (value: Json): string => `${canonicalJson(value)}\n`;
	const step = (kind: keyof FileCounts): void => {
		throwIfInterrupted(signal);
		counts[kind] += 1;
		if (counts[kind] % 1000 === 0)
			onProgress?.({ stage: kind, done: counts[kind], total: null });
	};
	yield line({ audioDissectCache: VERSION });
	for (const { attempt: _, error, ...stored } of store.allCalls()) {
		step("calls");
		// The edge: an error that comes out of the store is JSON.
		yield line({ call: { ...stored, error: error as Json } });
	}
	for (const stored of store.allJudgements()) {
		step("judgements");
		yield line({ judgement: stored });
	}
	for (const found of store.allCapabilities())
		yield line({ capability: found });
	if (embeddings)
		for (const { embedder, textHash, vector } of store.allEmbeddings()) {
			step("embeddings");
			yield line({
				embedding: { embedder, textHash, vector: toBase64(vector) },
			});
		}
	yield line({ end: counts });
}

function toBase64(vector: Float32Array): string {
	const bytes = Buffer.alloc(vector.length * 4);
	for (const [index, value] of vector.entries())
		bytes.writeFloatLE(value, index * 4);
	return bytes.toString("base64");
}
