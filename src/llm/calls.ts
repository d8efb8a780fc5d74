/** What a stored call is, its key, and what the LanguageModel needs of a store. */
import type { z } from "zod";
import { hashJson, type Json } from "../shared/hash.ts";
import type { CallOutcome, CallRecord } from "../types.ts";
import type { Message } from "./port.ts";

export type { CallOutcome, CallRecord };

/** What `createLanguageModel` needs of a store. All methods are synchronous: when they return, it is committed. */
export type CallStore = {
	/** The newest call with this key whose outcome is `ok` and that was not rejected. */
	findCall(
		key: string,
	): { readonly id: number; readonly reply: string } | undefined;
	/** Inserts the row and returns its id. Called before anything else is done with a reply, whatever its outcome. */
	recordCall(record: CallRecord): number;
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
};

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
		recordCall: (record) => records.push(record),
		rejectCalls: (ids, reason) => {
			for (const id of ids) if (!rejected.has(id)) rejected.set(id, reason);
		},
	};
}
