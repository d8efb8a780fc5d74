/** What the threads that score a layer share: the task in numbers and the memory. */
import { DataError } from "../../errors.ts";
import {
	createKernelMemory,
	type KernelMemory,
} from "../../shared/kernels/compile.ts";
import type { SimilarityFunction } from "./constants.ts";
import { mutualInformation, rankReorderClips } from "./constants.ts";
import { layMemory } from "./layer-memory.ts";

/** Activations of a block of neurons (2 MiB of float32): memory does not grow with the recording. */
const BLOCK_VALUES = 2 ** 19;
/** Neurons in a block: a product of fewer rows is slow, more gain nothing. */
const BLOCK_UNITS = { least: 16, most: 256 } as const;
/** What 32-bit addresses reach. */
const MOST_BYTES = 2 ** 32;
/** Kernels take values in groups of so many. */
const GROUP = 8;

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

type PlanOptions = {
	readonly path: string;
	readonly function: SimilarityFunction;
	/** Clips that have scores. */
	readonly clips: number;
	/** Columns of the file that are used; null: all. */
	readonly kept: Int32Array | null;
	/** Rows and columns of the file. */
	readonly rows: number;
	readonly columns: number;
	readonly concepts: number;
	readonly permutations: number;
};

export type LayerPlan = PlanOptions &
	ReturnType<typeof layMemory> & {
		/** `concepts` rounded up to 8 values. */
		readonly width: number;
		/** `clips` rounded up to 8 values. */
		readonly rowValues: number;
		/** Clips with the largest activations that count for a neuron; 0 in the cosine family. */
		readonly top: number;
		readonly blockUnits: number;
		readonly memory: KernelMemory;
	};

/**
 * Sizes and memory for a task. Results depend on `blockUnits` only in the last bits, on `threads` not at all. Throws DataError `closed_set_too_large` when
 * more than 4 GiB are needed.
 */
export function planLayer(
	options: PlanOptions & {
		readonly threads: number;
		/** For tests. */
		readonly blockUnits?: number | undefined;
	},
): LayerPlan {
	const { threads, blockUnits: asked, ...task } = options;
	const { clips, concepts } = task;
	const values =
		task.function === "rank-reorder" ? Math.max(clips, concepts) : clips;
	const sizes = {
		...task,
		width: roundUp(concepts),
		rowValues: roundUp(clips),
		top: topOf(task.function, clips),
		blockUnits:
			asked ??
			Math.max(
				BLOCK_UNITS.least,
				Math.min(BLOCK_UNITS.most, Math.floor(BLOCK_VALUES / values)),
			),
	};
	const memory = layMemory(sizes);
	const bytes = memory.regions.scratch + threads * memory.scratchBytes;
	if (bytes > MOST_BYTES) throw tooLarge(task, bytes);
	return { ...sizes, ...memory, memory: createKernelMemory(bytes) };
}

function tooLarge(
	{ function: similarity, clips, concepts, permutations }: PlanOptions,
	bytes: number,
): DataError {
	return new DataError(
		`${similarity} with ${clips} clips, ${concepts} concepts and ${permutations} permutations needs ${(bytes / 2 ** 30).toFixed(1)} GiB of memory: expected at most ${MOST_BYTES / 2 ** 30}`,
		{
			code: "closed_set_too_large",
			hint: "Take a smaller concept set, or fewer permutations (closedSet.permutations).",
			evidence: { bytes },
		},
	);
}

const roundUp = (values: number): number => Math.ceil(values / GROUP) * GROUP;

function topOf(similarity: SimilarityFunction, clips: number): number {
	switch (similarity) {
		case "cosine":
		case "cos-cubed":
			return 0;
		case "wpmi":
		case "soft-wpmi":
			return mutualInformation(similarity, clips).base.length;
		case "rank-reorder":
			return rankReorderClips(clips);
	}
}
