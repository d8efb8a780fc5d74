/** How much each clip is about each concept, from its captions: the matrix P of the method. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EmbeddingModel } from "../../embeddings/port.ts";
import { meanDirection } from "../../embeddings/texts.ts";
import { throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { conceptDirections, conceptTexts } from "./concept-vectors.ts";
import { CONCEPT_SOFTMAX_FACTOR } from "./constants.ts";

/** `softmax`: over concepts, of 100 times the cosine; `cosine`: the cosine itself. */
export type ConceptScoreKind = "softmax" | "cosine";

export type ConceptScores = {
	/** float32 `[clips, concepts]`, row-major; probabilities in [0, 1] or cosines in [-1, 1]. The row of an undefined clip is NaN. */
	readonly scores: Float32Array;
	/** Indices of clips whose vector has no direction (zero or not finite, or that of several captions cancels out); `identifyClosedSet` leaves them out. */
	readonly undefinedClips: readonly number[];
};

/**
 * The description-based variant of Wu, Lin, Weng 2024: `P[i, c] = softmax over c of 100 cos(E(caption_i), E(concept_c))`, or the cosine alone.
 * All concepts and captions are embedded in one request, each text once. Throws DataError `concept_undefined` for a concept whose vector has no direction,
 * ConfigError `concept_template_invalid`, InterruptedError, and what `embeddings` throws.
 */
export async function conceptScores(
	options: LongOptions & {
		/** Per clip at least one, none blank; several count as the mean of their unit vectors, scaled to unit length again. */
		readonly captions: readonly (readonly string[])[];
		/** At least one. Underscores are read as spaces. */
		readonly concepts: readonly string[];
		/** What the encoder reads for a concept, with `{concept}` in its place. Default null: the concept alone. */
		readonly conceptTemplate?: string | null | undefined;
		readonly kind: ConceptScoreKind;
		/** Wrap it in `cachedEmbeddings`, so that nothing is embedded twice. */
		readonly embeddings: EmbeddingModel;
	},
): Promise<ConceptScores> {
	const { captions, concepts, kind, embeddings, signal, onProgress } = options;
	const vectors = await embeddings.embed(
		[
			...conceptTexts(concepts, options.conceptTemplate ?? null),
			...captions.flat(),
		],
		{ signal, onProgress },
	);
	const directions = conceptDirections(concepts, vectors);
	const scores = new Float32Array(captions.length * concepts.length);
	const undefinedClips: number[] = [];
	let next = concepts.length;
	for (const [clip, texts] of captions.entries()) {
		if (clip % 256 === 255) {
			await nextTurn();
			throwIfInterrupted(signal);
		}
		const direction = meanDirection(vectors.slice(next, next + texts.length));
		next += texts.length;
		if (direction === null) undefinedClips.push(clip);
		scores.set(scoreClip(direction, directions, kind), clip * concepts.length);
	}
	return { scores, undefinedClips };
}

/** One row of P, float64 `[concepts]`; vectors of unit length. NaN when the clip has no direction. */
function scoreClip(
	clip: Float32Array | null,
	concepts: readonly Float32Array[],
	kind: ConceptScoreKind,
): Float64Array {
	const row = cosineRow(clip, concepts);
	return kind === "cosine" || clip === null
		? row
		: softmax(row, CONCEPT_SOFTMAX_FACTOR);
}

/** Cosines of a clip and the concepts, float64 `[concepts]`, in [-1, 1] up to rounding; vectors of unit length. NaN when the clip has no direction. */
export function cosineRow(
	clip: Float32Array | null,
	concepts: readonly Float32Array[],
): Float64Array {
	const row = new Float64Array(concepts.length).fill(Number.NaN);
	if (clip === null) return row;
	for (const [index, concept] of concepts.entries()) {
		let sum = 0;
		for (let axis = 0; axis < clip.length; axis += 1)
			sum += (clip[axis] as number) * (concept[axis] as number);
		row[index] = sum;
	}
	return row;
}

/** `exp(scale x) / sum exp(scale x)`, shifted by the maximum so that nothing overflows. */
function softmax(values: Float64Array, scale: number): Float64Array {
	let largest = Number.NEGATIVE_INFINITY;
	for (const value of values) largest = Math.max(largest, value);
	const powers = values.map((value) => Math.exp(scale * (value - largest)));
	let sum = 0;
	for (const power of powers) sum += power;
	return powers.map((power) => power / sum);
}
