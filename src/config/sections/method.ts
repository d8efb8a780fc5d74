/** The numbers and choices of the method, as config fields. */
import { z } from "zod";
import { count } from "../fields.ts";

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
		function: z
			.enum(["cos-cubed", "cosine"])
			.default("cos-cubed")
			.describe(
				"Similarity of a neuron's activations and a concept's scores over all clips. Default: cos-cubed.",
			),
		conceptScores: z
			.enum(["softmax", "cosine"])
			.default("softmax")
			.describe(
				"How much a clip is about a concept: softmax over the concepts of 100 times the cosine of their texts, or the cosine. Default: softmax.",
			),
		permutations: count(0, 10_000)
			.default(200)
			.describe(
				'Shuffles of the clips for the null ("no concept fits"), 0 to 10000; 0: no null. Default: 200.',
			),
	})
	.prefault({})
	.describe("Module A, closed-set identification.");

export const summarize = z
	.strictObject({
		minWords: count(1, 100)
			.default(3)
			.describe(
				"Sentences with fewer words are dropped, 1 to 100 words. Default: 3.",
			),
	})
	.prefault({})
	.describe("Summaries of the two sides.");

export const summaryCalibration = z
	.strictObject({
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
