/** Reads the reply of an OpenAI-compatible `/embeddings` endpoint. */
import { z } from "zod";
import {
	answerOfGarbage,
	type FailureContext,
	firstProblem,
} from "./failures.ts";
import type { ProviderAnswer } from "./provider.ts";

const embeddings = z.object({
	data: z.array(
		z.object({ index: z.number().optional(), embedding: z.array(z.number()) }),
	),
	usage: z
		.object({ prompt_tokens: z.number().nullish() })
		.nullish()
		.catch(undefined),
});

/** `vectors`: set when and only when there is no failure. */
export type Embedded = ProviderAnswer & { readonly vectors?: number[][] };

/** `raw`: the body of `response`, to a request for `count` vectors. One that is missing, not finite or of another length than the others is the failure `reply_invalid`. */
export function readEmbeddings(
	raw: string,
	count: number,
	response: Response,
	context: FailureContext,
): Embedded {
	const at = {
		requestId: response.headers.get("x-request-id"),
		httpStatus: response.status,
	};
	const read = vectorsIn(raw, count);
	if ("problem" in read) return answerOfGarbage(raw, read.problem, at, context);
	const { vectors, inputTokens } = read;
	return {
		...at,
		outcome: "ok",
		// The vectors have a table of their own.
		text: JSON.stringify({
			vectors: vectors.length,
			dimensions: vectors[0]?.length ?? 0,
		}),
		finishReason: null,
		usage: { inputTokens, outputTokens: 0 },
		failure: null,
		vectors,
	};
}

function vectorsIn(
	raw: string,
	count: number,
):
	| { readonly vectors: number[][]; readonly inputTokens: number | null }
	| { readonly problem: string } {
	let json: unknown;
	try {
		json = JSON.parse(raw);
	} catch {
		return { problem: "it is not JSON" };
	}
	const known = embeddings.safeParse(json);
	if (!known.success) return { problem: firstProblem(known.error) };
	const { data, usage } = known.data;
	if (data.length !== count)
		return { problem: `expected ${count} vectors, got ${data.length}` };
	const vectors: number[][] = [];
	for (const [position, { index, embedding }] of data.entries())
		vectors[index ?? position] = embedding;
	const length = data[0]?.embedding.length ?? 0;
	for (let position = 0; position < count; position += 1) {
		const vector = vectors[position];
		if (vector === undefined)
			return { problem: `the vector of text ${position} is missing` };
		if (vector.length !== length || length === 0)
			return {
				problem: `expected vectors of one length, got ${length} and ${vector.length}`,
			};
	}
	return { vectors, inputTokens: usage?.prompt_tokens ?? null };
}
