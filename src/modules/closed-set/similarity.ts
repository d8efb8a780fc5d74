/** Similarity of neurons and concepts over the clips: cosine and cos-cubed (Wu, Lin, Weng 2024, "AND: Audio Network Dissection"). */
import { DataError } from "../../errors.ts";

export type SimilarityFunction = "cosine" | "cos-cubed";

/** The smallest norm a cubed column is divided by, so that a nearly constant neuron scores near 0 instead of its noise near 1. */
const SMALLEST_CUBED_NORM = 1e-3;

/**
 * How a column (the values of one neuron or one concept over the clips) enters the product:
 * `cosine`: `value * scale`; `cos-cubed`: `(value - centre)^3 * scale`. A NaN scale makes every score of the column NaN.
 */
export type ColumnForm = {
	readonly centre: number;
	readonly scale: number;
	/** All values are equal and finite. */
	readonly constant: boolean;
};

/** The form of one column `[clips]`. Sums in float64, in clip order. A column with a value that is not finite has scale NaN. */
export function columnForm(
	values: ArrayLike<number>,
	similarity: SimilarityFunction,
): ColumnForm {
	const first = values[0] as number;
	let constant = true;
	let sum = 0;
	for (let i = 0; i < values.length; i += 1) {
		const value = values[i] as number;
		if (!Number.isFinite(value))
			return { centre: 0, scale: Number.NaN, constant: false };
		if (value !== first) constant = false;
		sum += value;
	}
	if (similarity === "cosine") {
		let squares = 0;
		for (let i = 0; i < values.length; i += 1)
			squares += (values[i] as number) ** 2;
		const norm = Math.sqrt(squares);
		return { centre: 0, scale: norm > 0 ? 1 / norm : Number.NaN, constant };
	}
	// Equal float32 values have exactly that mean here, so a constant column cubes to exact zeros.
	const centre = sum / values.length;
	let squares = 0;
	for (let i = 0; i < values.length; i += 1) {
		const difference = (values[i] as number) - centre;
		const cube = difference * difference * difference;
		squares += cube * cube;
	}
	return {
		centre,
		scale: 1 / Math.max(Math.sqrt(squares), SMALLEST_CUBED_NORM),
		constant,
	};
}

/** Writes the column as it enters the product to `target`, which has as many elements. */
export function writeColumn(
	values: ArrayLike<number>,
	form: ColumnForm,
	similarity: SimilarityFunction,
	target: Float32Array | Float64Array,
): void {
	const { centre, scale } = form;
	if (similarity === "cosine")
		for (let i = 0; i < values.length; i += 1)
			target[i] = (values[i] as number) * scale;
	else
		for (let i = 0; i < values.length; i += 1) {
			const difference = (values[i] as number) - centre;
			target[i] = difference * difference * difference * scale;
		}
}

/** Dot product in float64, in index order. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i += 1)
		sum += (a[i] as number) * (b[i] as number);
	return sum;
}

/** A row-major `[rows, columns]` matrix as `[columns, rows]`. */
export function transpose(
	matrix: Float32Array,
	rows: number,
	columns: number,
): Float32Array {
	const transposed = new Float32Array(matrix.length);
	for (let row = 0; row < rows; row += 1)
		for (let column = 0; column < columns; column += 1)
			transposed[column * rows + row] = matrix[
				row * columns + column
			] as number;
	return transposed;
}

export type SimilarityOptions = {
	/** `cosine`: `<a, p> / (|a| |p|)`; `cos-cubed`: the product of `(x - mean)^3 / max(|(x - mean)^3|, 1e-3)` of both columns. */
	readonly function: SimilarityFunction;
	/** Neuron-major `[units, clips]`, as a recording stores them. */
	readonly activations: Float32Array;
	/** `[clips, concepts]`, finite. */
	readonly scores: Float32Array;
	readonly units: number;
	readonly clips: number;
	readonly concepts: number;
};

/**
 * Similarity of every neuron with every concept: float64 `[units, concepts]`, larger is better, in [-1, 1] up to rounding.
 * A neuron with a NaN or infinite activation has a row of NaN. cosine: an all-zero neuron or concept gives NaN. cos-cubed: a constant one gives 0,
 * and adding a constant to a neuron changes nothing. All sums are float64.
 * Throws RangeError when lengths do not fit and DataError `score_not_finite` (clip, concept) for scores that are not finite.
 *
 * @example
 * const similarity = neuronConceptSimilarity({ function: "cos-cubed", activations, scores, units: 2, clips: 4, concepts: 3 });
 */
export function neuronConceptSimilarity(
	options: SimilarityOptions,
): Float64Array {
	const { activations, scores, units, clips, concepts } = options;
	if (activations.length !== units * clips)
		throw new RangeError(
			`Expected \`activations\` to have ${units} x ${clips} values, got \`${activations.length}\``,
		);
	requireFiniteScores(scores, clips, concepts);
	const columns = transpose(scores, clips, concepts);
	const concept = Array.from({ length: concepts }, (_, index) => {
		const values = columns.subarray(index * clips, (index + 1) * clips);
		const target = new Float64Array(clips);
		writeColumn(
			values,
			columnForm(values, options.function),
			options.function,
			target,
		);
		return target;
	});
	const similarity = new Float64Array(units * concepts);
	const neuron = new Float64Array(clips);
	for (let unit = 0; unit < units; unit += 1) {
		const values = activations.subarray(unit * clips, (unit + 1) * clips);
		writeColumn(
			values,
			columnForm(values, options.function),
			options.function,
			neuron,
		);
		for (let index = 0; index < concepts; index += 1)
			similarity[unit * concepts + index] = dot(
				neuron,
				concept[index] as Float64Array,
			);
	}
	return similarity;
}

/** Throws RangeError for a wrong length, DataError `score_not_finite` for the first score that is NaN or infinite. */
export function requireFiniteScores(
	scores: Float32Array,
	clips: number,
	concepts: number,
): void {
	if (scores.length !== clips * concepts)
		throw new RangeError(
			`Expected \`scores\` to have ${clips} x ${concepts} values, got \`${scores.length}\``,
		);
	const index = scores.findIndex((score) => !Number.isFinite(score));
	if (index < 0) return;
	const clip = Math.floor(index / concepts);
	const concept = index % concepts;
	throw new DataError(
		`the score of clip ${clip} and concept ${concept} is ${scores[index]}: expected a finite number`,
		{ code: "score_not_finite", evidence: { clip, concept } },
	);
}
