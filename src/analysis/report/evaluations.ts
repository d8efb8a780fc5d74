/** The run's evaluations as headline figures. Told by shape, which is checked: another version may have written them. */
import { z } from "zod";
import type { Json } from "../../shared/hash.ts";
import type { Figure } from "./figure.ts";
import { countOf, formatCount, formatPercent } from "./format.ts";
import { words } from "./verdict.ts";

const interval = z.tuple([z.number(), z.number()]).nullable();
const shuffled = z.object({ value: z.number().nullable() });
const scoreSchema = z.object({
	value: z.number().nullable(),
	reason: z.string().optional(),
	nValid: z.number(),
	nFailed: z.number(),
	ci95: interval,
	null: shuffled,
});
const lastLayerSchema = z.object({
	top1: scoreSchema,
	top5: scoreSchema,
	/** Runs of earlier versions do not count units without a concept. */
	cosine: z
		.object({ nWithout: z.number().default(0) })
		.default({ nWithout: 0 }),
	outsideConceptSet: z.array(z.string()).default([]),
	insideConceptSet: z
		.object({ units: z.number(), top1: z.number(), top5: z.number() })
		.optional(),
});
const noLastLayerSchema = z.strictObject({ reason: z.string() });
const nearestSchema = z.object({
	correct: z.number(),
	of: z.number(),
	without: z.number(),
	failed: z.number(),
	value: z.number().nullable(),
	reason: z.string().optional(),
	ci95: interval,
	null: shuffled,
});
const nearestClassSchema = z.object({
	summary: nearestSchema,
	captions: nearestSchema,
});

type Score = z.infer<typeof scoreSchema>;
type Nearest = z.infer<typeof nearestSchema>;

/** Last-layer accuracy (top-1, top-5) and the nearest-class figure; those that the run does not have are left out. */
export function accuracyFigures(
	evaluations: Readonly<Record<string, Json>>,
): readonly Figure[] {
	const figures: Figure[] = [];
	for (const name of Object.keys(evaluations).sort()) {
		const lastLayer = lastLayerSchema.safeParse(evaluations[name]);
		if (lastLayer.success) {
			const { top1, top5, cosine, insideConceptSet } = lastLayer.data;
			const outside = lastLayer.data.outsideConceptSet.length;
			const without = withoutText(cosine.nWithout, "a concept");
			figures.push(
				scoreFigure(
					"Last-layer accuracy, top-1",
					top1,
					without,
					outsideText(outside, insideConceptSet?.units, insideConceptSet?.top1),
				),
				scoreFigure(
					"Last-layer accuracy, top-5",
					top5,
					without,
					outsideText(outside, insideConceptSet?.units, insideConceptSet?.top5),
				),
			);
		}
		const none = noLastLayerSchema.safeParse(evaluations[name]);
		if (none.success && name === "last-layer")
			figures.push({
				title: "Last-layer accuracy",
				value: null,
				details: [reasonOf(none.data.reason)],
			});
		const nearest = nearestClassSchema.safeParse(evaluations[name]);
		if (nearest.success) figures.push(nearestFigure(nearest.data));
	}
	return figures;
}

/** What is said when class names are missing from the concept set; undefined when none is. */
function outsideText(
	outside: number,
	inside: number | undefined,
	correct: number | undefined,
): string | undefined {
	if (outside === 0) return undefined;
	const rest =
		inside === undefined || correct === undefined || inside === 0
			? ""
			: `; of the other ${formatCount(inside)}, ${formatCount(correct)} are right`;
	return `${countOf(outside, "class name")} not in the concept set, where no concept can be right${rest}`;
}

function scoreFigure(
	title: string,
	score: Score,
	without: string,
	outside: string | undefined,
): Figure {
	const remarks = outside === undefined ? [] : [outside];
	if (score.value === null)
		return {
			title,
			value: null,
			details: [reasonOf(score.reason), ...remarks],
		};
	const failed =
		score.nFailed === 0 ? "" : `, ${formatCount(score.nFailed)} more failed`;
	return {
		title,
		value: formatPercent(score.value),
		details: [
			intervalOf(score.ci95),
			chanceOf(score.null.value),
			`${countOf(score.nValid, "output neuron")} with a class name${without}${failed}`,
			...remarks,
		],
	};
}

function nearestFigure({
	summary,
	captions,
}: {
	readonly summary: Nearest;
	readonly captions: Nearest;
}): Figure {
	const title = "Description nearest to its own class";
	if (summary.value === null)
		return { title, value: null, details: [reasonOf(summary.reason)] };
	return {
		title,
		value: `${formatCount(summary.correct)} of ${formatCount(summary.of)}`,
		details: [
			`the bare captions reach ${formatCount(captions.correct)} of ${formatCount(captions.of)}`,
			`${intervalOf(summary.ci95)}${withoutText(summary.without, "a description")}${summary.failed === 0 ? "" : `; ${formatCount(summary.failed)} more failed`}`,
			chanceOf(summary.null.value),
		],
	};
}

/** Triage leaves some neurons out, of others nothing could be said. */
function withoutText(without: number, what: string): string {
	return without === 0
		? ""
		: `; ${formatCount(without)} without ${what}, counted as a miss`;
}

function intervalOf(ci95: readonly [number, number] | null): string {
	return ci95 === null
		? "no interval"
		: `95\u00A0% interval ${formatPercent(ci95[0])} to ${formatPercent(ci95[1])}`;
}

function chanceOf(value: number | null): string {
	return value === null
		? "no chance level"
		: `${formatPercent(value)} with the class names shuffled`;
}

const reasons: Readonly<Record<string, string>> = {
	no_labels: "no output neuron has a class name",
	no_valid_units: "no output neuron has a result",
	no_texts: "no output neuron has a description",
	no_class_in_concept_set: "no class name is in the concept set",
};

/** Why a score has no value, in words. */
export function reasonOf(reason: string | undefined): string {
	if (reason === undefined) return "the run does not say why";
	return reasons[reason] ?? words(reason);
}
