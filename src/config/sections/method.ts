/** The numbers and choices of the method, as config fields. */
import { z } from "zod";
import {
	CONCEPT_PLACEHOLDER,
	isConceptTemplate,
} from "../../shared/concept-template.ts";
import { count, text } from "../fields.ts";

export const exemplars = z
	.strictObject({
		count: count(1, 100)
			.default(5)
			.describe(
				"Clips shown per side (most and least active), 1 to 100. Default: 5.",
			),
	})
	.prefault({})
	.describe("The clips a neuron is described from.");

export const closedSet = z
	.strictObject({
		method: z
			.enum(["db", "tab", "icl"])
			.default("db")
			.describe(
				"What activations are compared with: db (the clips' captions), tab (the sound itself, by the encoder textAudio), or icl: nothing, the language model picks concepts that fit the high summary (one call per neuron). Default: db.",
			),
		function: z
			.enum([
				"auto",
				"cos-cubed",
				"cosine",
				"rank-reorder",
				"wpmi",
				"soft-wpmi",
			])
			.default("auto")
			.describe(
				"Similarity of a neuron's activations and a concept's scores over all clips: cos-cubed, cosine, rank-reorder, wpmi, soft-wpmi, or auto: cos-cubed for db, soft-wpmi for tab. Not for icl. Default: auto.",
			),
		conceptScores: z
			.enum(["softmax", "cosine"])
			.default("softmax")
			.describe(
				"For db, how much a clip is about a concept: softmax over the concepts of 100 times the cosine of their texts, or the cosine. Default: softmax.",
			),
		conceptTemplate: text
			.refine(isConceptTemplate, {
				error: `expected ${CONCEPT_PLACEHOLDER} in the text, such as "the sound of ${CONCEPT_PLACEHOLDER}"`,
			})
			.nullable()
			.default(null)
			.describe(
				`What the encoder reads for a concept, with ${CONCEPT_PLACEHOLDER} in its place, such as "the sound of ${CONCEPT_PLACEHOLDER}". The concept's own name is what is reported. Default: none, the concept alone.`,
			),
		permutations: z
			.union([z.literal("auto"), count(0, 10_000)], {
				error: 'expected "auto" or a whole number from 0 to 10000',
			})
			.default("auto")
			.describe(
				'Shuffles of the clips for the null ("no concept fits"), 0 to 10000 (0: no null), or auto: 200, and 20 for more than 10000 neurons. Default: auto.',
			),
	})
	.prefault({})
	.describe("Module A, closed-set identification.");

export const summarize = z
	.strictObject({
		minWords: count(1, 100)
			.default(3)
			.describe(
				"Sentences of a language model with fewer words are dropped, 1 to 100 words; the extractive describer's statements are all kept. Default: 3.",
			),
	})
	.prefault({})
	.describe("Summaries of the two sides.");

export const summaryCalibration = z
	.strictObject({
		method: z
			.enum(["embeddings", "model"])
			.default("embeddings")
			.describe(
				"Who strikes what both sides say: embeddings (cosine above the threshold) or model (the language model, one call per neuron; the cosines are stored all the same). Default: embeddings.",
			),
		threshold: z
			.number()
			.min(-1)
			.max(1)
			.default(0.5)
			.describe(
				"A high sentence whose largest cosine to a low sentence is above this is struck, -1 to 1. Default: 0.5.",
			),
	})
	.prefault({})
	.describe("Module B, summary calibration.");
