/** The rows a NeuronView is made of, parsed. */
import { z } from "zod";
import type { CaptionSource } from "../types.ts";
import {
	activationStatus,
	calibratedSummary,
	closedSetResult,
	openSetResult,
	outcomeOf,
	summaries,
} from "./outcomes.ts";
import { jsonColumn } from "./rows.ts";

export const neuronRow = z.object({
	id: z.number(),
	unit: z.number(),
	status: jsonColumn(activationStatus),
});

/** Neurons of a run that triage left out, and that it could not judge. */
export const triageRow = z.object({
	notDescribable: z.number(),
	unjudged: z.number(),
});

export const exemplarRow = z.object({
	neuron: z.number(),
	side: z.enum(["high", "low"]),
	rank: z.number(),
	// Infinite activations are ordinary values here; z.number() refuses them.
	activation: z.custom<number>((value) => typeof value === "number"),
	clip: z.number(),
});

const attributeScalar = z.union([
	z.string(),
	z.number(),
	z.boolean(),
	z.null(),
]);
const captionSource: z.ZodType<CaptionSource> = z.object({
	provider: z.string(),
	model: z.string(),
	baseUrl: z.string(),
	promptHash: z.string(),
	sample: z.number(),
});
export const clipRow = z.object({
	id: z.string(),
	path: z.string(),
	label: z.string().nullable(),
	captions: jsonColumn(z.array(z.string())),
	captionSources: z
		.string()
		.nullable()
		.pipe(z.union([z.null(), jsonColumn(z.array(captionSource.nullable()))])),
	attributes: jsonColumn(
		z.record(z.string(), z.union([attributeScalar, z.array(attributeScalar)])),
	),
	hash: z.string(),
});

const descriptionFields = {
	neuron: z.number(),
	attempt: z.number(),
	promptHash: z.string().nullable(),
	model: z.string().nullable(),
	callIds: jsonColumn(z.array(z.number())),
};
export const descriptionRow = z.discriminatedUnion("module", [
	z.object({
		module: z.literal("closed-set"),
		...descriptionFields,
		outcome: jsonColumn(outcomeOf(closedSetResult)),
	}),
	z.object({
		module: z.literal("summarize"),
		...descriptionFields,
		outcome: jsonColumn(outcomeOf(summaries)),
	}),
	z.object({
		module: z.literal("summary-calibration"),
		...descriptionFields,
		outcome: jsonColumn(outcomeOf(calibratedSummary)),
	}),
	z.object({
		module: z.literal("open-set-extraction"),
		...descriptionFields,
		outcome: jsonColumn(outcomeOf(openSetResult)),
	}),
]);
export type Description = z.infer<typeof descriptionRow>;
