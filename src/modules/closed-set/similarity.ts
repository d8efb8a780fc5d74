/** Similarity of neurons and concepts over the clips by the definitions themselves, in float64: what the fast path is held against. */
import { DataError } from "../../errors.ts";
import {
	mutualInformation,
	rankReorderClips,
	type SimilarityFunction,
} from "./constants.ts";
import { cosineColumn, dot } from "./cosine-columns.ts";
import { rankReorderScore } from "./rank-reorder.ts";

export type SimilarityOptions = {
	/**
	 * `cosine`: `<a, p> / (|a| |p|)`; `cos-cubed`: the product of `(x - mean)^3 / max(|(x - mean)^3|, 1e-3)` of both columns; `rank-reorder`: minus the
	 * mean cubed distance between the largest activations and the same in the order of the concept's scores, over that of a random order, by the root of
	 * the mean score; `wpmi`, `soft-wpmi`: log-probability of the concept on the top clips minus its log-mean over the neurons given here.
	 */
	readonly function: SimilarityFunction;
	/** Neuron-major `[units, clips]`, as a recording stores them. Any values: those that are not finite leave their neuron out. */
	readonly activations: Float32Array;
	/** `[clips, concepts]`, row-major, finite: probabilities or cosines. */
	readonly scores: Float32Array;
	readonly units: number;
	readonly clips: number;
	readonly concepts: number;
};

/**
 * Similarity of every neuron with every concept: float64 `[units, concepts]`, row-major, larger is better; cosine and cos-cubed in [-1, 1] up to rounding,
 * rank-reorder at most 0. Wu, Lin, Weng 2024 and its released code, with true ranks and the expected random order in rank-reorder, and the prior over the layer.
 * A neuron with a NaN or infinite activation has a row of NaN and no part in the prior of WPMI and soft-WPMI. cosine: an all-zero neuron or concept
 * gives NaN. cos-cubed: a constant one gives 0, and adding a constant to a neuron changes nothing. rank-reorder: NaN below 40 clips and for a negative mean
 * score, -Infinity for a mean of 0. soft-WPMI with one finite neuron gives 0. All sums are float64.
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
	switch (options.function) {
		case "cosine":
		case "cos-cubed":
			return cosines(options, options.function);
		case "wpmi":
		case "soft-wpmi":
			return mutualInformations(options, options.function);
		case "rank-reorder":
			return rankReorders(options);
	}
}

/** Column `concept` of the scores, `[clips]`. */
function conceptOf(
	{ scores, clips, concepts }: SimilarityOptions,
	concept: number,
): Float32Array {
	return Float32Array.from(
		{ length: clips },
		(_, clip) => scores[clip * concepts + concept] as number,
	);
}

function neuronOf(
	{ activations, clips }: SimilarityOptions,
	unit: number,
): Float32Array {
	return activations.subarray(unit * clips, (unit + 1) * clips);
}

function cosines(
	options: SimilarityOptions,
	similarity: "cosine" | "cos-cubed",
): Float64Array {
	const { units, concepts } = options;
	const columns = Array.from({ length: concepts }, (_, concept) =>
		cosineColumn(conceptOf(options, concept), similarity),
	);
	const result = new Float64Array(units * concepts);
	for (let unit = 0; unit < units; unit += 1) {
		const neuron = cosineColumn(neuronOf(options, unit), similarity);
		for (const [concept, column] of columns.entries())
			result[unit * concepts + concept] = dot(neuron, column);
	}
	return result;
}

function mutualInformations(
	options: SimilarityOptions,
	similarity: "wpmi" | "soft-wpmi",
): Float64Array {
	const { scores, units, clips, concepts } = options;
	const { scale, lambda, base, weight } = mutualInformation(similarity, clips);
	const q = new Float64Array(clips * concepts);
	for (let clip = 0; clip < clips; clip += 1) {
		const row = [...scores.subarray(clip * concepts, (clip + 1) * concepts)];
		const largest = Math.max(...row);
		const powers = row.map((score) => Math.exp(scale * (score - largest)));
		const sum = powers.reduce((total, power) => total + power, 0);
		q.set(
			powers.map((power) => power / sum),
			clip * concepts,
		);
	}
	const result = new Float64Array(units * concepts).fill(Number.NaN);
	const finite: number[] = [];
	for (let unit = 0; unit < units; unit += 1) {
		const neuron = neuronOf(options, unit);
		if (!neuron.every(Number.isFinite)) continue;
		finite.push(unit);
		const top = topClips(neuron, base.length);
		for (let concept = 0; concept < concepts; concept += 1) {
			let sum = 0;
			for (const [j, clip] of top.entries())
				sum += Math.log(
					(base[j] as number) +
						(weight[j] as number) * (q[clip * concepts + concept] as number),
				);
			result[unit * concepts + concept] = sum;
		}
	}
	for (let concept = 0; concept < concepts; concept += 1) {
		const column = finite.map(
			(unit) => result[unit * concepts + concept] as number,
		);
		const prior = logMeanExp(column);
		for (const unit of finite) {
			const place = unit * concepts + concept;
			result[place] = (result[place] as number) - lambda * prior;
		}
	}
	return result;
}

function logMeanExp(values: readonly number[]): number {
	let largest = Number.NEGATIVE_INFINITY;
	for (const value of values) largest = Math.max(largest, value);
	let sum = 0;
	for (const value of values) sum += Math.exp(value - largest);
	return largest + Math.log(sum / values.length);
}

function rankReorders(options: SimilarityOptions): Float64Array {
	const { units, concepts } = options;
	const columns = Array.from({ length: concepts }, (_, concept) =>
		conceptOf(options, concept),
	);
	const result = new Float64Array(units * concepts).fill(Number.NaN);
	for (let unit = 0; unit < units; unit += 1) {
		const neuron = neuronOf(options, unit);
		if (!neuron.every(Number.isFinite)) continue;
		const top = topClips(neuron, rankReorderClips(options.clips));
		const values = top.map((clip) => neuron[clip] as number);
		for (const [concept, column] of columns.entries())
			result[unit * concepts + concept] = rankReorderScore(
				values,
				top.map((clip) => column[clip] as number),
			);
	}
	return result;
}

/** The `count` clips with the largest values, descending; equal values by lower index. */
function topClips(values: Float32Array, count: number): number[] {
	return Array.from(values.keys())
		.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
		.slice(0, count);
}

/** `scores`: `[clips, concepts]`. Throws RangeError for a wrong length, DataError `score_not_finite` for the first score that is NaN or infinite. */
export function requireFiniteScores(
	scores: Float32Array,
	clips: number,
	concepts: number,
): void {
	if (scores.length !== clips * concepts)
		throw new RangeError(
			`Expected \`scores\` to have ${clips} x ${concepts} values, got \`${scores.length}\``,
		);
	// A loop: twenty times as fast as a callback for each of millions.
	let index = 0;
	while (index < scores.length && Number.isFinite(scores[index])) index += 1;
	if (index === scores.length) return;
	const clip = Math.floor(index / concepts);
	const concept = index % concepts;
	throw new DataError(
		`the score of clip ${clip} and concept ${concept} is ${scores[index]}: expected a finite number`,
		{
			code: "score_not_finite",
			hint: "Leave the clip out, or look for a broken embedding of its captions or sound.",
			evidence: { clip, concept },
		},
	);
}
