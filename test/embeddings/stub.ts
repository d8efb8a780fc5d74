/** A made-up embedding server: the vector of a text follows from its hash, its length is not 1, and requests are counted. */
import { createHash } from "node:crypto";
import type { EmbeddingRequest } from "../../src/embeddings/remote.ts";

const stubDimension = 8;

/** Eight numbers in [-127.5, 127.5], never all zero. */
export function stubVector(text: string): number[] {
	const bytes = createHash("sha256").update(text).digest();
	return Array.from(bytes.subarray(0, stubDimension), (byte) => byte - 127.5);
}

export type StubServer = {
	readonly request: EmbeddingRequest;
	/** The texts of each request so far. */
	readonly requests: readonly (readonly string[])[];
};

/** `answer`: what to reply instead of the vectors. */
export function stubServer(
	answer: (texts: readonly string[]) => number[][] = (texts) =>
		texts.map(stubVector),
): StubServer {
	const requests: (readonly string[])[] = [];
	return {
		requests,
		request: async (texts, signal) => {
			requests.push(texts);
			signal?.throwIfAborted();
			return answer(texts);
		},
	};
}
