/** Module A for some neurons: float32 products propose the concepts, float64 decides. */
import type { MatMul } from "../../onnx/matmul.ts";
import { nullPercentile, shuffledMaxima } from "./clip-shuffle.ts";
import { rankConcepts } from "./ranking.ts";
import {
	type ColumnForm,
	columnForm,
	dot,
	requireFiniteScores,
	type SimilarityFunction,
	transpose,
	writeColumn,
} from "./similarity.ts";

/** Concepts kept per neuron. */
const RANKED_CONCEPTS = 5;
/** More than a float32 product of unit columns can be off; concepts this near the last place are scored in float64 before anything is ranked. */
const CANDIDATE_MARGIN = 1e-5;
/** A product of one row takes another path in onnxruntime, with other roundings: fewer rows are padded to this many. */
const SMALLEST_HEIGHT = 16;

export type UnitScores = {
	readonly unit: number;
	/** Best first, at most 5; empty for a constant neuron and one that is not finite. */
	readonly ranked: readonly {
		readonly concept: number;
		readonly score: number;
	}[];
	readonly p95: number | null;
};

export type PreparedConcepts = {
	readonly function: SimilarityFunction;
	readonly clips: number;
	readonly concepts: number;
	readonly forms: readonly ColumnForm[];
	/** Scores as given, `[concepts, clips]`. */
	readonly raw: Float32Array;
	/** As they enter the product, `[concepts, clips]` and `[clips, concepts]`. */
	readonly byConcept: Float32Array;
	readonly byClip: Float32Array;
};

/** `scores` `[clips, concepts]`. Throws DataError `score_not_finite`. */
export function prepareConcepts(options: {
	readonly scores: Float32Array;
	readonly clips: number;
	readonly concepts: number;
	readonly function: SimilarityFunction;
}): PreparedConcepts {
	const { scores, clips, concepts } = options;
	requireFiniteScores(scores, clips, concepts);
	const raw = transpose(scores, clips, concepts);
	const { forms, columns } = prepareColumns(raw, clips, options.function);
	return {
		function: options.function,
		clips,
		concepts,
		forms,
		raw,
		byConcept: columns,
		byClip: transpose(columns, concepts, clips),
	};
}

/** Results of the neurons `units`, whose activations are `rows` `[units, clips]`. */
export async function scoreChunk(options: {
	readonly units: readonly number[];
	readonly rows: Float32Array;
	readonly concepts: PreparedConcepts;
	readonly permutations: readonly Int32Array[];
	readonly matMul: MatMul;
	readonly isClosing?: () => boolean;
}): Promise<UnitScores[]> {
	const { units, rows, concepts, permutations, matMul } = options;
	const { clips } = concepts;
	const height = Math.max(SMALLEST_HEIGHT, units.length);
	const { forms, columns: neurons } = prepareColumns(
		rows,
		clips,
		concepts.function,
		height,
	);
	const products = await matMul(
		neurons,
		concepts.byClip,
		height,
		clips,
		concepts.concepts,
	);
	const maxima = await shuffledMaxima({
		...options,
		neurons,
		concepts: concepts.byConcept,
		clips,
	});
	const slice = <T extends Float32Array>(
		matrix: T,
		index: number,
		width: number,
	) => matrix.subarray(index * width, (index + 1) * width);
	return units.map((unit, index) => {
		const form = forms[index] as ColumnForm;
		if (form.constant || Number.isNaN(form.scale))
			return { unit, ranked: [], p95: null };
		return {
			unit,
			ranked: rankExactly({
				activations: slice(rows, index, clips),
				form,
				products: slice(products, index, concepts.concepts),
				concepts,
			}),
			p95: nullPercentile(slice(maxima, index, permutations.length)),
		};
	});
}

/** Forms of the columns of `matrix` `[columns, clips]`, and the columns as they enter the product, padded with zero rows to `height`. */
function prepareColumns(
	matrix: Float32Array,
	clips: number,
	similarity: SimilarityFunction,
	height = matrix.length / clips,
): { readonly forms: readonly ColumnForm[]; readonly columns: Float32Array } {
	const columns = new Float32Array(height * clips);
	const forms: ColumnForm[] = [];
	for (let start = 0; start < matrix.length; start += clips) {
		const values = matrix.subarray(start, start + clips);
		const form = columnForm(values, similarity);
		forms.push(form);
		writeColumn(
			values,
			form,
			similarity,
			columns.subarray(start, start + clips),
		);
	}
	return { forms, columns };
}

/** The best five by their float64 scores. Candidates come in concept order, so ties still go to the lower index. */
function rankExactly(options: {
	readonly activations: Float32Array;
	readonly form: ColumnForm;
	/** float32 scores of all concepts. */
	readonly products: Float32Array;
	readonly concepts: PreparedConcepts;
}): UnitScores["ranked"] {
	const { activations, form, products, concepts } = options;
	const { clips, forms, raw } = concepts;
	const neuron = new Float64Array(clips);
	writeColumn(activations, form, concepts.function, neuron);
	const candidates = nearTheTop(products);
	const column = new Float64Array(clips);
	const scores = candidates.map((concept) => {
		writeColumn(
			raw.subarray(concept * clips, (concept + 1) * clips),
			forms[concept] as ColumnForm,
			concepts.function,
			column,
		);
		return dot(neuron, column);
	});
	return rankConcepts(scores, RANKED_CONCEPTS).map((place) => ({
		concept: candidates[place] as number,
		score: scores[place] as number,
	}));
}

/** Concepts, in index order, that may be among the best five once scored exactly. NaN never is. */
function nearTheTop(products: Float32Array): number[] {
	const best = new Float64Array(RANKED_CONCEPTS).fill(Number.NEGATIVE_INFINITY);
	for (const product of products) {
		let value = product;
		// Insertion into the descending list; NaN never compares greater.
		for (let place = 0; place < best.length; place += 1)
			if (value > (best[place] as number)) {
				const displaced = best[place] as number;
				best[place] = value;
				value = displaced;
			}
	}
	const limit = (best[best.length - 1] as number) - CANDIDATE_MARGIN;
	const near: number[] = [];
	for (const [index, product] of products.entries())
		if (product >= limit) near.push(index);
	return near;
}
