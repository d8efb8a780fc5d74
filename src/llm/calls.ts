/** What a stored call is, its key, and what the LanguageModel needs of a store. */
import type { z } from "zod";
import { hashJson, type Json } from "../shared/hash.ts";
import type {
	CallCharge,
	CallOutcome,
	CallRecord,
	RecordedCall,
} from "../types.ts";
import type { AudioInput, Message } from "./port.ts";

export type { CallOutcome, CallRecord };

/** What `createLanguageModel` needs of a store. All methods are synchronous: when they return, it is committed. */
export type CallStore = {
	/** The newest call with this key whose outcome is `ok` and that was not rejected. */
	findCall(
		key: string,
	): { readonly id: number; readonly reply: string } | undefined;
	/** How the newest request with this key ended, whatever its outcome; for replays. Absent: only replies that are served can be replayed. */
	findRecorded?(key: string): RecordedCall | undefined;
	/** Inserts the row, and with it what its run is charged; returns its id. Called before anything else is done with a reply, whatever its outcome. */
	recordCall(record: CallRecord, charge?: CallCharge): number;
	/** As `recordCall` for each, in one transaction; the ids in the same order. Absent: they are recorded one by one. */
	recordCalls?(
		entries: readonly {
			readonly record: CallRecord;
			readonly charge: CallCharge | undefined;
		}[],
	): number[];
	/** One transaction: these calls are not served again, so that the next run asks anew. Rejecting twice is harmless. */
	rejectCalls(ids: readonly number[], reason: string): void;
};

/** Everything that can change a reply, and nothing else: no timeout, retry, concurrency or request id. */
export type CallKeyParts = {
	readonly provider: string;
	readonly baseUrl: string;
	readonly model: string;
	/** Those sent, as sent. */
	readonly parameters: Json;
	readonly operation: string;
	readonly messages: readonly Message[];
	/** JSON Schema of the reply. */
	readonly schema: Json;
	readonly sampleIndex: number;
	/** Absent: `schema`. */
	readonly format?: ReplyFormat | undefined;
	/** Absent: `schema`, or no choice at all. */
	readonly choose?: ChooseWay | undefined;
	/** What log-probabilities were asked of. */
	readonly ranked?: Ranked | undefined;
	/** Sounds sent with the request. */
	readonly audio?: readonly Pick<AudioInput, "format" | "hash">[] | undefined;
};

/** How a reply is asked for: held to the schema by the server, as JSON of any shape, or as plain text. */
export type ReplyFormat = "schema" | "json" | "text";

/** How one of several options is chosen: by full log-probabilities, by those of single-token labels, or by a schema enum (no probabilities). */
export type ChooseWay = "log_probabilities" | "top_logprobs" | "schema";

/** Options whose log-probabilities are wanted, and the question about nothing in particular that is subtracted (null: none is). */
type Ranked = {
	readonly options: readonly string[];
	readonly neutral: readonly Message[] | null;
};

/** One request as the LanguageModel makes it, before it has an id or a key. */
export type Call = {
	readonly operation: string;
	readonly messages: readonly Message[];
	readonly schema: ReplySchema;
	readonly sampleIndex: number;
	readonly format: ReplyFormat;
	/** Set for a choice; kept in the stored request. */
	readonly choose?: ChooseWay | undefined;
	/** Set when `choose` goes by log-probabilities: the provider's `rank` is asked. */
	readonly ranked?: Ranked | undefined;
	readonly audio?: readonly AudioInput[] | undefined;
};

/** What a stored call keeps of its request: with the row's other fields, everything its key was made from. */
export function storedRequest(call: Call, parameters: Json): Json {
	return {
		messages: call.messages.map(({ role, content }) => ({ role, content })),
		schema: call.schema.json,
		parameters,
		...(call.choose === undefined ? {} : { choose: call.choose }),
		...howAsked({ ...call, choose: undefined }),
	};
}

/** The parts of key and stored request that only some calls have. What is usual is left out, so that it keeps the key it always had. */
function howAsked({
	format = "schema",
	choose = "schema",
	ranked,
	audio,
}: Pick<CallKeyParts, "format" | "choose" | "ranked" | "audio">): {
	readonly [name: string]: Json;
} {
	return {
		...(format === "schema" ? {} : { format }),
		...(choose === "schema" ? {} : { choose }),
		...(audio === undefined
			? {}
			: {
					audio: audio.map(({ format: kind, hash }) => ({
						format: kind,
						hash,
					})),
				}),
		...(ranked === undefined
			? {}
			: {
					options: ranked.options,
					neutral:
						ranked.neutral?.map(({ role, content }) => ({ role, content })) ??
						null,
				}),
	};
}

/** Content address of a call: SHA-256 (hex) of the canonical JSON of its parts. */
export function callKey(parts: CallKeyParts): string {
	return hashJson({
		provider: parts.provider,
		baseUrl: parts.baseUrl,
		model: parts.model,
		parameters: parts.parameters,
		operation: parts.operation,
		messages: parts.messages.map(({ role, content }) => ({ role, content })),
		schema: parts.schema,
		sampleIndex: parts.sampleIndex,
		...howAsked(parts),
	});
}

/** A reply schema: its name (as sent to the provider), the zod type that checks replies, the JSON Schema in the call key. */
export type ReplySchema = {
	readonly name: string;
	readonly zod: z.ZodType;
	readonly json: Json;
};

/** A `CallStore` in memory, for tests and for library users who keep nothing. `records` in order of insertion. */
export function memoryCallStore(): CallStore & {
	readonly records: readonly CallRecord[];
	readonly rejected: ReadonlyMap<number, string>;
} {
	const records: CallRecord[] = [];
	const rejected = new Map<number, string>();
	return {
		records,
		rejected,
		findCall: (key) => {
			for (let index = records.length - 1; index >= 0; index -= 1) {
				const record = records[index];
				if (
					record?.key === key &&
					record.outcome === "ok" &&
					record.reply !== null &&
					!rejected.has(index + 1)
				)
					return { id: index + 1, reply: record.reply };
			}
			return undefined;
		},
		findRecorded: (key) => {
			const index = records.findLastIndex((record) => record.key === key);
			const record = records[index];
			return record === undefined ? undefined : { ...record, id: index + 1 };
		},
		recordCall: (record) => records.push(record),
		rejectCalls: (ids, reason) => {
			for (const id of ids) if (!rejected.has(id)) rejected.set(id, reason);
		},
	};
}
