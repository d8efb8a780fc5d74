/** Where everything is in the memory that the threads of a layer share. */
import type { SimilarityFunction } from "./constants.ts";
import { BITMAP_ENTRY, RANK_ENTRY } from "./kernels/rank-scores.ts";
import { RUN_KEYS } from "./kernels/sort.ts";

/** Bytes of products kept from the pass for the prior to the pass for the scores (32 MiB). */
const KEPT_PRODUCTS = 2 ** 25;

/** Sizes of a layer; `LayerPlan` says what they are. */
type LayerSizes = {
	readonly function: SimilarityFunction;
	readonly clips: number;
	readonly columns: number;
	readonly rows: number;
	readonly concepts: number;
	readonly width: number;
	readonly rowValues: number;
	readonly top: number;
	readonly permutations: number;
	readonly blockUnits: number;
};

/** Byte offsets; each region starts at a multiple of 64, and those a function does not need are empty. */
export function layMemory(sizes: LayerSizes) {
	const { clips, rows, concepts, width, rowValues, top } = sizes;
	const { permutations, blockUnits } = sizes;
	const similarity = sizes.function;
	const cosine = similarity === "cosine" || similarity === "cos-cubed";
	const information = similarity === "wpmi" || similarity === "soft-wpmi";
	const rank = similarity === "rank-reorder";
	/** Neurons whose top clips are kept at a time. */
	const listed = rank ? blockUnits : 1;

	const shared = addressesFrom(0);
	const regions = {
		/** float32 `[clips, concepts]`: the scores. */
		scores: shared.take(4 * clips * concepts),
		/** 32-bit `[permutations, clips]`: the clip whose scores each clip gets. */
		orders: shared.take(4 * permutations * clips),
		/** float64. WPMI family: factors of the products, `[clips, width]`; cosine family: the concepts' columns, normalised, `[concepts, rowValues]`. */
		table: shared.take(
			rank ? 0 : 8 * (cosine ? concepts * rowValues : clips * width),
		),
		/** rank-reorder: entries of `rankScores` `[concepts, clips]`. */
		ranks: shared.take(rank ? RANK_ENTRY * concepts * clips : 0),
		/** rank-reorder: 32-bit `[concepts]`, 1 where clips share a rank. */
		ties: shared.take(rank ? 4 * concepts : 0),
		/** WPMI family: pairs of float64 (base, weight) for each of the top clips. */
		coefficients: shared.take(information ? 16 * top : 0),
		/** WPMI family: 32-bit `[units of the file, top]`, the top clips of each neuron. */
		lists: shared.take(information ? 4 * top * rows : 0),
		/** WPMI family: float64 `[units of the file, width]`, products without shuffling; null when that is much: they are computed again. */
		products:
			information && 8 * rows * width <= KEPT_PRODUCTS
				? shared.take(8 * rows * width)
				: null,
		/** WPMI family: a byte per unit of the file, what is known of it. */
		states: shared.take(information ? rows : 0),
		/** WPMI family: float64 `[width]`, `mean over neurons ^ -lambda`. */
		factors: shared.take(information ? 8 * width : 0),
		/** Scratch of the first worker; `scratchBytes` for each. */
		scratch: shared.take(0),
	};

	const keysBytes = cosine ? 0 : 8 * (rowValues + 2 * RUN_KEYS);

	const own = addressesFrom(0);
	const scratch = {
		/** float32 `[block, columns]`: activations as they are in the file. */
		block: own.take(4 * blockUnits * sizes.columns),
		/** float32 `[rowValues]`: activations of a neuron. */
		row: own.take(4 * rowValues),
		/** A few float64: what a kernel returns besides. */
		numbers: own.take(64),
		/** rank-reorder: float64 `[block, top]`, activations of the top clips. */
		columns: own.take(8 * (rank ? listed * top : 0)),
		/** Cosine family: float32 `[rowValues]`, the column. */
		narrowed: own.take(cosine ? 4 * rowValues : 0),
		/** Two arrays of 64-bit sort keys: `[rowValues]`, in whole pairs of runs. */
		keys: own.take(keysBytes),
		spareKeys: own.take(keysBytes),
		/** 32-bit `[top]`; rank-reorder: `[block, top]`. */
		list: own.take(4 * listed * top),
		/** rank-reorder: 32-bit `[top]`. */
		positions: own.take(rank ? 4 * top : 0),
		/** rank-reorder: entries for every 64 ranks. */
		bitmap: own.take(rank ? bitmapBytes(clips) : 0),
		/** rank-reorder: 32-bit `[clips]`. */
		taken: own.take(rank ? 4 * clips : 0),
		/** float64 `[width]`; rank-reorder: `[block, width]`. */
		results: own.take(8 * width * listed),
		/** WPMI family: float64 `[width]`. */
		sums: own.take(information ? 8 * width : 0),
	};
	return { regions, scratch, scratchBytes: own.end };
}

/** Of the bitmap of rank-reorder. */
export function bitmapBytes(clips: number): number {
	return BITMAP_ENTRY * Math.ceil(clips / 64);
}

/** Gives out addresses one after the other. */
function addressesFrom(start: number) {
	let end = start;
	return {
		take(bytes: number): number {
			const from = end;
			end = Math.ceil((end + bytes) / 64) * 64;
			return from;
		},
		get end() {
			return end;
		},
	};
}
