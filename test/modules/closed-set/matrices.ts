/** Random matrices for the tests of module A. */
import { seededRandom } from "../../../src/shared/random.ts";

export type Matrices = {
	readonly units: number;
	readonly clips: number;
	readonly concepts: number;
	/** `[units, clips]`, signed, of very different sizes. */
	readonly activations: Float32Array;
	/** `[clips, concepts]`, peaked as after a softmax. */
	readonly scores: Float32Array;
};

export function randomMatrices(options: {
	readonly units: number;
	readonly clips: number;
	readonly concepts: number;
	readonly seed: number;
}): Matrices {
	const { units, clips, concepts, seed } = options;
	const random = seededRandom(seed);
	const activations = new Float32Array(units * clips);
	for (let unit = 0; unit < units; unit += 1) {
		const size = 10 ** (random() * 6 - 3);
		const offset = random() - 0.5;
		for (let clip = 0; clip < clips; clip += 1)
			activations[unit * clips + clip] = size * (random() - 0.5 + offset);
	}
	const scores = Float32Array.from(
		{ length: clips * concepts },
		() => random() ** 8,
	);
	return { units, clips, concepts, activations, scores };
}

/** The rows of a row-major matrix in another order. */
export function reorderRows(
	matrix: Float32Array,
	columns: number,
	order: ArrayLike<number>,
): Float32Array {
	const reordered = new Float32Array(order.length * columns);
	for (let row = 0; row < order.length; row += 1)
		reordered.set(
			matrix.subarray(
				(order[row] as number) * columns,
				((order[row] as number) + 1) * columns,
			),
			row * columns,
		);
	return reordered;
}

/** A row-major `[rows, columns]` matrix as `[columns, rows]`. */
export function transpose(
	matrix: Float32Array,
	rows: number,
	columns: number,
): Float32Array {
	return Float32Array.from(
		matrix,
		(_, index) =>
			matrix[(index % rows) * columns + Math.floor(index / rows)] as number,
	);
}
