/** Clips to the inputs of another network than the recorded one: the same decoding and front ends, in the same kind of threads. */
import { DataError } from "../errors.ts";
import {
	type FrontEndSpec,
	frontEndDims,
} from "../network/front-ends/front-end.ts";
import type { HashedClip } from "../types.ts";
import { type ClipPool, openClipPool } from "./clip-pool.ts";

export type ClipFeatureSource = {
	/** Axes of one row, without the batch. */
	readonly dims: readonly number[];
	/** Clips that may be asked for at a time, 1 and up. */
	readonly concurrency: number;
	/** `rows` inputs one after the other, or why the bytes cannot be used. Rejects with DataError `clip_unreadable`, `clip_changed`. */
	rowsOf(
		clip: Pick<HashedClip, "id" | "path" | "hash">,
	): Promise<
		| { readonly features: Float32Array; readonly rows: number }
		| { readonly code: string; readonly message: string }
	>;
	close(): Promise<void>;
};

/** `threads`: that decode clips and compute their features, 1 and up; they start with the first clip. */
export function openClipFeatures(options: {
	readonly frontEnd: FrontEndSpec;
	readonly threads: number;
}): ClipFeatureSource {
	const { frontEnd, threads } = options;
	let pool: ClipPool | undefined;
	return {
		dims: frontEndDims(frontEnd),
		concurrency: threads + 1,
		rowsOf: async ({ id, path, hash }) => {
			pool ??= openClipPool(threads);
			const reply = await pool.prepare({ id, path, hash, frontEnd });
			if (reply.status === "unreadable")
				throw new DataError(reply.message, {
					code: reply.code,
					hint: "Run the same command again: clips are then read anew.",
					evidence: { clip: id },
				});
			return reply.status === "ok"
				? { features: reply.features, rows: reply.rows }
				: { code: reply.code, message: reply.message };
		},
		close: async () => {
			await pool?.close();
		},
	};
}
