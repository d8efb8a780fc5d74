/** The shapes of module outputs, parsed when they are read. Further fields pass through, so that an older reader keeps them. */
import { z } from "zod";
import type {
	ActivationStatus,
	CalibratedSummary,
	ClosedSetResult,
	OpenSetConcept,
	OpenSetResult,
	Outcome,
	Side,
	Summary,
	SummarySentence,
} from "../types.ts";
import { errorRecord } from "./rows.ts";

export const activationStatus: z.ZodType<ActivationStatus> =
	z.discriminatedUnion("status", [
		z.object({
			status: z.literal("ok"),
			marks: z.array(z.enum(["few_clips", "not_describable"])),
			triage: z
				.looseObject({
					firingRate: z.number(),
					by: z.enum(["captions", "audio"]).exactOptional(),
					bar: z
						.looseObject({
							minimumFiringRate: z.number(),
							minimumClarity: z.number(),
						})
						.exactOptional(),
					clarity: z.number().nullable(),
					percentile: z.number().nullable(),
					nullMean: z.number().nullable(),
					nullP95: z.number().nullable(),
					below: z.string().nullable(),
				})
				.exactOptional(),
		}),
		z.object({
			status: z.literal("skipped"),
			reason: z.enum(["constant", "dead", "non_finite"]),
			evidence: z.looseObject({
				value: z.number().exactOptional(),
				nonFinite: z.number().exactOptional(),
				clips: z.number(),
			}),
		}),
	]);

/** What a module came to, its output parsed by `output`. */
export function outcomeOf<T>(output: z.ZodType<T>): z.ZodType<Outcome<T>> {
	return z.discriminatedUnion("status", [
		z.object({ status: z.literal("described"), output }),
		z.object({
			status: z.literal("skipped"),
			reason: z.string(),
			evidence: z.unknown(),
		}),
		z.object({ status: z.literal("failed"), error: errorRecord }),
	]);
}

const comparedConcepts = z.looseObject({
	// Results of earlier versions do not say: they are of captions.
	method: z.enum(["db", "tab"]).default("db"),
	function: z.enum([
		"cosine",
		"cos-cubed",
		"rank-reorder",
		"wpmi",
		"soft-wpmi",
	]),
	ranked: z.array(
		z.looseObject({ concept: z.string(), score: z.number().nullable() }),
	),
	margin: z.number().nullable(),
	null: z.looseObject({
		permutations: z.number(),
		seed: z.number(),
		p95: z.number().nullable(),
	}),
	aboveNull: z.boolean().nullable(),
	reason: z
		.enum([
			"constant",
			"non_finite",
			"few_clips",
			"tied_top",
			"prior_undefined",
			"no_score",
		])
		.exactOptional(),
	flags: z.array(z.literal("unstable_mean")).exactOptional(),
	softmaxFactors: z
		.looseObject({
			conceptScores: z.number().nullable(),
			similarity: z.number().nullable(),
		})
		.exactOptional(),
});

const inContextConcepts = z.looseObject({
	method: z.literal("icl"),
	function: z.null(),
	ranked: z.array(
		z.looseObject({ concept: z.string(), score: z.number().nullable() }),
	),
	margin: z.number().nullable(),
	noneFits: z.boolean(),
	noneScore: z.number().nullable(),
	shortlist: z.array(z.string()).nullable(),
});

export const closedSetResult: z.ZodType<ClosedSetResult> = z.union([
	comparedConcepts,
	inContextConcepts,
]);

const sentence: z.ZodType<SummarySentence> = z.looseObject({
	text: z.string(),
	support: z.array(z.number()).exactOptional(),
});

const summary: z.ZodType<Summary> = z.looseObject({
	side: z.enum(["high", "low"] satisfies Side[]),
	sentences: z.array(sentence),
	dropped: z.array(
		z.looseObject({ text: z.string(), reason: z.enum(["junk", "too_short"]) }),
	),
});

export const summaries: z.ZodType<{ high: Summary; low: Summary }> =
	z.looseObject({ high: summary, low: summary });

export const calibratedSummary: z.ZodType<CalibratedSummary> = z.looseObject({
	status: z.enum([
		"calibrated",
		"nothing_distinguishes",
		"low_empty",
		"high_empty",
	]),
	method: z.enum(["embeddings", "model"]).exactOptional(),
	threshold: z.number(),
	sentences: z.array(
		z.looseObject({
			text: z.string(),
			kept: z.boolean(),
			reason: z.enum(["shared", "model", "junk", "too_short"]).exactOptional(),
			support: z.array(z.number()).exactOptional(),
			cosine: z.number().nullable(),
			nearestLow: z.string().nullable(),
			cosines: z.array(z.number().nullable()).exactOptional(),
			margin: z.number().nullable().exactOptional(),
		}),
	),
	low: z.array(sentence),
});

const concept = { lemma: z.string(), support: z.number() };
const conceptList: z.ZodType<OpenSetConcept[]> = z.array(
	z.looseObject(concept),
);

export const openSetResult: z.ZodType<OpenSetResult> = z.looseObject({
	adjectives: z.array(
		z.looseObject({
			...concept,
			acoustic: z.enum(["yes", "no", "unjudged"]),
		}),
	),
	nouns: conceptList,
	verbs: conceptList,
	prepositions: conceptList,
	negated: z.array(z.string()),
	captionLength: z.number(),
	description: z.string().nullable(),
	noDescription: z
		.enum(["high_empty", "nothing_distinguishes"])
		.exactOptional(),
});
