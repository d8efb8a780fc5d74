/** How much each clip is about each concept, from its captions: the matrix P of the method. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EmbeddingModel } from "../../embeddings/port.ts";
import {
	conceptText,
	meanDirection,
	unitVector,
} from "../../embeddings/texts.ts";
import { DataError, throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";

/** `softmax`: over concepts, of 100 times the cosine; `cosine`: the cosine itself. */
export type ConceptScoreKind = "softmax" | "cosine";

/** Factor of the cosine inside the softmax: CLIP's logit scale. */
const SOFTMAX_SCALE = 100;

export type ConceptScores = {
	/** float32 `[clips, concepts]`, row-major; probabilities in [0, 1] or cosines in [-1, 1]. The row of an undefined clip is NaN. */
	readonly scores: Float32Array;
	/** Clips whose captions have no direction (a zero vector, or they cancel out); `identifyClosedSet` leaves them out. */
	readonly undefinedClips: readonly number[];
};

/**
 * Embeds all captions and concepts (each once) and scores every clip against every concept.
 * `captions[clip]`: at least one, none blank; several count as the mean of their unit vectors, scaled to unit length again.
 * Throws DataError `concept_undefined` for a concept whose vector has no direction, and what `embeddings` throws.
 */
export async function conceptScores(
	options: LongOptions & {
		readonly captions: readonly (readonly string[])[];
		/** At least one. */
		readonly concepts: readonly string[];
		readonly kind: ConceptScoreKind;
		/** Wrap it in `cachedEmbeddings`, so that nothing is embedded twice. */
		readonly embeddings: EmbeddingModel;
	},
): Promise<ConceptScores> {
	const { captions, concepts, kind, embeddings, signal, onProgress } = options;
	const directions = await conceptVectors({
		concepts,
		embeddings,
		signal,
		onProgress,
	});
	const vectors = await embeddings.embed(captions.flat(), {
		signal,
		onProgress,
	});
	const scores = new Float32Array(captions.length * concepts.length);
	const undefinedClips: number[] = [];
	let next = 0;
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

/** Unit vectors of the concepts, underscores read as spaces. Throws DataError `concept_undefined`, and what `embeddings` throws. */
export async function conceptVectors(
	options: LongOptions & {
		readonly concepts: readonly string[];
		readonly embeddings: EmbeddingModel;
	},
): Promise<Float32Array[]> {
	const { concepts, embeddings, signal, onProgress } = options;
	const vectors = await embeddings.embed(concepts.map(conceptText), {
		signal,
		onProgress,
	});
	return concepts.map((concept, index) => {
		const unit = unitVector(vectors[index] as Float32Array);
		if (unit === null)
			throw new DataError(
				`concept ${JSON.stringify(concept)} has no direction: the encoder returned a vector of zeros`,
				{
					code: "concept_undefined",
					hint: "Write the concept in other words.",
				},
			);
		return unit;
	});
}

/** One row of P, float64 `[concepts]`; vectors of unit length. NaN when the clip has no direction. */
function scoreClip(
	clip: Float32Array | null,
	concepts: readonly Float32Array[],
	kind: ConceptScoreKind,
): Float64Array {
	const row = cosineRow(clip, concepts);
	return kind === "cosine" || clip === null ? row : softmax(row, SOFTMAX_SCALE);
}

/** Cosines of a clip and the concepts, float64 `[concepts]`; vectors of unit length. NaN when the clip has no direction. */
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
