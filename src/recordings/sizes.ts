/** How much goes through the network at a time: chosen once per recording and kept, since it may change the last bits of an activation. */

export type RecordingSizes = {
	/** Clips in one inference. One: a clip's values depend on no other clip. */
	readonly clipsPerRun: number;
	/** Rows (network inputs) in one inference. */
	readonly maxRows: number;
	/** Clips that are written together at most. */
	readonly clipsPerPart: number;
};

/** Bytes of intermediate tensors alive at a time, per byte of input: about 200 for AST and wav2vec 2.0, less for convolutional networks. */
const BYTES_PER_INPUT_BYTE = 256;
/** Part of the machine's memory that one inference may take. */
const MEMORY_SHARE = 1 / 16;
/** More rows than this gain nothing on a CPU. */
const MOST_ROWS = 64;
const MOST_CLIPS_PER_PART = 32;
const PART_BYTES = 16 * 2 ** 20;
/** On an accelerator single clips leave it idle. */
const ACCELERATOR_CLIPS = 16;

/**
 * `inputSize`: values of one input; `units`: of all layers; `memory`: bytes of the machine; `fixedBatch`: rows per inference when the network file fixes
 * it. On a CPU one clip at a time is as fast as several (measured: 2.4 ms against 2.3 ms for the demo's network), so that is the default there.
 */
export function chooseSizes(options: {
	readonly inputSize: number;
	readonly units: number;
	readonly memory: number;
	readonly onCpu: boolean;
	readonly fixedBatch?: number | null;
	readonly clipsPerRun?: number | undefined;
}): RecordingSizes {
	const { inputSize, units, memory, onCpu, fixedBatch } = options;
	const rowBytes = inputSize * 4 * BYTES_PER_INPUT_BYTE;
	const fitting = Math.floor((memory * MEMORY_SHARE) / rowBytes);
	const maxRows =
		fixedBatch ?? Math.max(1, Math.min(MOST_ROWS, powerOfTwo(fitting)));
	const clipsPerRun =
		options.clipsPerRun ??
		(onCpu
			? (fixedBatch ?? 1)
			: Math.max(1, Math.min(ACCELERATOR_CLIPS, maxRows)));
	const fittingClips = Math.max(
		1,
		Math.min(MOST_CLIPS_PER_PART, Math.floor(PART_BYTES / (units * 4))),
	);
	return {
		clipsPerRun,
		maxRows,
		clipsPerPart:
			clipsPerRun * Math.max(1, Math.floor(fittingClips / clipsPerRun)),
	};
}

/** The largest power of two that is not above `value`; 1 for less. Machines that differ a little then choose alike. */
function powerOfTwo(value: number): number {
	return value < 1 ? 1 : 2 ** Math.floor(Math.log2(value));
}
