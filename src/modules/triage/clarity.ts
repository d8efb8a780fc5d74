/** Clarity of a set of clips: how alike their captions or their sounds are, against random clips of the same probe set. */

import { unitVector } from "../../embeddings/texts.ts";
import { seededRandom } from "../../shared/random.ts";
import { quantileOfSorted } from "../../shared/statistics.ts";

/** Vectors of unit length, row-major `[clips, dimensions]`; a row of NaN where a clip has no embedding. */
export type UnitVectors = {
	readonly values: Float32Array;
	readonly clips: number;
	readonly dimensions: number;
};

/** Random sets the clarity of a set is compared with: one draw for all neurons, so that its error would move the bar for all of them (2,000: by about 0.01). */
export const nullDraws = 2000;

/**
 * The rows of `vectors`, each scaled to unit length; one that is null (the clip has no vector), has norm zero or a value that is not
 * finite becomes NaN. All vectors have the same length.
 */
export function unitVectors(
	vectors: readonly (Float32Array | null)[],
): UnitVectors {
	const dimensions = vectors.find((vector) => vector !== null)?.length ?? 0;
	const values = new Float32Array(vectors.length * dimensions);
	for (const [row, vector] of vectors.entries()) {
		const unit = vector === null ? null : unitVector(vector);
		if (unit === null)
			values.fill(Number.NaN, row * dimensions, (row + 1) * dimensions);
		else values.set(unit, row * dimensions);
	}
	return { values, clips: vectors.length, dimensions };
}

/**
 * Mean cosine over all pairs of the clips (indices of rows), in [-1, 1]: `(|mean v|^2 - 1/n) n / (n - 1)` for unit vectors v (the
 * clarity of SemanticLens, Dreyer et al. 2025, arXiv 2501.05398). Null for fewer than two clips, or when a row is NaN.
 */
export function clarityOf(
	vectors: UnitVectors,
	clips: ArrayLike<number>,
): number | null {
	const n = clips.length;
	if (n < 2) return null;
	const { values, dimensions } = vectors;
	let squares = 0;
	for (let i = 0; i < dimensions; i += 1) {
		let sum = 0;
		for (let k = 0; k < n; k += 1)
			sum += values[(clips[k] as number) * dimensions + i] as number;
		squares += (sum / n) ** 2;
	}
	const clarity = ((squares - 1 / n) * n) / (n - 1);
	return Number.isFinite(clarity) ? clarity : null;
}

/** Clarities of random sets of `size` distinct clips, ascending. */
export type ClarityNull = {
	readonly size: number;
	readonly sorted: readonly number[];
	readonly mean: number;
	/** 95th percentile, linear interpolation. */
	readonly p95: number;
};

/**
 * Draws `nullDraws` sets of `size` of the clips that have a vector, without replacement, the same ones for a seed (an integer). Null for
 * fewer than two clips a set, or fewer clips with a vector than `size`.
 */
export function clarityNull(
	vectors: UnitVectors,
	options: { readonly size: number; readonly seed: number },
): ClarityNull | null {
	const { size, seed } = options;
	const usable = clipsWithVector(vectors);
	if (size < 2 || size > usable.length) return null;
	const random = seededRandom(seed);
	const sorted = Array.from({ length: nullDraws }, () =>
		clarityOf(vectors, randomSet(usable, size, random)),
	)
		.filter((clarity) => clarity !== null)
		.sort((a, b) => a - b);
	return {
		size,
		sorted,
		mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
		p95: quantileOfSorted(sorted, 0.95),
	};
}

/** `size` distinct ones, each set as likely (Floyd's algorithm): the time does not grow with the clips there are. */
function randomSet(
	clips: readonly number[],
	size: number,
	random: () => number,
): readonly number[] {
	const chosen = new Set<number>();
	for (let last = clips.length - size; last < clips.length; last += 1) {
		const drawn = Math.floor(random() * (last + 1));
		chosen.add(chosen.has(drawn) ? last : drawn);
	}
	return [...chosen].map((index) => clips[index] as number);
}

/** Rows that are no NaN. */
function clipsWithVector({
	values,
	clips,
	dimensions,
}: UnitVectors): readonly number[] {
	return Array.from({ length: clips }, (_, clip) => clip).filter(
		(clip) => dimensions > 0 && !Number.isNaN(values[clip * dimensions]),
	);
}

/** Clarities of float32 vectors that differ by less than this are the same. */
const noSpread = 1e-6;

/**
 * Share of the random sets that are less clear, in [0, 1]; those that are as clear count half: where most captions are the same, so are most random sets
 * as clear as a set can be, and one that is so too must not be below the median. Null when all of them are equally clear, as where all captions are the
 * same: no set of clips could stand out then.
 */
export function percentileOf(
	clarity: number,
	chance: ClarityNull,
): number | null {
	const spread = (chance.sorted.at(-1) ?? 0) - (chance.sorted[0] ?? 0);
	if (spread < noSpread) return null;
	let below = 0;
	for (const value of chance.sorted)
		if (Math.abs(value - clarity) < noSpread) below += 0.5;
		else if (value < clarity) below += 1;
	return below / chance.sorted.length;
}
