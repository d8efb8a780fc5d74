/** Hashes the files of clips, several at a time. */
import { hashClip } from "../inputs/probe-set/hash-clip.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { Clip, ExcludedClip, HashedClip, LongOptions } from "../types.ts";

/** Files hashed at a time. */
const FILES_AT_A_TIME = 8;

/** In the order of `clips`; those whose file cannot be read are `excluded`. Throws InterruptedError. */
export async function hashAll(
	clips: readonly Clip[],
	{ signal, onProgress }: LongOptions,
): Promise<{
	readonly present: readonly HashedClip[];
	readonly excluded: readonly ExcludedClip[];
}> {
	const found = new Array<Awaited<ReturnType<typeof hashClip>>>(clips.length);
	let done = 0;
	await forEachLimited(clips.entries(), FILES_AT_A_TIME, async ([at, clip]) => {
		found[at] = await hashClip(clip, signal);
		done += 1;
		onProgress?.({ stage: "clips", done, total: clips.length });
	});
	return {
		present: found.flatMap((one) => ("present" in one ? [one.present] : [])),
		excluded: found.flatMap((one) => ("excluded" in one ? [one.excluded] : [])),
	};
}
