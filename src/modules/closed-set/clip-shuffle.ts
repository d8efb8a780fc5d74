/** The clip-shuffle null: the best score a neuron would get if captions had nothing to do with its clips. */
import type { MatMul } from "../../onnx/matmul.ts";
import { randomPermutation, seededRandom } from "../../shared/random.ts";
import { quantileOfSorted } from "../../shared/statistics.ts";

/** Values of a block of shuffled columns held at a time (4 MiB). */
const BLOCK_VALUES = 2 ** 20;

/** `count` seeded orders of the clips. Each is used for all neurons and all concepts at a time, which keeps the dependence between concepts. */
export function clipPermutations(options: {
	readonly clips: number;
	readonly count: number;
	readonly seed: number;
}): Int32Array[] {
	const random = seededRandom(options.seed);
	return Array.from({ length: options.count }, () =>
		randomPermutation(options.clips, random),
	);
}

export type ShuffledMaximaOptions = {
	/** Normalised neurons, `[units, clips]`. */
	readonly neurons: Float32Array;
	/** Normalised concepts, `[concepts, clips]`; a NaN column takes no part. */
	readonly concepts: Float32Array;
	readonly clips: number;
	readonly permutations: readonly Int32Array[];
	readonly matMul: MatMul;
	/** Asked between products; true ends the work early (the result is then of no use). */
	readonly isClosing?: () => boolean;
};

/**
 * For every neuron and every permutation of the clips, the largest product with a shuffled concept: float32 `[units, permutations]`,
 * -Infinity where no concept takes part. Permutations and concepts are laid out as columns of one product, in blocks of bounded size.
 */
export async function shuffledMaxima(
	options: ShuffledMaximaOptions,
): Promise<Float32Array> {
	const { neurons, concepts, clips, permutations, matMul } = options;
	const units = neurons.length / clips;
	const conceptCount = concepts.length / clips;
	const columns = permutations.length * conceptCount;
	const width = Math.max(16, Math.min(512, Math.floor(BLOCK_VALUES / clips)));
	const maxima = new Float32Array(units * permutations.length).fill(
		Number.NEGATIVE_INFINITY,
	);
	for (let start = 0; start < columns; start += width) {
		if (options.isClosing?.()) break;
		const count = Math.min(width, columns - start);
		const block = new Float32Array(clips * count);
		const permutationOf = new Int32Array(count);
		for (let column = 0; column < count; column += 1) {
			const permutation = Math.floor((start + column) / conceptCount);
			const concept = (start + column) % conceptCount;
			permutationOf[column] = permutation;
			const order = permutations[permutation] as Int32Array;
			for (let clip = 0; clip < clips; clip += 1)
				block[clip * count + column] = concepts[
					concept * clips + (order[clip] as number)
				] as number;
		}
		const products = await matMul(neurons, block, units, clips, count);
		for (let unit = 0; unit < units; unit += 1)
			for (let column = 0; column < count; column += 1) {
				const place =
					unit * permutations.length + (permutationOf[column] as number);
				const product = products[unit * count + column] as number;
				if (product > (maxima[place] as number)) maxima[place] = product;
			}
	}
	return maxima;
}

/** 95th percentile (linear interpolation) of the permutations' maxima of one neuron; null when there is none. */
export function nullPercentile(maxima: Float32Array): number | null {
	if (maxima.length === 0) return null;
	const p95 = quantileOfSorted(maxima.slice().sort(), 0.95);
	return Number.isFinite(p95) ? p95 : null;
}
