/** Module A, closed-set identification: for every neuron of a layer the best concepts, their margin, and whether they beat chance. */
import { InterruptedError, throwIfInterrupted } from "../../errors.ts";
import type { ComparedConcepts, LongOptions } from "../../types.ts";
import type { SimilarityFunction } from "./constants.ts";
import type { LayerTask } from "./layer-plan.ts";
import {
	type ClosedSetWorkers,
	openClosedSetWorkers,
	requireThreads,
} from "./layer-workers.ts";
import { prepareLayer, scoreLayer } from "./score-layer.ts";
import { readScores, type UnitScores } from "./score-sheet.ts";

export type IdentifyClosedSetOptions = LongOptions & {
	/** A recorded layer: `.npy`, float32 or float16, C order, `[units, clips]`. */
	readonly activations: { readonly path: string };
	/** float32 `[clips, concepts]`, row-major, from `conceptScores` or `audioConceptScores`; a clip whose whole row is NaN is left out, all others must be finite. */
	readonly scores: Float32Array;
	/** Names as reported, in the order of the scores' columns; at least one. */
	readonly concepts: readonly string[];
	readonly function: SimilarityFunction;
	/** Clip permutations of the null; 0: no null. */
	readonly permutations: number;
	/** Integer; the same permutations serve every neuron and every layer of as many clips. */
	readonly seed: number;
	/** Default: all units of the layer. The prior of WPMI and soft-WPMI is over all of them whatever is asked for. */
	readonly units?: readonly number[] | undefined;
	/** Worker threads, 1 and up, started for this call; results do not depend on them. Default: the machine's cores, at most 8. */
	readonly threads?: number | undefined;
	/** From `openClosedSetWorkers`: threads that serve one layer after the other, used instead of starting some. */
	readonly workers?: ClosedSetWorkers | undefined;
};

export type IdentifiedUnit = {
	readonly unit: number;
	readonly result: ComparedConcepts;
};

/**
 * Results in unit order, computed block by block in worker threads (memory is bounded whatever the size of the recording), by the similarity functions of
 * Wu, Lin, Weng 2024 (see `neuronConceptSimilarity` for the formulas).
 * Scores are float64 and depend neither on threads nor on which units are asked for; the null of cosine and cos-cubed is of float32 products, within 2e-6.
 * A neuron without a winner has an empty `ranked`, nulls and a `reason`.
 * Throws DataError `score_not_finite`, `no_clips`, `clips_mismatch`, `unit_unknown`, `closed_set_too_large`, those of `openNpyMatrix`; InterruptedError; RangeError without a
 * concept, for a number of permutations that is no whole number from 0, and for scores that are no whole number of rows.
 *
 * @example
 * for await (const { unit, result } of identifyClosedSet({ activations, scores, concepts, function: "cos-cubed", permutations: 200, seed: 0 }))
 *   console.log(unit, result.ranked[0]?.concept, result.aboveNull);
 */
export async function* identifyClosedSet(
	options: IdentifyClosedSetOptions,
): AsyncGenerator<IdentifiedUnit> {
	const { signal, onProgress } = options;
	throwIfInterrupted(signal);
	const wanted = options.workers?.threads ?? requireThreads(options.threads);
	const layer = await prepareLayer(taskOf(options), { threads: wanted });
	const workers =
		options.workers ?? openClosedSetWorkers({ threads: layer.threads });
	const runner = workers.startLayer(layer.plan, layer.threads);
	const interrupt = (): void =>
		runner.fail(new InterruptedError(signal?.reason));
	signal?.addEventListener("abort", interrupt, { once: true });
	try {
		let done = 0;
		for await (const { units, sheet, total } of scoreLayer(layer, runner)) {
			for (const [index, unit] of units.entries()) {
				throwIfInterrupted(signal);
				yield {
					unit,
					result: toResult(readScores(sheet, index, unit), options),
				};
			}
			done += units.length;
			onProgress?.({ stage: "closed-set", done, total });
		}
	} finally {
		signal?.removeEventListener("abort", interrupt);
		runner.end();
		if (options.workers === undefined) await workers.close();
	}
}

function taskOf(options: IdentifyClosedSetOptions): LayerTask {
	const { scores, concepts, permutations, units } = options;
	if (concepts.length === 0)
		throw new RangeError("Expected `concepts` to have at least one name");
	if (!Number.isInteger(permutations) || permutations < 0)
		throw new RangeError(
			`Expected \`permutations\` to be an integer from 0 and up, got \`${permutations}\``,
		);
	const clips = scores.length / concepts.length;
	if (!Number.isInteger(clips))
		throw new RangeError(
			`Expected \`scores\` to have a multiple of ${concepts.length} values (one per concept), got \`${scores.length}\``,
		);
	return {
		path: options.activations.path,
		units:
			units === undefined ? null : [...new Set(units)].sort((a, b) => a - b),
		scores,
		clips,
		concepts: concepts.length,
		function: options.function,
		permutations,
		seed: options.seed,
	};
}

function toResult(
	{ ranked, p95, reason, flags }: UnitScores,
	options: IdentifyClosedSetOptions,
): ComparedConcepts {
	const [best, second] = ranked;
	return {
		function: options.function,
		ranked: ranked.map(({ concept, score }) => ({
			concept: options.concepts[concept] as string,
			// JSON has no infinity.
			score: Number.isFinite(score) ? score : null,
		})),
		margin:
			best === undefined ||
			second === undefined ||
			!Number.isFinite(second.score)
				? null
				: best.score - second.score,
		null: { permutations: options.permutations, seed: options.seed, p95 },
		aboveNull: best === undefined || p95 === null ? null : best.score > p95,
		...(reason === null ? {} : { reason }),
		...(flags.length === 0 ? {} : { flags }),
	};
}
