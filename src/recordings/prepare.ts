/** Clips prepared ahead of inference, in order, a bounded number at a time. */
import type { FrontEndSpec } from "../network/front-ends/front-end.ts";
import type { HashedClip } from "../types.ts";
import type { ClipPool } from "./clip-pool.ts";
import type { ClipReply } from "./clip-worker.ts";

export type PreparedClip = {
	/** Index into the plan's clips. */
	readonly clip: number;
	readonly reply: ClipReply;
};

/** Features that may wait for inference. */
const WAITING_BYTES = 32 * 2 ** 20;

/**
 * Prepares the clips `wanted` (indices into `clips`) and yields them in that order. At most `ahead` are begun and not yet taken, fewer when their
 * features are large.
 */
export async function* prepareClips(options: {
	readonly pool: ClipPool;
	readonly clips: readonly HashedClip[];
	readonly wanted: readonly number[];
	readonly frontEnd: FrontEndSpec;
	readonly ahead: number;
}): AsyncGenerator<PreparedClip> {
	const { pool, clips, wanted, frontEnd, ahead } = options;
	const begun: Promise<PreparedClip>[] = [];
	let next = 0;
	/** Of the largest clip so far. */
	let bytes = 0;
	const begin = (): void => {
		const clip = wanted[next] as number;
		next += 1;
		const { id, path, hash } = clips[clip] as HashedClip;
		const prepared = pool
			.prepare({ id, path, hash, frontEnd })
			.then((reply): PreparedClip => {
				if (reply.status === "ok")
					bytes = Math.max(bytes, reply.features.byteLength);
				return { clip, reply };
			});
		// Looked at when its turn comes; until then a rejection is not unhandled.
		prepared.catch(() => undefined);
		begun.push(prepared);
	};
	while (next < wanted.length || begun.length > 0) {
		const most = Math.max(
			1,
			Math.min(ahead, Math.floor(WAITING_BYTES / Math.max(1, bytes))),
		);
		while (next < wanted.length && begun.length < most) begin();
		yield await (begun.shift() as Promise<PreparedClip>);
	}
}
