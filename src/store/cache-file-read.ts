/** Takes in a cache file of another store: every call is checked against its key before it can ever be served. */
import type { z } from "zod";
import { DataError, throwIfInterrupted } from "../errors.ts";
import type { CallRecord, LongOptions } from "../types.ts";
import {
	cacheLine,
	type FileCounts,
	headerLine,
	KNOWN_VERSION,
} from "./cache-file.ts";
import { cutFile, textLines } from "./cache-file-lines.ts";
import { fromBytes } from "./embeddings.ts";
import type { ImportedCall, Store } from "./store.ts";

/** Lines per transaction. */
const BLOCK = 500;

type Refused = { readonly line: number; readonly message: string };

export type CacheImport = {
	readonly calls: Readonly<Record<ImportedCall["is"], number>>;
	/** Taken over or known; those of calls that were not are left out. */
	readonly judgements: number;
	readonly embeddings: number;
	/** Lines that were not taken over, and why; line from 1. */
	readonly refused: readonly Refused[];
};

type Line = z.infer<typeof cacheLine>;
type Numbered = { readonly number: number; readonly line: Line };

/**
 * Takes over what this store does not have; doing it again changes nothing. A reply is never served for another request than its own:
 * `keyOf` makes the key of a call from its request, and a call with another key is refused. A damaged line is refused, the others are
 * taken over. Throws DataError `cache_file_unreadable`, `cache_file_invalid` (it is something else, or of a newer version);
 * InterruptedError.
 */
export async function importCache(
	options: LongOptions & {
		readonly store: Store;
		readonly file: string;
		/** Null: the request is none it knows. */
		readonly keyOf: (record: CallRecord) => string | null;
	},
): Promise<CacheImport> {
	const { file, signal, onProgress } = options;
	const taker = createTaker(options);
	let number = 0;
	let block: Numbered[] = [];
	for await (const text of textLines(file)) {
		throwIfInterrupted(signal);
		number += 1;
		if (text === cutFile)
			taker.refuse(number, "the file is damaged from here on");
		else if (number === 1) checkHeader(text, file);
		else {
			const line = readLine(text);
			if (typeof line === "string") taker.refuse(number, line);
			else block.push({ number, line });
		}
		if (block.length < BLOCK) continue;
		taker.take(block);
		block = [];
		onProgress?.({ stage: "import", done: number, total: null });
	}
	if (number === 0) checkHeader("", file);
	taker.take(block);
	return taker.finish(number);
}

function createTaker({
	store,
	keyOf,
}: Pick<Parameters<typeof importCache>[0], "store" | "keyOf">) {
	const refused: Refused[] = [];
	const refuse = (line: number, message: string): void => {
		refused.push({ line, message });
	};
	const calls = { new: 0, known: 0, not_needed: 0 };
	const seen = { calls: 0, judgements: 0, embeddings: 0 };
	let judgements = 0;
	let end: FileCounts | null = null;
	/** From the file's call ids to this store's. */
	const idHere = new Map<number, number>();

	const takeCalls = (block: readonly Numbered[]): void => {
		const good = block.flatMap(({ number, line }) => {
			if (!("call" in line)) return [];
			seen.calls += 1;
			const { id, ...call } = line.call;
			if (keyOf(call) === call.key) return [{ id, call }];
			refuse(
				number,
				`call ${id}: expected the key of its own request, got ${call.key.slice(0, 12)}`,
			);
			return [];
		});
		const results = store.importCalls(good.map(({ call }) => call));
		for (const [index, { id, is }] of results.entries()) {
			calls[is] += 1;
			const theirs = good[index]?.id;
			// A verdict goes with its own reply, not with another one to the same request.
			if (is !== "not_needed" && theirs !== undefined) idHere.set(theirs, id);
		}
	};

	const take = (block: readonly Numbered[]): void => {
		takeCalls(block);
		const verdicts = new Map<
			string,
			Parameters<Store["putJudgements"]>[1][number][]
		>();
		const vectors = new Map<
			string,
			{ textHash: string; vector: Float32Array }[]
		>();
		for (const { number, line } of block) {
			if ("end" in line) end = line.end;
			// What this store found out itself stays.
			if ("capability" in line) {
				const { capability, value, ...server } = line.capability;
				if (!store.readCapabilities(server).has(capability))
					store.putCapability(server, capability, value);
			}
			if ("judgement" in line) {
				seen.judgements += 1;
				const { judge, callId, ...verdict } = line.judgement;
				const here = idHere.get(callId);
				if (here !== undefined)
					listOf(verdicts, judge).push({ ...verdict, callId: here });
			}
			if ("embedding" in line) {
				seen.embeddings += 1;
				const { embedder, textHash, vector } = line.embedding;
				const bytes = Buffer.from(vector, "base64");
				if (bytes.length % 4 === 0)
					listOf(vectors, embedder).push({
						textHash,
						vector: fromBytes(bytes),
					});
				else refuse(number, "expected a vector of float32, got other bytes");
			}
		}
		for (const [judge, entries] of verdicts) {
			store.putJudgements(judge, entries);
			judgements += entries.length;
		}
		for (const [embedder, entries] of vectors)
			store.putEmbeddings(embedder, entries);
	};

	const finish = (lines: number): CacheImport => {
		const whole = refused.length === 0;
		if (whole && (end === null || !sameCounts(end, seen)))
			refuse(
				lines + 1,
				end === null
					? "the file was cut: expected a last line with the counts, got none"
					: `lines are missing: expected ${countsText(end)}, got ${countsText(seen)}`,
			);
		refused.sort((a, b) => a.line - b.line);
		return { calls, judgements, embeddings: seen.embeddings, refused };
	};
	return { take, refuse, finish };
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
	const list = lists.get(key) ?? [];
	lists.set(key, list);
	return list;
}

function sameCounts(a: FileCounts, b: FileCounts): boolean {
	return countsText(a) === countsText(b);
}

function countsText({ calls, judgements, embeddings }: FileCounts): string {
	return `${calls} calls, ${judgements} judgements, ${embeddings} embeddings`;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function checkHeader(text: string, file: string): void {
	const header = headerLine.safeParse(parseJson(text));
	const version = header.success ? header.data.audioDissectCache : null;
	if (version === KNOWN_VERSION) return;
	throw new DataError(
		version === null
			? `${file} is no cache file: expected a first line {"audioDissectCache":${KNOWN_VERSION}}, got ${JSON.stringify(text.slice(0, 40))}`
			: `${file} is a cache file of version ${version}, this audio-dissect knows version ${KNOWN_VERSION}`,
		{
			code: "cache_file_invalid",
			hint: "`audio-dissect cache export` writes such a file.",
			evidence: { file },
		},
	);
}

/** The line, or what is wrong with it. */
function readLine(text: string): Line | string {
	const value = parseJson(text);
	if (value === undefined) return "expected JSON";
	const read = cacheLine.safeParse(value);
	if (read.success) return read.data;
	return "expected a call, a judgement, an embedding or the counts, with the fields that `cache export` writes";
}
