/** The clip-shuffle null: the best score a neuron would get if its activations had nothing to do with the clips, the layer's prior as it is. */
import type { MatMul } from "../../onnx/matmul.ts";
import { randomPermutation, seededRandom } from "../../shared/random.ts";

/** Values of a block of shuffled columns held at a time (4 MiB). */
const BLOCK_VALUES = 2 ** 20;
/** Neurons of a network from which on `auto` takes fewer permutations. */
const MANY_NEURONS = 10_000;

/** Clip permutations of the null when nobody says: 200, or 20 for a network of more than 10,000 neurons. */
export function permutationsFor(
	permutations: number | "auto",
	neurons: number,
): number {
	if (permutations !== "auto") return permutations;
	return neurons > MANY_NEURONS ? 20 : 200;
}

/**
 * `count` seeded orders of the clips: clip i gets the scores of clip `order[i]`. Each is used for all neurons and all concepts at a time, which keeps
 * the dependence between concepts.
 */
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
	/** Normalised concepts, `[clips, concepts]`; a NaN column takes no part. */
	readonly concepts: Float32Array;
	readonly clips: number;
	readonly orders: readonly Int32Array[];
	readonly matMul: MatMul;
	/** Asked between products; true ends the work early (the result is then of no use). */
	readonly isClosing?: () => boolean;
};

/**
 * For every neuron and every order of the clips, the largest product with a shuffled concept: float32 `[units, orders]`, -Infinity where no
 * concept takes part. Orders and concepts are laid out as columns of one product, in blocks of bounded size.
 */
export async function shuffledMaxima(
	options: ShuffledMaximaOptions,
): Promise<Float32Array> {
	const { neurons, concepts, clips, orders, matMul } = options;
	const units = neurons.length / clips;
	const conceptCount = concepts.length / clips;
	const columns = orders.length * conceptCount;
	const width = Math.max(16, Math.min(512, Math.floor(BLOCK_VALUES / clips)));
	const maxima = new Float32Array(units * orders.length).fill(
		Number.NEGATIVE_INFINITY,
	);
	const whole = new Float32Array(clips * Math.min(width, columns));
	for (let start = 0; start < columns; start += width) {
		if (options.isClosing?.()) break;
		const count = Math.min(width, columns - start);
		const block = whole.subarray(0, clips * count);
		/** Runs of columns that belong to one order. */
		const runs: {
			readonly order: number;
			readonly from: number;
			readonly to: number;
		}[] = [];
		for (let from = 0; from < count; ) {
			const order = Math.floor((start + from) / conceptCount);
			const to = Math.min(count, (order + 1) * conceptCount - start);
			copyShuffled({
				...options,
				order,
				block,
				count,
				from,
				to,
				first: start + from - order * conceptCount,
			});
			runs.push({ order, from, to });
			from = to;
		}
		const products = await matMul(neurons, block, units, clips, count);
		for (let unit = 0; unit < units; unit += 1)
			for (const { order, from, to } of runs) {
				const place = unit * orders.length + order;
				let largest = maxima[place] as number;
				for (let at = unit * count + from; at < unit * count + to; at += 1) {
					const product = products[at] as number;
					if (product > largest) largest = product;
				}
				maxima[place] = largest;
			}
	}
	return maxima;
}

/** Columns [from, to) of the block: the concepts from `first` on, with the clips in the given order. */
function copyShuffled(
	options: ShuffledMaximaOptions & {
		readonly order: number;
		readonly block: Float32Array;
		readonly count: number;
		readonly from: number;
		readonly to: number;
		readonly first: number;
	},
): void {
	const { concepts, clips, block, count, from, to, first } = options;
	const order = options.orders[options.order] as Int32Array;
	const conceptCount = concepts.length / clips;
	for (let clip = 0; clip < clips; clip += 1) {
		const source = (order[clip] as number) * conceptCount + first;
		const target = clip * count + from;
		for (let column = 0; column < to - from; column += 1)
			block[target + column] = concepts[source + column] as number;
	}
}

/**
 * What the best score has to exceed: of the n maxima of one neuron the one of rank ceil(0.95 (n + 1)) from below, the largest below 19. A neuron that has
 * nothing to do with the clips is as likely to be at any of n + 1 places, so that at most one in 20 exceeds it (below 19: one in n + 1); an
 * interpolated percentile would let two in 21 pass of 20 shuffles. Null when there is none, or it is not finite.
 */
export function nullPercentile(
	maxima: Float32Array | Float64Array,
): number | null {
	const count = maxima.length;
	// 19/20, as 0.95 (n + 1) may come out above a whole number.
	const rank = Math.min(count, Math.ceil((19 * (count + 1)) / 20));
	const p95 = maxima.slice().sort()[rank - 1];
	return p95 !== undefined && Number.isFinite(p95) ? p95 : null;
}
