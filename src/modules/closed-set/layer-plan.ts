/** What the threads that score a layer share: the task in numbers, and where everything is in their memory. */
import type { SimilarityFunction } from "./constants.ts";
import { mutualInformation, rankReorderClips } from "./constants.ts";
import { createKernelMemory, type KernelMemory } from "./kernels/kernels.ts";
import { BITMAP_ENTRY, RANK_ENTRY } from "./kernels/rank-scores.ts";

/** Activations of a block of neurons (2 MiB of float32): memory does not grow with the recording. */
const BLOCK_VALUES = 2 ** 19;
/** Neurons in a block: a product of fewer rows is slow, more gain nothing. */
const BLOCK_UNITS = { least: 16, most: 256 } as const;

/** Bytes of products kept from the pass for the prior to the pass for the scores (32 MiB). */
const KEPT_PRODUCTS = 2 ** 25;

export type LayerTask = {
	/** `.npy`, `[units, clips]`. */
	readonly path: string;
	/** Ascending; null: all. The prior of WPMI and soft-WPMI is over all of them whatever is asked for. */
	readonly units: readonly number[] | null;
	/** `[clips, concepts]`; a row of NaN leaves the clip out. */
	readonly scores: Float32Array;
	readonly clips: number;
	readonly concepts: number;
	readonly function: SimilarityFunction;
	/** 0: no null. */
	readonly permutations: number;
	readonly seed: number;
};

/** Byte offsets into the memory; each region starts at a multiple of 64. */
type Regions = {
	/** float32 `[clips, concepts]`: the scores. */
	readonly scores: number;
	/** 32-bit `[permutations, clips]`: the clip whose scores each clip gets. */
	readonly orders: number;
	/** float64. WPMI family: softmax of the scores, `[clips, width]`; cosine family: the concepts' columns, normalised, `[concepts, rowValues]`. */
	readonly table: number;
	/** rank-reorder: entries of `rankScores` `[concepts, clips]`. */
	readonly ranks: number;
	/** rank-reorder: 32-bit `[concepts]`, 1 where clips share a rank. */
	readonly ties: number;
	/** WPMI family: pairs of float64 (base, weight) for each of the top clips. */
	readonly coefficients: number;
	/** WPMI family: 32-bit `[units of the file, top]`, the top clips of each neuron. */
	readonly lists: number;
	/** WPMI family: float64 `[units of the file, width]`, products without shuffling; null when that is much: they are computed again. */
	readonly products: number | null;
	/** WPMI family: a byte per unit of the file, what is known of it. */
	readonly states: number;
	/** WPMI family: float64 `[1 + permutations, width]`, `mean over neurons ^ -lambda`; the first row is without shuffling. */
	readonly factors: number;
	/** Scratch of the first worker; `scratchBytes` for each. */
	readonly scratch: number;
};

/** Offsets within the scratch of a worker. */
type Scratch = {
	/** float32 `[rowValues]`: activations of a neuron. */
	readonly row: number;
	/** float64. Cosine family: a column `[rowValues]`; rank-reorder: activations of the top clips `[block, top]`. */
	readonly columns: number;
	/** Two arrays of 64-bit sort keys, `[rowValues]` each. */
	readonly keys: number;
	readonly spareKeys: number;
	/** 32-bit `[top]`; rank-reorder: `[block, top]`. */
	readonly list: number;
	/** 32-bit `[top]`. */
	readonly positions: number;
	readonly bitmap: number;
	readonly bitmapEnd: number;
	/** 32-bit `[clips]`. */
	readonly taken: number;
	/** float64 `[width]`; rank-reorder: `[block, width]`. */
	readonly results: number;
	/** WPMI family: float64 `[1 + permutations, width]`. */
	readonly sums: number;
};

export type LayerPlan = {
	readonly path: string;
	readonly function: SimilarityFunction;
	/** Clips that have scores. */
	readonly clips: number;
	/** Columns of the file that are used; null: all. */
	readonly kept: Int32Array | null;
	/** Rows of the file. */
	readonly rows: number;
	readonly concepts: number;
	/** `concepts` rounded up to 8 values. */
	readonly width: number;
	/** `clips` rounded up to 8 values. */
	readonly rowValues: number;
	/** Clips with the largest activations that count for a neuron; 0 in the cosine family. */
	readonly top: number;
	readonly permutations: number;
	readonly blockUnits: number;
	readonly memory: KernelMemory;
	readonly regions: Regions;
	readonly scratch: Scratch;
	readonly scratchBytes: number;
};

const roundUp = (value: number, multiple: number): number =>
	Math.ceil(value / multiple) * multiple;

/** Gives out addresses one after the other. */
function regionsFrom(start: number) {
	let end = start;
	return {
		take(bytes: number): number {
			const from = end;
			end = roundUp(end + bytes, 64);
			return from;
		},
		get end() {
			return end;
		},
	};
}

/** Sizes and memory for a task over a file of `rows` neurons. Results depend on `blockUnits` only in the last bits, on `threads` not at all. */
export function planLayer(options: {
	readonly path: string;
	readonly function: SimilarityFunction;
	readonly clips: number;
	readonly kept: Int32Array | null;
	readonly rows: number;
	readonly concepts: number;
	readonly permutations: number;
	readonly threads: number;
	/** For tests. */
	readonly blockUnits?: number | undefined;
}): LayerPlan {
	const { clips, rows, concepts, permutations, threads } = options;
	const similarity = options.function;
	const cosineFamily = similarity === "cosine" || similarity === "cos-cubed";
	const informationFamily = similarity === "wpmi" || similarity === "soft-wpmi";
	const rankFamily = similarity === "rank-reorder";
	const width = roundUp(concepts, 8);
	const rowValues = roundUp(clips, 8);
	const top = rankFamily
		? rankReorderClips(clips)
		: informationFamily
			? mutualInformation(similarity, clips).base.length
			: 0;
	const values = rankFamily ? Math.max(clips, concepts) : clips;
	const blockUnits =
		options.blockUnits ??
		Math.max(
			BLOCK_UNITS.least,
			Math.min(BLOCK_UNITS.most, Math.floor(BLOCK_VALUES / values)),
		);

	const shared = regionsFrom(0);
	const when = (needed: boolean, bytes: number): number =>
		shared.take(needed ? bytes : 0);
	const sharedRegions = {
		scores: shared.take(4 * clips * concepts),
		orders: shared.take(4 * permutations * clips),
		table: when(
			!rankFamily,
			8 * (cosineFamily ? concepts * rowValues : clips * width),
		),
		ranks: when(rankFamily, RANK_ENTRY * concepts * clips),
		ties: when(rankFamily, 4 * concepts),
		coefficients: when(informationFamily, 16 * top),
		lists: when(informationFamily, 4 * top * rows),
		products:
			informationFamily && 8 * rows * width <= KEPT_PRODUCTS
				? shared.take(8 * rows * width)
				: null,
		states: when(informationFamily, rows),
		factors: when(informationFamily, 8 * width * (1 + permutations)),
	};

	const listed = rankFamily ? blockUnits * top : top;
	const own = regionsFrom(0);
	const row = own.take(4 * rowValues);
	const columns = own.take(8 * (cosineFamily ? rowValues : listed));
	const keys = own.take(cosineFamily ? 0 : 8 * rowValues);
	const spareKeys = own.take(cosineFamily ? 0 : 8 * rowValues);
	const list = own.take(4 * listed);
	const positions = own.take(4 * top);
	const bitmapBytes = rankFamily ? BITMAP_ENTRY * Math.ceil(clips / 64) : 0;
	const bitmap = own.take(bitmapBytes);
	const taken = own.take(rankFamily ? 4 * clips : 0);
	const results = own.take(8 * width * (rankFamily ? blockUnits : 1));
	const sums = own.take(informationFamily ? 8 * width * (1 + permutations) : 0);
	const scratchBytes = own.end;
	const scratch = shared.take(0);

	return {
		path: options.path,
		function: similarity,
		clips,
		kept: options.kept,
		rows,
		concepts,
		width,
		rowValues,
		top,
		permutations,
		blockUnits,
		memory: createKernelMemory(scratch + threads * scratchBytes),
		regions: { ...sharedRegions, scratch },
		scratch: {
			row,
			columns,
			keys,
			spareKeys,
			list,
			positions,
			bitmap,
			bitmapEnd: bitmap + bitmapBytes,
			taken,
			results,
			sums,
		},
		scratchBytes,
	};
}
