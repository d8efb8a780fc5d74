/** The key that a stored call must have, made again from what is stored of its request: calls from elsewhere are checked with it. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import type { CallRecord } from "../types.ts";
import { callKey } from "./calls.ts";

const message = z.object({
	role: z.enum(["system", "user", "assistant"]),
	content: z.string(),
});

const json: z.ZodType<Json> = z.json();

/** What `storedRequest` writes; an unknown member may be part of a later version's key, so it is refused. */
const request = z.strictObject({
	messages: z.array(message),
	schema: json,
	parameters: json,
	format: z.enum(["schema", "json", "text"]).optional(),
	choose: z.enum(["log_probabilities", "top_logprobs", "schema"]).optional(),
	options: z.array(z.string()).optional(),
	neutral: z.array(message).nullish(),
	audio: z
		.array(z.strictObject({ format: z.enum(["wav", "mp3"]), hash: z.string() }))
		.optional(),
});

/** SHA-256 (hex) as `callKey` makes it; null when the stored request is not one this version writes. */
export function recordedKey(
	record: Pick<
		CallRecord,
		"provider" | "baseUrl" | "model" | "operation" | "sampleIndex" | "request"
	>,
): string | null {
	const read = request.safeParse(record.request);
	if (!read.success) return null;
	const { options, neutral = null, ...parts } = read.data;
	return callKey({
		provider: record.provider,
		baseUrl: record.baseUrl,
		model: record.model,
		operation: record.operation,
		sampleIndex: record.sampleIndex,
		...parts,
		ranked: options === undefined ? undefined : { options, neutral },
	});
}
