/** Clips without concept scores are left out of both matrices. */
import { DataError } from "../../errors.ts";

export type UsableClips = {
	/** How many are left. */
	readonly clips: number;
	/** Their scores, `[clips, concepts]`. */
	readonly scores: Float32Array;
	/** Their columns of `rows` `[units, all clips]`, as `[units, clips]`. */
	keep(rows: Float32Array, units: number): Float32Array;
	/** Throws DataError `clips_mismatch` when the recording has another number of clips than the scores. */
	check(recorded: number, path: string): void;
};

/** A clip is left out when its whole row of scores is NaN. Throws DataError `no_clips` when none is left. */
export function usableClips(options: {
	readonly scores: Float32Array;
	readonly clips: number;
	readonly concepts: number;
}): UsableClips {
	const { scores, clips, concepts } = options;
	const kept: number[] = [];
	for (let clip = 0; clip < clips; clip += 1) {
		const row = scores.subarray(clip * concepts, (clip + 1) * concepts);
		if (!row.every((score) => Number.isNaN(score))) kept.push(clip);
	}
	if (kept.length === 0)
		throw new DataError(
			`no clip has concept scores: expected at least 1 of ${clips}`,
			{ code: "no_clips" },
		);
	const all = kept.length === clips;
	const pick = (
		matrix: Float32Array,
		rows: number,
		index: (row: number, place: number) => number,
		width: number,
	): Float32Array => {
		const picked = new Float32Array(rows * width);
		for (let row = 0; row < rows; row += 1)
			for (let place = 0; place < width; place += 1)
				picked[row * width + place] = matrix[index(row, place)] as number;
		return picked;
	};
	return {
		clips: kept.length,
		scores: all
			? scores
			: pick(
					scores,
					kept.length,
					(row, concept) => (kept[row] as number) * concepts + concept,
					concepts,
				),
		keep: (rows, units) =>
			all
				? rows
				: pick(
						rows,
						units,
						(unit, place) => unit * clips + (kept[place] as number),
						kept.length,
					),
		check: (recorded, path) => {
			if (recorded !== clips)
				throw new DataError(
					`${path} does not fit the concept scores: expected ${clips} clips, got ${recorded}`,
					{ code: "clips_mismatch", evidence: { expected: clips, recorded } },
				);
		},
	};
}
