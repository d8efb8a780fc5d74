/** Similarities by numpy in float64 (make_similarity.py). */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Matrices } from "./matrices.ts";

/** "nan", "inf" and "-inf" stand for themselves. */
const numbers = z.array(
	z.union([
		z.number(),
		z
			.enum(["nan", "inf", "-inf"])
			.transform((name) =>
				name === "nan"
					? Number.NaN
					: name === "inf"
						? Number.POSITIVE_INFINITY
						: Number.NEGATIVE_INFINITY,
			),
	]),
);
const cases = z.array(
	z.object({
		name: z.string(),
		units: z.number(),
		clips: z.number(),
		concepts: z.number(),
		activations: numbers,
		scores: numbers,
		cosine: numbers,
		"cos-cubed": numbers,
		"rank-reorder": numbers,
		wpmi: numbers,
		"soft-wpmi": numbers,
	}),
);

/** One case for each kind of matrices; the similarities `[units, concepts]` under the function's name. */
export const golden = cases
	.parse(
		JSON.parse(
			await readFile(
				new URL("../../fixtures/closed-set/similarity.json", import.meta.url),
				"utf8",
			),
		),
	)
	.map(({ activations, scores, ...rest }) => ({
		...rest,
		matrices: {
			units: rest.units,
			clips: rest.clips,
			concepts: rest.concepts,
			activations: Float32Array.from(activations),
			scores: Float32Array.from(scores),
		} satisfies Matrices,
	}));
