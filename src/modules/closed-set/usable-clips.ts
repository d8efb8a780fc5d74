/** Clips without concept scores are left out of both matrices. */
import { DataError } from "../../errors.ts";

export type UsableClips = {
	/** How many are left. */
	readonly clips: number;
	/** Which they are, ascending; null: all. */
	readonly kept: Int32Array | null;
	/** Their scores, `[clips, concepts]`. */
	readonly scores: Float32Array;
};

/**
 * `scores`: float32 `[clips, concepts]`, row-major. A clip is left out when its whole row is NaN, which is how `conceptScores` and `audioConceptScores` mark
 * one without an embedding; anything else that is not finite stays, for the kernels to refuse. Throws DataError `no_clips` when none is left.
 */
export function usableClips(options: {
	readonly scores: Float32Array;
	readonly clips: number;
	readonly concepts: number;
}): UsableClips {
	const { scores, clips, concepts } = options;
	const rowOf = (clip: number): Float32Array =>
		scores.subarray(clip * concepts, (clip + 1) * concepts);
	const kept = Int32Array.from({ length: clips }, (_, clip) => clip).filter(
		(clip) => !rowOf(clip).every((score) => Number.isNaN(score)),
	);
	if (kept.length === 0)
		throw new DataError(
			`no clip has concept scores: expected at least 1 of ${clips}`,
			{
				code: "no_clips",
				hint: "Check that the probe set has captions, and `audio-dissect inputs check` for clips that were left out.",
			},
		);
	if (kept.length === clips) return { clips, kept: null, scores };
	const picked = new Float32Array(kept.length * concepts);
	for (const [place, clip] of kept.entries())
		picked.set(rowOf(clip), place * concepts);
	return { clips: kept.length, kept, scores: picked };
}
